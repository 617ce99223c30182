// The entry `pulumi-stripe-entitlements/catalog`, for a Pulumi program and an application. The
// build bundles it into one file, and this folder imports nothing from outside, so an application
// loads neither Pulumi nor another dependency.
import { type CatalogDeclaration, createCatalog } from "./create-catalog";
import { frozenCopy } from "./objects";
import type { Catalog, FeatureDeclarations, ParsedCatalog, PlanDeclarations, StringKeyOf } from "./types";
import { assertValidDeclaration } from "./validate";

export { CatalogError, type CatalogIssue, isCatalogError } from "./errors";
export type {
  ActiveEntitlement,
  ActiveEntitlementEvent,
  ActiveEntitlementPage,
  ActiveEntitlementSummary,
  ActiveEntitlements,
  Catalog,
  CatalogMatrix,
  Entitlements,
  FeatureDeclaration,
  FeatureDeclarations,
  FeatureKeyInPlan,
  FeatureKeyOf,
  IncludesByPlan,
  ListActiveEntitlements,
  ParsedCatalog,
  PlanDeclaration,
  PlanDeclarations,
  PlanFeature,
  PlanOf,
  StringKeyOf,
  TransitiveIncludes,
} from "./types";

/**
 * Declares features and plans. The compiler infers the keys and names as written, and rejects
 * unknown features and plans in a plan, and a cycle of includes.
 *
 * @example
 * ```ts
 * export const catalog = defineCatalog({
 *   features: { sso: { name: "Single sign-on" }, "audit-log": { name: "Audit log" } },
 *   plans: { team: { features: ["audit-log"] }, enterprise: { includes: ["team"], features: ["sso"] } },
 * });
 * export type FeatureKey = FeatureKeyOf<typeof catalog>; // "sso" | "audit-log"
 * ```
 * @throws CatalogError with every mistake of the declaration.
 */
export function defineCatalog<Features, const Plans extends PlanDeclarations<Features, Plans>>(declaration: {
  readonly features: FeatureDeclarations<Features>;
  readonly plans: Plans;
}): Catalog<StringKeyOf<Features>, Plans> {
  return parseCatalog(declaration) as Catalog<StringKeyOf<Features>, Plans>;
}

/**
 * Returns the catalog of a declaration that the compiler does not know in full: an imported JSON
 * file, whose lists are `string[]` to TypeScript, or data read at run time. The catalog's type has
 * the keys that the declaration's type has.
 *
 * @example
 * ```ts
 * import declaration from "./catalog.json";
 *
 * export const catalog = parseCatalog(declaration);
 * ```
 * @throws CatalogError with every mistake of the declaration.
 */
export function parseCatalog<const Declaration>(declaration: Declaration): ParsedCatalog<Declaration> {
  assertValidDeclaration(declaration);
  const copy = frozenCopy(declaration) as unknown as CatalogDeclaration;
  return createCatalog(copy) as unknown as ParsedCatalog<Declaration>;
}
