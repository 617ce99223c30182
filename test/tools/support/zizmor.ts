import { checkout, load } from "./tools";

interface Places {
  readonly checkout: string;
  readonly cache: string;
  readonly env: NodeJS.ProcessEnv;
}

interface Zizmor {
  provideZizmor(places: Places): Promise<string>;
}

interface Cache {
  cacheDirectory(env: NodeJS.ProcessEnv): string;
}

/** Returns the executable of zizmor. The first call on a machine installs it. */
export async function zizmor(places: Partial<Places> = {}): Promise<string> {
  const { provideZizmor } = await load<Zizmor>("zizmor.mjs");
  const { cacheDirectory } = await load<Cache>("cache.mjs");
  return provideZizmor({ checkout, cache: cacheDirectory(process.env), env: process.env, ...places });
}
