import { type CustomResourceOptions, RunError } from "@pulumi/pulumi";

/** Throws on the `import` option: the engine reads a resource to import it before it knows which provider to ask (pulumi/pulumi#3550). */
export function refuseImport(resource: string, options: CustomResourceOptions): void {
  if (options.import === undefined) return;
  throw new RunError(
    `${resource}: the \`import\` option cannot work for a dynamic resource (pulumi/pulumi#3550). ` +
      'Take the option off: with adopt: "unowned" the resource takes over what exists; or use `pulumi import --file`, see the README.',
  );
}
