import type { Report } from "./report";
import { sentenceOf } from "./sentence";
import { plainStyle } from "./text-style";
import { warningsOf } from "./warnings";

/** Returns the report as JSON. docs/cli.md describes it. */
export function toJson(report: Report): string {
  const { changes, comparedWith, isComplete } = report;
  const plans = changes.plans.map(({ label, ...plan }) => ({ plan: label, ...plan }));
  const features = changes.features.map(({ cells, ...feature }) => ({
    ...feature,
    plans: Object.fromEntries(
      cells.flatMap(({ change, via }, index) => {
        return change === "none"
          ? []
          : [[changes.plans[index]?.label ?? "", { change, ...(via !== undefined && { via }) }]];
      }),
    ),
  }));
  const result = {
    summary: sentenceOf(changes, plainStyle),
    isChanged: changes.isChanged,
    isComplete,
    comparedWith,
    warnings: warningsOf(report, plainStyle),
    plans,
    features,
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}
