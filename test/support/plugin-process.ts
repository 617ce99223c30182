import { join } from "node:path";
import { EngineLog } from "./engine-log";
import { type Adapter, type ProviderProcess, type StartOptions, startProcess } from "./provider-process";

/**
 * The native plugin. Its resources have types instead of code. A test gives the type in place of
 * the code, and the owner in the properties instead of in the URN.
 */
const plugin: Adapter = {
  urnOf: ({ __provider, owner = "project/stack/resource" }) => {
    const [project, stack, ...name] = String(owner).split("/");
    return `urn:pulumi:${stack}::${project}::${__provider}::${name.join("/")}`;
  },
  configuration: (config) =>
    Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace("stripe-entitlements:", ""), value])),
  toSend: ({ __provider: _, ...props }) => props,
  // A test without an owner gives none, which the URN cannot say.
  received: ({ owner, ...props }, { owner: given, __provider }) => ({
    ...props,
    ...(owner !== undefined && given !== undefined && { owner }),
    __provider,
  }),
};

/** Starts the plugin of the package that is installed in a project, with a log service. */
export async function startPlugin(options: StartOptions): Promise<ProviderProcess> {
  const path = join(
    options.cwd,
    "node_modules",
    "pulumi-stripe-entitlements",
    "dist",
    "provider",
    "plugin",
    "index.js",
  );
  const engine = new EngineLog();
  const started = await startProcess([path, await engine.start()], options, plugin);
  started.onStop(() => {
    engine.stop();
    return engine.lines.map(({ text }) => text);
  });
  return started;
}
