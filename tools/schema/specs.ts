/** A type in a Pulumi package schema. */
export type TypeSpec = { readonly plain?: boolean } & (
  | { readonly type: "string" | "boolean" | "integer" | "number" }
  | { readonly type: "array"; readonly items: TypeSpec }
  | { readonly type: "object"; readonly additionalProperties: TypeSpec }
  | { readonly $ref: string }
);

/** A property in a Pulumi package schema. */
export type PropertySpec = TypeSpec & {
  readonly description: string;
  readonly secret?: boolean;
  readonly willReplaceOnChanges?: boolean;
};

/** Returns the token of a resource, function or type of the package. */
export function tokenOf(name: string): string {
  return `stripe-entitlements:index:${name}`;
}

/** Returns the reference to a type of the package. */
export function refTo(name: string): TypeSpec {
  return { $ref: `#/types/${tokenOf(name)}` };
}

/** Returns the type of a map from texts. */
export function mapOf(values: TypeSpec): TypeSpec {
  return { type: "object", additionalProperties: values };
}

/** Returns the type for values that a program knows when it runs. Outputs are not accepted. */
export function plain<Spec extends TypeSpec>(spec: Spec): Spec {
  if ("items" in spec) return { ...spec, items: plain(spec.items), plain: true };
  if ("additionalProperties" in spec) {
    return { ...spec, additionalProperties: plain(spec.additionalProperties), plain: true };
  }
  return { ...spec, plain: true };
}
