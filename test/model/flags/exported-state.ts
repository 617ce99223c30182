import type { ExportedResource } from "../../support/pulumi";
import { attachmentUrn, featureUrn } from "../program";
import type { Properties, Resource, State } from "../resource";

const ours = /^pulumi-nodejs:dynamic\/stripe-entitlements:(Feature|ProductFeature)$/;
const plans = "acme:index:Plans";

/** Returns the resources of this package, with the URNs of the model. */
export function modelState(resources: readonly ExportedResource[]): State {
  return resources.flatMap((each): Resource[] => {
    const type = ours.exec(each.type)?.[1] as Resource["type"] | undefined;
    if (type === undefined) return [];
    return [
      {
        type,
        urn: modelUrn(each.urn),
        id: each.id ?? "",
        inputs: withoutProvider(each.inputs),
        outputs: withoutProvider(each.outputs),
        dependencies: (each.dependencies ?? []).map(modelUrn),
        isPendingDelete: each.delete === true,
        isPendingReplacement: each.pendingReplacement === true,
        isPartiallyUpdated: (each.initErrors ?? []).length > 0,
      },
    ];
  });
}

/** Returns `plans$Feature::sso` for the engine's URN. */
function modelUrn(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  const parts = { name, parent: types.includes(`${plans}$`) ? "plans" : "" };
  return types.endsWith(":ProductFeature") ? attachmentUrn(parts) : featureUrn(parts);
}

/** Returns the engine's URN for one of the model. */
export function engineUrn(stack: string, urn: string): string {
  const [path = "", name = ""] = urn.split("::");
  const [parent, type = ""] = path.split("$");
  const parents = parent === "" ? "" : `${plans}$`;
  return `urn:pulumi:${stack}::acme::${parents}pulumi-nodejs:dynamic/stripe-entitlements:${type}::${name}`;
}

function withoutProvider(properties: Properties = {}): Properties {
  const { __provider: _, ...rest } = properties;
  return rest;
}
