/**
 * Returns how messages name an object: its type, the name of its resource in the program where the
 * owner tells it, and what identifies it in Stripe where that is known. For example
 * `ProductFeature "enterprise-sso" (prodft_… on prod_…)`.
 */
export function formatSubject(type: string, owner: string | undefined, details: string): string {
  const name = owner === undefined ? "" : resourceName(owner);
  return `${type}${name && ` "${name}"`}${details && ` (${details})`}`;
}

/**
 * Returns the resource name in an owner, `<project>/<stack>/<resource name>`. Only the name can
 * hold a slash.
 */
export function resourceName(owner: string): string {
  return owner.split("/").slice(2).join("/");
}
