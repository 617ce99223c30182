/** A type in a Pulumi package schema. */
export type TypeSpec =
  | { readonly type: "string" | "boolean" | "integer" | "number" }
  | { readonly type: "array"; readonly items: TypeSpec }
  | { readonly type: "object"; readonly additionalProperties: TypeSpec }
  | { readonly $ref: string };

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
