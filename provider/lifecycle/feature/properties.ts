import { maxMetadataValueLength, maxTextLength, metadataKeyIssue } from "../../catalog/limits";
import type { FeatureContent, StripeFeature } from "../../stripe/feature";
import { isSameMetadata, type Metadata } from "../../stripe/metadata";
import * as z from "../../zod";
import { oneOf, rejectIf, text } from "../inputs";
import { type AdoptionPolicy, adoptionPolicies } from "../ownership/policy";
import type { PropertyTable } from "../properties";
import type { AskedObject } from "../run/other-processes";

/** A feature as a program declares it. */
export interface FeatureInputs {
  readonly lookupKey: string;
  readonly name: string;
  readonly metadata?: Metadata;
  /**
   * The resource, `<project>/<stack>/<resource name>`. Absent where the stack writes no markers.
   */
  readonly owner?: string;
  readonly adopt?: AdoptionPolicy;
  readonly archiveWhileAttached?: boolean;
}

const metadataOfUser = z
  .record(z.string().check(rejectIf(metadataKeyIssue)), text(maxMetadataValueLength), {
    error: "must be a map of strings",
  })
  .optional();

/**
 * The properties of a feature. Check, diff, state, messages and requests derive from this table.
 */
export const featureProperties = {
  // A new key needs a new feature (S4).
  lookupKey: { schema: text(maxTextLength), change: "replace", field: "lookupKey" },
  name: { schema: text(maxTextLength), change: "update", field: "name" },
  metadata: { schema: metadataOfUser, change: "update", field: "metadata", isSame: isSameMetadata, absent: {} },
  owner: { schema: text(maxMetadataValueLength).optional(), change: "update", field: "marker" },
  adopt: { schema: oneOf(adoptionPolicies).optional(), change: "stateOnly" },
  archiveWhileAttached: { schema: z.boolean("must be true or false").optional(), change: "stateOnly" },
} as const satisfies PropertyTable<FeatureInputs, FeatureContent>;

/** Returns the feature as other processes are asked about it. */
export function askedFeature({ lookupKey: key, owner }: FeatureInputs, { id, marker }: StripeFeature) {
  return { kind: "features", key, id, marker, owner } as const satisfies AskedObject;
}
