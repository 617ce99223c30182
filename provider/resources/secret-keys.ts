import { type CustomResourceOptions, type Input, isSecret, Output, output, type Resource } from "@pulumi/pulumi";

/** A Feature, as far as it is read here. */
interface Keyed extends Resource {
  readonly lookupKey: Output<string>;
}

/** The part of an output that the SDK does not declare in its types. */
interface Internals {
  resources(): ReadonlySet<Resource>;
}

const featuresWithOutputKey = new WeakSet<Resource>();

/** Records a Feature whose lookup key may be a secret. A plain string cannot be one. */
export function noteLookupKey(feature: Keyed, lookupKey: Input<string>): void {
  if (typeof lookupKey !== "string") featuresWithOutputKey.add(feature);
}

interface Attachment {
  readonly entitlementFeature?: Input<string> | undefined;
  readonly options: CustomResourceOptions;
}

/**
 * Returns the attachment with the output `lookupKey` as a secret if the key of its Feature is one.
 * The engine knows secrets among the inputs, and the key is no input of an attachment.
 */
export function withSecretKey({ entitlementFeature, options }: Attachment): Attachment {
  const resources = Output.isInstance(entitlementFeature)
    ? (entitlementFeature as unknown as Internals).resources()
    : [];
  const features = [...resources].filter((resource): resource is Keyed => featuresWithOutputKey.has(resource));
  if (features.length === 0) return { entitlementFeature, options };
  // Whether an output is a secret is known only later. The SDK reads this list when it has the
  // inputs.
  const additionalSecretOutputs = [...(options.additionalSecretOutputs ?? [])];
  const checked = output(entitlementFeature).apply(async (id) => {
    const areSecret = await Promise.all(features.map(({ lookupKey }) => isSecret(lookupKey)));
    if (areSecret.includes(true)) additionalSecretOutputs.push("lookupKey");
    return id;
  });
  return { entitlementFeature: checked as Output<string>, options: { ...options, additionalSecretOutputs } };
}
