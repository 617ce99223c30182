import assert from "node:assert/strict";
import type { Dashboard } from "../../emulator";
import { type Plan, tableOfPlans } from "./plan-table";
import type { DemoStack } from "./stack";

export const plans = [
  { product: "prod_team", name: "Team" },
  { product: "prod_enterprise", name: "Enterprise" },
] as const satisfies readonly Plan[];

const [team, enterprise] = plans;

interface Step {
  /** What it shows, in one line. */
  readonly shows: string;
  /** Whether it takes down what the steps before it made. */
  readonly ends?: boolean;
  readonly run: () => Promise<void> | void;
}

/** The steps in their order. `dashboard` stands for the person who clicks, and for the proof: it reads the server itself. */
export function story(stack: DemoStack, dashboard: Dashboard): readonly Step[] {
  const showPlans = () => console.log(tableOfPlans(dashboard, plans));
  const activeFeature = (lookupKey: string) => {
    const feature = dashboard.features({ archived: false }).find((each) => each.lookup_key === lookupKey);
    assert(feature, `the server has no active feature ${lookupKey}`);
    return feature;
  };
  const features = () => dashboard.features({ archived: false });
  const attachments = () => plans.flatMap(({ product }) => dashboard.productFeatures(product));

  return [
    {
      shows: "`pulumi up` brings 5 features and 8 attachments to the server.",
      async run() {
        await stack.pulumi(["config", "set", "teamProduct", team.product]);
        await stack.pulumi(["config", "set", "enterpriseProduct", enterprise.product]);
        await stack.pulumi(["up", "--yes", "--skip-preview", "--suppress-progress", "--suppress-outputs"]);
        assert.deepEqual([features().length, attachments().length], [5, 8]);
      },
    },
    { shows: "What the server has now, plan by feature:", run: showPlans },
    {
      shows: "Somebody clicks in the Dashboard: archives sso, takes projects off Team, renames api.",
      run() {
        dashboard.archiveFeature(activeFeature("sso").id);
        dashboard.detach(team.product, activeFeature("projects").id);
        dashboard.renameFeature(activeFeature("api").id, "API (beta)");
        showPlans();
      },
    },
    {
      shows: "`pulumi preview --refresh` shows all three as planned changes.",
      async run() {
        const output = await stack.pulumi(["preview", "--refresh", "--suppress-progress"]);
        assert.match(output, /:Feature +sso +create/, "sso is not planned to be made anew");
        assert.match(
          output,
          /:ProductFeature +team-projects +create/,
          "team-projects is not planned to be attached again",
        );
        assert.match(output, /:Feature +api +update/, "api is not planned to be renamed back");
      },
    },
    {
      shows:
        "`pulumi up --refresh` repairs them. An archived feature stays archived, so sso is made anew and attached in its place.",
      async run() {
        await stack.pulumi(["up", "--refresh", "--yes", "--skip-preview", "--suppress-progress", "--suppress-outputs"]);
        assert.deepEqual([features().length, attachments().length], [5, 8]);
        assert.equal(activeFeature("api").name, "API access");
        showPlans();
      },
    },
    {
      shows:
        "`pulumi preview --refresh --expect-no-changes` passes: program and server agree. In CI this is the drift gate.",
      async run() {
        await stack.pulumi(["preview", "--refresh", "--expect-no-changes", "--suppress-progress"]);
      },
    },
    {
      shows: "`pulumi destroy` detaches every feature, then archives it.",
      ends: true,
      async run() {
        await stack.pulumi(["destroy", "--yes", "--skip-preview", "--suppress-progress"]);
      },
    },
    {
      shows: "The proof from the server:",
      ends: true,
      run() {
        const archived = dashboard.features({ archived: true });
        console.log(
          `  active features: ${features().length}, attachments: ${attachments().length}, archived features: ${archived.length}`,
        );
        assert.deepEqual([features().length, attachments().length, archived.length], [0, 0, 6]);
      },
    },
  ];
}
