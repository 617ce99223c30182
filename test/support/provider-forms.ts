import { checkout, installedCopy } from "./installed-copy";
import type { Props } from "./provider-process";
import { type Registrations, registrations } from "./registration";

/** A project and what its resources carry as `__provider`. */
export interface Form {
  readonly project: string;
  readonly registered: Registrations;
  /** Properties of a Feature as the engine sends them. */
  feature(props: Props): Props;
  /** Properties of a ProductFeature as the engine sends them. */
  productFeature(props: Props): Props;
}

/** The package as a folder of its own that the project links to. */
export const linkedForm = () => formOf(Promise.resolve(checkout));

/** The package as npm installs it. */
export const installedForm = () => formOf(installedCopy());

export const forms = { linked: linkedForm, installed: installedForm };

async function formOf(where: Promise<string>): Promise<Form> {
  const project = await where;
  const registered = await registrations(project);
  return {
    project,
    registered,
    feature: (props) => ({ ...props, __provider: registered.feature.inputs.__provider }),
    productFeature: (props) => ({ ...props, __provider: registered.productFeature.inputs.__provider }),
  };
}
