import { load, type Setup, setupWith } from "./tools";

interface Zizmor {
  provideZizmor(setup: Setup): Promise<string>;
}

/** Returns the executable of zizmor. The first call on a machine installs it. */
export async function zizmor(places: Partial<Setup> = {}): Promise<string> {
  const { provideZizmor } = await load<Zizmor>("zizmor.mjs");
  return provideZizmor(await setupWith(places));
}
