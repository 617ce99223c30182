import assert from "node:assert/strict";
import { seededRandom } from "../../emulator/faults/random";
import { inFullRun } from "../support/full-run";
import { severalCommands } from "../support/pulumi";
import { type TestStack, useStack } from "../support/stack";
import { killDuring, randomMoment, type Victim } from "./support/killing";
import { runAgain } from "./support/recovery";
import { note, seed } from "./support/scale";

/** Milliseconds that the server takes for each request. */
const latency = 50;
/** About as many as one of the runs sends. */
const requests = 14;
const up = ["up", "--skip-preview"];

/**
 * Returns a program whose resources are all in other places than in version `n - 1`: each has the
 * other provider, and a parent of another type, or another name. None has an alias.
 */
const program = (n: number) => `
class Second extends pulumi.ProviderResource { constructor(name) { super("pulumi-nodejs", name, {}); } }
class Group extends pulumi.ComponentResource { constructor(name) { super("test:index:Group${n % 2}", name); } }
const providers = [new Second("second"), undefined];
const declare = (name, lookupKey, provider, pairProvider, parent) => {
  const feature = new Feature(name, { lookupKey, name: lookupKey }, { parent, provider });
  const attachment = { product: "prod_team", entitlementFeature: feature.id };
  new ProductFeature(name + "-team", attachment, { parent, provider: pairProvider });
};
const [one, other] = [providers[${n % 2}], providers[${(n + 1) % 2}]];
const group = new Group("group-${n}");
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

/** Returns a process to kill for each run. Most runs are in a full run only. */
function victims(): readonly Victim[] {
  const all = ["one provider", "everything", "provider"] as const;
  return ["one provider", ...inFullRun(...Array.from({ length: 19 }, (_, n) => all[n % all.length] ?? "everything"))];
}

describe("Features and attachments that move between two providers and get new URNs", function () {
  this.timeout(2 * severalCommands);
  const stack = useStack({ products: ["prod_team"] });
  const random = seededRandom(seed);
  let before: Readonly<Record<string, string>> = {};
  let version = 0;

  it("are adopted by the other provider, and left alone by the old one", async () => {
    await stack().up(program(version));
    before = objectsOf(stack());
    assert.deepEqual(Object.keys(before), ["alpha", "beta", "gamma"]);
    version += 1;
    await stack().up(program(version));
    assert.deepEqual(objectsOf(stack()), before);
  });

  for (const [n, victim] of victims().entries()) {
    const moment = randomMoment(random, requests, latency);
    it(`stay active and attached, kill ${n}: ${victim}, ${moment.delay} ms after ${moment.requests} answers`, async () => {
      version += 1;
      await stack().program(program(version));
      const fault = stack().emulator.faults.add({ kind: "latency", ms: latency });
      note(`exit code ${(await killDuring(stack(), up, victim, moment)).exitCode ?? "none"}`);
      assert.deepEqual(objectsOf(stack()), before);
      fault.remove();
      const { exitCode, output } = await runAgain(stack(), up);
      assert.equal(exitCode, 0, output);
      assert.deepEqual(objectsOf(stack()), before);
      assert.equal((await stack().objects()).length, 2 * Object.keys(before).length);
    });
  }
});
