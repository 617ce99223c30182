import { checkout, installedCopy } from "./installed-copy";
import { startPlugin } from "./plugin-process";
import { type Props, type ProviderProcess, type StartOptions, startProvider } from "./provider-process";
import { type Registrations, registrations } from "./registration";

/** A project that can import the package, and the properties that its program registers. */
export interface PackageForm {
  /** The directory of the project. */
  readonly project: string;
  readonly registered: Registrations;
  /** Starts the provider as the engine does. */
  start(options: StartOptions): Promise<ProviderProcess>;
  /** Returns properties of a Feature as the engine sends them. */
  feature(props: Props): Props;
  /** Returns properties of a ProductFeature as the engine sends them. */
  productFeature(props: Props): Props;
}

/**
 * The ways in which a project has the package. A linked package is a folder outside the project's
 * `node_modules`, an installed one is unpacked there by npm.
 */
export const packageForms = {
  linked: () => formIn(checkout),
  installed: async () => formIn(await installedCopy()),
  plugin: async () => pluginIn(await installedCopy()),
};

/** The adapters over the rules, with the form of the package that each test can run on. */
export const adapters = { "dynamic provider": packageForms.installed, plugin: packageForms.plugin } as const;

async function formIn(project: string): Promise<PackageForm> {
  const registered = await registrations(project);
  return {
    project,
    registered,
    start: startProvider,
    feature: (props) => ({ ...props, __provider: registered.feature.inputs.__provider }),
    productFeature: (props) => ({ ...props, __provider: registered.productFeature.inputs.__provider }),
  };
}

/**
 * The native plugin of an installed package. `__provider` tells the tests the type of a resource.
 */
async function pluginIn(project: string): Promise<PackageForm> {
  return {
    ...(await formIn(project)),
    start: startPlugin,
    feature: (props) => ({ ...props, __provider: "stripe-entitlements:index:Feature" }),
    productFeature: (props) => ({ ...props, __provider: "stripe-entitlements:index:ProductFeature" }),
  };
}
