import { type CustomResourceOptions, RunError } from "@pulumi/pulumi";

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
