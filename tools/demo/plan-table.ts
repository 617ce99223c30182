import type { Dashboard } from "../../emulator";

export interface Plan {
  readonly product: string;
  readonly name: string;
}

/**
 * Returns a table of features by plans as they are on the server: `yes` where a feature is attached
 * to the plan's product.
 */
export function tableOfPlans(dashboard: Dashboard, plans: readonly Plan[]): string {
  const attached = plans.map(({ product }) =>
    dashboard.productFeatures(product).map((each) => each.entitlement_feature.id),
  );
  const rows = dashboard
    .features({ archived: false })
    .toSorted((one, other) => one.lookup_key.localeCompare(other.lookup_key))
    .map(({ id, lookup_key, name }) => [lookup_key, name, ...attached.map((ids) => (ids.includes(id) ? "yes" : "-"))]);
  return alignColumns([["lookup key", "name", ...plans.map((plan) => plan.name)], ...rows]);
}

function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return rows.map((row) => `  ${line(row)}`.trimEnd()).join("\n");
}
