import { checkout, installedCopy } from "./installed-copy";
import type { Props } from "./provider-process";
import { type Registrations, registrations } from "./registration";

/** A project that can import the package, and the properties that its program registers. */
export interface PackageForm {
  /** The directory of the project. */
  readonly project: string;
  readonly registered: Registrations;
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
};

async function formIn(project: string): Promise<PackageForm> {
  const registered = await registrations(project);
  return {
    project,
    registered,
    feature: (props) => ({ ...props, __provider: registered.feature.inputs.__provider }),
    productFeature: (props) => ({ ...props, __provider: registered.productFeature.inputs.__provider }),
  };
}
