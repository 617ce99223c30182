import { featureContract, productFeatureContract } from "../../provider/dynamic/contract";
import { adoptionPrefix } from "../../provider/lifecycle/ownership/create-plan";
import type { Preview, State, Step } from "./preview-file";

/** One Feature or ProductFeature of a preview. */
export interface PreviewResource {
  readonly urn: string;
  readonly isFeature: boolean;
  readonly before: State | undefined;
  readonly after: State | undefined;
  /** Before the refresh. Undefined when the preview did not refresh. */
  readonly recorded: State | undefined;
  /** Whether the object exists in Stripe although it is new in the state. */
  readonly isAdopted: boolean;
  /** Whether the object stays in Stripe although its resource goes. */
  readonly isReleased: boolean;
}

/** The type of the component that names its children `<catalog>/<plan>/<key>`. */
const catalogType = "stripe-entitlements:index:EntitlementCatalog";

/** Whether the preview also lists the resources that do not change (`--show-sames`). */
export function listsEverything({ steps, changeSummary }: Preview): boolean {
  const same = steps.filter(({ op }) => op === "same").length;
  return changeSummary != null && (changeSummary["same"] ?? 0) <= same;
}

/** Returns the resources of this package, sorted by URN: the engine lists them in any order. */
export function resourcesOf(preview: Preview): readonly PreviewResource[] {
  const own = preview.steps.filter(({ urn }) =>
    [featureContract.type, productFeatureContract.type].includes(typeOf(urn)),
  );
  const adopted = new Set(
    preview.diagnostics?.filter(({ message }) => message.startsWith(adoptionPrefix)).map(({ urn }) => urn),
  );
  const isComplete = listsEverything(preview);
  return (
    [...Map.groupBy(own, ({ urn }) => urn)]
      // The program no longer reads an object that it has never managed.
      .filter(([, steps]) => !steps.some(({ op }) => op.startsWith("discard")))
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([urn, steps]) => resourceOf(urn, steps, adopted.has(urn), isComplete))
  );
}

function resourceOf(urn: string, steps: readonly Step[], isAdopted: boolean, isComplete: boolean): PreviewResource {
  const planned = steps.filter(({ op }) => op !== "refresh");
  const recorded = steps.find(({ op }) => op === "refresh")?.oldState ?? undefined;
  // Without a step of its own, it does not change, or the refresh has not found it.
  const unchanged = planned.length === 0 && !isComplete ? recorded : undefined;
  const read = planned.find(({ op }) => op.startsWith("read"))?.newState;
  const [olds, news] = [planned.map(({ oldState }) => oldState), planned.map(({ newState }) => newState)];
  const before = read ?? olds.find((state) => state != null) ?? unchanged;
  return {
    urn,
    isFeature: typeOf(urn) === featureContract.type,
    before,
    after: news.find((state) => state != null) ?? unchanged,
    recorded,
    isAdopted: isAdopted || planned.some(({ op }) => op.startsWith("import")),
    isReleased: before?.retainOnDelete === true,
  };
}

/** Returns the resource's own type, without those of its parents. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** Returns the name of the resource. It may contain `::`. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Returns the plan and the lookup key in the name of a child of an EntitlementCatalog. */
export function catalogNames(urn: string): { readonly plan: string; readonly key: string } | undefined {
  if (urn.split("::")[2]?.split("$").at(-2) !== catalogType) return undefined;
  const [plan = "", key = ""] = nameOf(urn)
    .split("/")
    .slice(-2)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return { plan, key };
}
