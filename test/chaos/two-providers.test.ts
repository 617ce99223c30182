import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { seededRandom } from "../../emulator/faults/random";
import { inFullRun, isFullRun, itInFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { type TestStack, useStack } from "../support/stack";
import { killDuring, randomMoment, type Victim } from "./support/killing";
import { runAgain } from "./support/recovery";
import { note, seed } from "./support/scale";

/** Milliseconds that the server takes for each request. */
const latency = 50;
/** About as many as one of the runs sends. */
const requests = 14;
const kills = isFullRun ? 20 : 1;
const victims: readonly Victim[] = ["one provider", "everything", "provider"];
const up = ["up", "--skip-preview"];

/** Pairs of providers: two for dynamic resources, two of the plugin, and one of each. */
const pairs = {
  "two dynamic providers": "[dynamic(new Second('second')), dynamic()]",
  "two providers of the plugin": "[plugin(new Plugin('one')), plugin(new Plugin('two'))]",
  "a dynamic provider and the plugin": "[dynamic(), plugin()]",
};

/**
 * Returns a program whose resources are all in other places than in version `n - 1`: each has the
 * other provider, and a parent of another type, or another name. None has an alias.
 */
const program = (pair: string, n: number) => `
class Second extends pulumi.ProviderResource { constructor(name) { super("pulumi-nodejs", name, {}); } }
class Plugin extends pulumi.ProviderResource { constructor(name) { super("stripe-entitlements", name, {}); } }
class Group extends pulumi.ComponentResource { constructor(name) { super("test:index:Group${n % 2}", name); } }
class PluginResource extends pulumi.CustomResource {}
const dynamic = (provider) => ({
  feature: (name, args, options) => new Feature(name, args, { ...options, provider }),
  attach: (name, args, options) => new ProductFeature(name, args, { ...options, provider }),
});
const plugin = (provider) => ({
  feature: (...args) => create("Feature", provider, ...args),
  attach: (...args) => create("ProductFeature", provider, ...args),
});
const create = (type, provider, name, args, options) =>
  new PluginResource("stripe-entitlements:index:" + type, name, args, { ...options, provider });
const declare = (name, lookupKey, one, other, parent) => {
  const { id } = one.feature(name, { lookupKey, name: lookupKey }, { parent });
  other.attach(name + "-team", { product: "prod_team", entitlementFeature: id }, { parent });
};
const providers = ${pair};
const [one, other] = [providers[${n % 2}], providers[${(n + 1) % 2}]];
const group = new Group("group");
declare("alpha", "alpha", one, one, group);
declare("beta-${n}", "beta", other, one);
declare("gamma-${n}", "gamma", one, other, group);
`;

/** Returns the active features and their attachments as pairs of ids, by lookup key. */
function objectsOf({ dashboard }: TestStack): Readonly<Record<string, string>> {
  const attached = dashboard.productFeatures("prod_team");
  const active = attached.filter(({ entitlement_feature }) => entitlement_feature.active);
  return Object.fromEntries(
    active.map(({ id, entitlement_feature: of }) => [of.lookup_key, `${of.id} ${id}`] as const).sort(),
  );
}

/** Returns the number of features and attachments in the state. */
async function countRows(stack: TestStack): Promise<number> {
  return (await stack.exported()).filter(({ type }) => /stripe-entitlements:(index:)?(Product)?Feature$/.test(type))
    .length;
}

// A move between the plugin and dynamic resources is the one that users make.
const tested = [
  "a dynamic provider and the plugin",
  ...inFullRun("two dynamic providers", "two providers of the plugin"),
];

for (const [title, pair] of Object.entries(pairs).filter(([title]) => tested.includes(title))) {
  describe(`Features and attachments that move between ${title} and get new URNs`, function () {
    this.timeout(2 * severalCommands);
    const stack = useStack({ products: ["prod_team"] });
    const random = seededRandom(seed);
    let before: Readonly<Record<string, string>> = {};
    let version = 0;

    /**
     * The executable of the plugin is one of the package's. A killed engine leaves files in TMPDIR,
     * and a later engine may get its port. Such an `up` writes nothing and asks for another one.
     */
    const env = () => {
      const TMPDIR = join(stack().directory, `tmp-${version}`);
      mkdirSync(TMPDIR, { recursive: true });
      return {
        TMPDIR,
        PATH: [join(stack().directory, "..", "..", "node_modules", ".bin"), process.env["PATH"]].join(delimiter),
      };
    };

    it("are adopted by the other provider, and left alone by the old one", async () => {
      await stack().program(program(pair, version));
      await stack().must(up, env());
      before = objectsOf(stack());
      assert.deepEqual(Object.keys(before), ["alpha", "beta", "gamma"]);
      version += 1;
      await stack().program(program(pair, version));
      await stack().must(up, env());
      assert.deepEqual(objectsOf(stack()), before);
    });

    for (let kill = 0; kill < kills; kill += 1) {
      const victim = victims[kill % victims.length] ?? "everything";
      const moment = randomMoment(random, requests, latency);
      it(`stay: ${victim} killed ${moment.delay} ms after ${moment.requests} answers`, async () => {
        version += 1;
        await stack().program(program(pair, version));
        const fault = stack().emulator.faults.add({ kind: "latency", ms: latency });
        note(`exit code ${(await killDuring(stack(), up, victim, moment, env())).exitCode ?? "none"}`);
        assert.deepEqual(objectsOf(stack()), before);
        fault.remove();
        const { exitCode, output } = await runAgain(stack(), up, env());
        assert.equal(exitCode, 0, output);
        assert.deepEqual(objectsOf(stack()), before);
        assert.equal(await countRows(stack()), 2 * Object.keys(before).length);
      });
    }

    // The engine ends the process of an explicit provider while others still delete.
    itInFullRun("are destroyed with their providers", async () => {
      await stack().must(["destroy", "--skip-preview"], env());
      assert.deepEqual(stack().dashboard.features({ archived: false }), []);
      assert.deepEqual(stack().dashboard.productFeatures("prod_team"), []);
    });
  });
}
