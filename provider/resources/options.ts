import { type CustomResource, type CustomResourceOptions, log, RunError } from "@pulumi/pulumi";

/**
 * Throws on the option `import`, which cannot work for a dynamic resource: the engine reads the
 * resource before it has the provider's code (pulumi/pulumi#3550).
 */
export function rejectImport(subject: string, options: CustomResourceOptions): void {
  if (options.import === undefined) return;
  throw new RunError(
    `${subject}: the option \`import\` does not work for dynamic resources (pulumi/pulumi#3550). Remove it. To manage ` +
      'an existing object, set adopt: "unowned", or run `pulumi import --file` as docs/importing.md shows.',
  );
}

/**
 * Hides outputs that only Stripe knows in the difference of a replacement, where `--diff` would
 * show them as removed: the engine compares the old outputs with the new inputs there, because
 * Pulumi's dynamic provider does not support previews of a create (cmd/dynamic-provider/index.js
 * sets no `supportspreview`).
 */
export function withHiddenOutputs<Options extends CustomResourceOptions>(
  options: Options,
  outputs: readonly string[],
): Options {
  return { ...options, hideDiffs: [...(options.hideDiffs ?? []), ...outputs] };
}

/**
 * Warns of the option `replaceOnChanges`, which has no effect: the engine applies it to the changed
 * properties that a provider names, and Pulumi's dynamic provider names none.
 */
export function warnOfReplaceOnChanges(resource: CustomResource, { replaceOnChanges }: CustomResourceOptions): void {
  if (!replaceOnChanges?.length) return;
  const text =
    "The option `replaceOnChanges` has no effect, because Pulumi does not apply it to dynamic resources. Remove it. A " +
    "new lookupKey replaces a Feature, and a new product or entitlementFeature a ProductFeature, without it.";
  void log.warn(text, resource);
}
