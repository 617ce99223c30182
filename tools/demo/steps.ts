import assert from "node:assert/strict";
import type { Dashboard } from "../../emulator";
import { diffStep } from "./diff-step";
import { showDrift } from "./drift";
import { type Plan, tableOfPlans } from "./plan-table";
import { printDetail, printResult } from "./screen";
import type { DemoStack } from "./stack";

export const plans = [
  { product: "prod_team", name: "Team" },
  { product: "prod_enterprise", name: "Enterprise" },
] as const satisfies readonly Plan[];

const [team, enterprise] = plans;

interface Step {
  /** One line. */
  readonly title: string;
  /** Whether the step removes what the steps before it created. `--keep` skips it. */
  readonly destroys?: boolean;
  readonly run: () => Promise<void> | void;
}

/**
 * Returns the steps in order. `dashboard` makes the manual changes and reads the server directly.
 */
export function demoSteps(stack: DemoStack, dashboard: Dashboard): readonly Step[] {
  const showPlans = () => {
    printDetail(tableOfPlans(dashboard, plans));
    printResult(`active features: ${features().length}, attachments: ${attachments().length}`);
  };
  const activeFeature = (lookupKey: string) => {
    const feature = dashboard.features({ archived: false }).find((each) => each.lookup_key === lookupKey);
    assert.ok(feature, `the server has no active feature ${lookupKey}`);
    return feature;
  };
  const features = () => dashboard.features({ archived: false });
  const attachments = () => plans.flatMap(({ product }) => dashboard.productFeatures(product));

  return [
    {
      title: "`pulumi up` creates 5 features and 8 attachments.",
      async run() {
        await stack.pulumi(["config", "set", "teamProduct", team.product]);
        await stack.pulumi(["config", "set", "enterpriseProduct", enterprise.product]);
        await stack.pulumi(["up", "--yes", "--skip-preview", "--suppress-progress", "--suppress-outputs"]);
        assert.deepEqual([features().length, attachments().length], [5, 8]);
      },
    },
    { title: "Features and plans on the server:", run: showPlans },
    {
      title: "In the Dashboard: archive sso, detach projects from Team, rename api.",
      run() {
        dashboard.archiveFeature(activeFeature("sso").id);
        dashboard.detach(team.product, activeFeature("projects").id);
        dashboard.renameFeature(activeFeature("api").id, "API (beta)");
        showPlans();
      },
    },
    {
      title: "`stripe-entitlements drift` compares a catalog with the account. It needs no state and only reads.",
      run: () => showDrift(stack, { team: team.product, enterprise: enterprise.product }),
    },
    {
      title: "`pulumi preview --refresh` shows all three as planned changes.",
      async run() {
        const output = await stack.pulumi(["preview", "--refresh", "--suppress-progress"]);
        assert.match(output, /:Feature +sso +create/, "no plan to create sso");
        assert.match(output, /:ProductFeature +team-projects +create/, "no plan to attach projects to Team");
        assert.match(output, /:Feature +api +update/, "no plan to rename api");
      },
    },
    diffStep(stack),
    {
      title: "`pulumi up --refresh` repairs them. Archiving is final in Stripe, so it creates and attaches a new sso.",
      async run() {
        await stack.pulumi(["up", "--refresh", "--yes", "--skip-preview", "--suppress-progress", "--suppress-outputs"]);
        assert.deepEqual([features().length, attachments().length], [5, 8]);
        assert.equal(activeFeature("api").name, "API access");
        showPlans();
      },
    },
    {
      title: "`pulumi preview --refresh --expect-no-changes` succeeds. In CI this command detects drift.",
      async run() {
        await stack.pulumi(["preview", "--refresh", "--expect-no-changes", "--suppress-progress"]);
      },
    },
    {
      title: "`pulumi destroy` detaches all features, then archives them.",
      destroys: true,
      async run() {
        await stack.pulumi(["destroy", "--yes", "--skip-preview", "--suppress-progress"]);
      },
    },
    {
      title: "What is left on the server:",
      destroys: true,
      run() {
        const archived = dashboard.features({ archived: true });
        const active = `active features: ${features().length}, attachments: ${attachments().length}`;
        console.log(`  ${active}, archived features: ${archived.length}`);
        assert.deepEqual([features().length, attachments().length, archived.length], [0, 0, 6]);
      },
    },
  ];
}
