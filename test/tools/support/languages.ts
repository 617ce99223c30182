import { load, type Setup, setupWith } from "./tools";

interface LanguageHosts {
  readonly yamlHost: object;
  readonly pythonHost: object;
}

interface GoTools {
  provideGoTool(tool: object, setup: Setup): Promise<string>;
}

interface PythonSdk {
  providePythonSdk(setup: Setup): Promise<string>;
}

/** Returns the executable of a language host. The first call on a machine builds it. */
export async function languageHost(name: keyof LanguageHosts): Promise<string> {
  const { provideGoTool } = await load<GoTools>("go-tool.mjs");
  const hosts = await load<LanguageHosts>("language-hosts.mjs");
  return provideGoTool(hosts[name], await setupWith());
}

/** Returns the folder of Pulumi's SDK for Python. The first call on a machine installs it. */
export async function pythonSdk(places: Partial<Setup> = {}): Promise<string> {
  const { providePythonSdk } = await load<PythonSdk>("python-sdk.mjs");
  return providePythonSdk(await setupWith(places));
}
