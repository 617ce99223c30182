import type { Changed, Drift, Missing, Unmanaged } from "./drift";

/** A text of the account or of the catalog, which the report shows as code or as a literal. */
interface Value {
  readonly value: string;
}

/** A cell: a word of the report itself, or a value. */
export type Cell = string | Value;

/** A section of the report: one row for each difference. */
export interface Section {
  readonly title: string;
  readonly count: number;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Returns the sections with a difference. */
export function sectionsOf({ missing, changed, unmanaged }: Drift): readonly Section[] {
  const byHand = unmanaged.filter(({ owner }) => owner === null);
  const managed = unmanaged.filter(({ owner }) => owner !== null);
  const sections: readonly Section[] = [
    {
      title: "Missing in the account",
      count: missing.length,
      columns: ["what", "lookup key", "product", "plan or name"],
      rows: missing.map(missingRow),
    },
    {
      title: "Changed in the account",
      count: changed.length,
      columns: ["feature", "property", "catalog", "account"],
      rows: changed.flatMap(changedRows),
    },
    {
      title: "Unmanaged, made by hand",
      count: byHand.length,
      columns: ["what", "lookup key", "id", "name"],
      rows: byHand.map(unmanagedRow),
    },
    {
      title: "Unmanaged by this catalog, managed by another resource",
      count: managed.length,
      columns: ["what", "lookup key", "id", "name", "managed by"],
      rows: managed.map((each) => [...unmanagedRow(each), { value: each.owner ?? "" }]),
    },
  ];
  return sections.filter(({ count }) => count > 0);
}

function missingRow(missing: Missing): readonly Cell[] {
  switch (missing.type) {
    case "feature":
      return ["feature", { value: missing.lookupKey }, "", { value: missing.name }];
    case "product":
      return ["product", "", { value: missing.product }, { value: missing.plan }];
    case "attachment":
      return ["attachment", { value: missing.lookupKey }, { value: missing.product }, { value: missing.plan }];
  }
}

function changedRows({ lookupKey, changes }: Changed): readonly (readonly Cell[])[] {
  const shown = (value: string | null): Cell => (value === null ? "none" : { value });
  return changes.map(({ property, key, catalog, account }) => [
    { value: lookupKey },
    key === undefined ? property : { value: `${property}.${key}` },
    shown(catalog),
    shown(account),
  ]);
}

function unmanagedRow(unmanaged: Unmanaged): readonly Cell[] {
  const { lookupKey, id, name } = unmanaged;
  if (unmanaged.type === "feature") return ["feature", { value: lookupKey }, { value: id }, { value: name }];
  const what = unmanaged.isArchived ? "attachment, feature archived" : "attachment";
  return [what, { value: lookupKey }, { value: unmanaged.product }, { value: name }];
}
