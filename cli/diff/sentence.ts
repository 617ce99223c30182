import type { Changes, FeatureChange, FeatureFate, PlanChange } from "./changes";
import type { TextStyle } from "./text-style";

/** The most plans that the sentence names. */
const maxPlans = 5;

/** Singular, plural, and the rest of a clause. */
type Clause = readonly [string, string, string];

const inNoPlan: Clause = ["is", "are", "new and in no plan"];
const createdAgain: Clause = ["is", "are", "created again"];
const changed: Clause = ["has", "have", "another name or metadata"];
const adopted: Clause = ["is", "are", "adopted from Stripe"];
const released: Clause = ["is", "are", "no longer managed"];
const archived: Clause = ["is", "are", "archived for good"];
const clauses = [inNoPlan, createdAgain, changed, adopted, released, archived];

const clauseOf: Readonly<Record<FeatureFate, (feature: FeatureChange) => Clause | undefined>> = {
  // The clauses of plans count those that a plan gains.
  new: ({ cells }) => {
    if (cells.some(({ change }) => change === "gained")) return undefined;
    return cells.some(({ change }) => change === "same") ? createdAgain : inNoPlan;
  },
  changed: () => changed,
  adopted: () => adopted,
  released: () => released,
  archived: () => archived,
};

/** Returns what changes, as one sentence. */
export function sentenceOf(changes: Changes, style: TextStyle): string {
  const parts = [...planClauses(changes.plans, style), ...featureClauses(changes)];
  return parts.length === 0 ? "No plan and no feature changes." : `${parts.join(", ")}.`;
}

function planClauses(plans: readonly PlanChange[], style: TextStyle): readonly string[] {
  const all = plans.filter(({ change, gains, loses }) => change !== undefined || gains.length + loses.length > 0);
  const shown = all.slice(0, all.length > maxPlans + 1 ? maxPlans : undefined);
  const counted = counter();
  const texts = shown.map((plan) => `${style.plan(plan.label)} ${planClause(plan, counted)}`);
  const rest = all.length - shown.length;
  return rest === 0 ? texts : [...texts, `${rest} other plans change`];
}

function planClause({ change, gains, loses }: PlanChange, counted: (count: number) => string): string {
  if (change === "new") return `is a new plan with ${counted(gains.length)}`;
  if (change === "removed") return `is removed with ${counted(loses.length)}`;
  const parts = [
    ...(gains.length > 0 ? [`gains ${counted(gains.length)}`] : []),
    ...(loses.length > 0 ? [`loses ${counted(loses.length)}`] : []),
  ];
  return parts.join(" and ");
}

/** Returns a function that says `2 features` first, and then only the number. */
function counter(): (count: number) => string {
  let isFirst = true;
  return (count) => {
    const text = isFirst ? featuresText(count) : String(count);
    isFirst = false;
    return text;
  };
}

function featureClauses({ features }: Changes): readonly string[] {
  const clause = (feature: FeatureChange) =>
    feature.change === undefined ? undefined : clauseOf[feature.change](feature);
  const counts = Map.groupBy(features, clause);
  return clauses.flatMap((each) => {
    const count = counts.get(each)?.length ?? 0;
    return count === 0 ? [] : [`${featuresText(count)} ${count === 1 ? each[0] : each[1]} ${each[2]}`];
  });
}

function featuresText(count: number): string {
  return `${count} ${count === 1 ? "feature" : "features"}`;
}
