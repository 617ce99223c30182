import type { StripeFeature } from "../../stripe/schemas";
import type { AccountAndMode } from "../account/guard";
import { fromWire, type Metadata } from "../metadata";
import type { AdoptionPolicy } from "../ownership/policy";

/** A feature as declared. */
export interface FeatureInputs {
  readonly lookupKey: string;
  readonly name: string;
  readonly metadata?: Metadata;
  /** `<project>/<stack>/<resource name>`; absent where the stack writes no marker. */
  readonly owner?: string;
  readonly adopt?: AdoptionPolicy;
  readonly archiveWhileAttached?: boolean;
}

/** A feature as kept in the state. */
export interface FeatureState extends FeatureInputs, AccountAndMode {
  readonly metadata: Metadata;
  readonly active: boolean;
  readonly livemode: boolean;
}

/** What changes no object, but is kept in the state because a delete sees nothing else. */
type Kept = Pick<FeatureInputs, "adopt" | "archiveWhileAttached">;

/** The state of a feature as Stripe has it. */
export function stateOf(feature: StripeFeature, kept: Kept, account: string | undefined): FeatureState {
  return {
    lookupKey: feature.lookup_key,
    name: feature.name,
    ...fromWire(feature.metadata),
    ...keptOf(kept),
    active: feature.active,
    livemode: feature.livemode,
    ...(account !== undefined && { account }),
  };
}

/** The inputs that would declare the feature as it is. */
export function inputsOf({ lookupKey, name, metadata, owner, ...kept }: FeatureState): FeatureInputs {
  return {
    lookupKey,
    name,
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(owner !== undefined && { owner }),
    ...keptOf(kept),
  };
}

export function keptOf({ adopt, archiveWhileAttached }: Kept): Kept {
  return {
    ...(adopt !== undefined && { adopt }),
    ...(archiveWhileAttached !== undefined && { archiveWhileAttached }),
  };
}

/** What can exist once only: the lookup key of an active feature. */
export function identityOf({ lookupKey }: Pick<FeatureInputs, "lookupKey">): string {
  return `feature ${lookupKey}`;
}

/** How messages name the feature. */
export function subjectOf(id: string, { lookupKey }: Partial<FeatureInputs>): string {
  return lookupKey === undefined ? `Feature ${id}` : `Feature "${lookupKey}" (${id})`;
}
