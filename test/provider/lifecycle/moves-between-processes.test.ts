import assert from "node:assert/strict";
import fc from "fast-check";
import { isEntitlementsError } from "../../../provider/lifecycle/errors";
import { feature } from "../../../provider/lifecycle/feature";
import { productFeature } from "../../../provider/lifecycle/product-feature";
import type { ResourceRules, UncheckedInputs } from "../../../provider/lifecycle/resource-rules";
import { TestEngine } from "../../support/provider-processes";
import { setup, type TestContext, type TestEnvironment } from "../../support/test-environment";

// 15 histories take about 5 seconds. `MODEL_RUNS=300` runs more.
const numRuns = Number(process.env["MODEL_RUNS"] ?? 15);
const seed = Number(process.env["MODEL_SEED"] ?? 20_261_127);

const slots = [0, 1, 2];
const keys = ["alpha", "beta", "gamma", "delta"];

/** A feature as a program declares it, with one attachment. */
interface Declared {
  readonly name: string;
  /** A part of the URN, but not of the owner. */
  readonly parent: number;
  readonly lookupKey: string;
  /** The provider of the feature, and that of its attachment. */
  readonly providers: readonly [number, number];
}

type Program = readonly Declared[];

interface Run {
  readonly program: Program;
  /** The step after which all processes are killed, before the engine records it. */
  readonly kill: number | undefined;
}

type Properties = Record<string, unknown>;

/** A resource in the state. */
interface Row {
  /** Empty once another object has replaced this one. */
  urn: string;
  readonly rules: ResourceRules<Properties, Properties>;
  readonly provider: number;
  readonly id: string;
  readonly outs: Properties;
}

const featureRules = feature as unknown as Row["rules"];
const pairRules = productFeature as unknown as Row["rules"];

class Killed extends Error {}

/** A stack with two providers. */
class Stack {
  readonly product: string;
  state: readonly Row[] = [];
  #steps = 0;
  #kill = Number.POSITIVE_INFINITY;

  constructor(private readonly env: TestEnvironment) {
    this.product = env.dashboard.createProduct({ name: "Team" }).id;
  }

  /** Runs `pulumi up --refresh` as the engine does: creates first, then the deletes. */
  async up({ program, kill = Number.POSITIVE_INFINITY }: Run): Promise<void> {
    using engine = new TestEngine(this.env);
    const contexts = [await engine.start(), await engine.start()];
    this.#steps = 0;
    this.#kill = kill;
    await this.#refresh(contexts);
    const kept = new Set<Row>();
    const features = program.map((each) => this.#plan(contexts, kept, each));
    const deployed = await Promise.allSettled(features.map((deploy) => deploy()));
    const failed = deployed.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    for (const rules of [pairRules, featureRules]) {
      await this.#delete(
        contexts,
        this.state.filter((row) => row.rules === rules && !kept.has(row)),
      );
    }
  }

  /** Removes what a killed run has deleted without recording that. */
  async #refresh(contexts: readonly TestContext[]): Promise<void> {
    for (const row of this.state) {
      const context = contexts[row.provider];
      assert.ok(context !== undefined);
      const found = await row.rules.read(context, row.id, row.outs);
      if (found === undefined) this.#replace(row);
      else this.#replace(row, { ...row, outs: found.props });
    }
  }

  /** Checks and compares the feature. Returns what creates it and attaches it. */
  #plan(contexts: readonly TestContext[], kept: Set<Row>, declared: Declared): () => Promise<void> {
    const { name, parent, lookupKey, providers } = declared;
    const news = { lookupKey, name: `Feature ${lookupKey}` };
    const target = { urn: `${parent}::${name}`, rules: featureRules, provider: providers[0] };
    const register = this.#register(contexts, kept, target, news, name);
    return async () => {
      const entitlementFeature = await register();
      const pair = { urn: `${parent}::${name}-pair`, rules: pairRules, provider: providers[1] };
      await this.#register(contexts, kept, pair, { product: this.product, entitlementFeature }, `${name}-pair`)();
    };
  }

  /** Checks and compares the resource. Returns what creates it where that is necessary. */
  #register(
    contexts: readonly TestContext[],
    kept: Set<Row>,
    { urn, rules, provider }: Omit<Row, "id" | "outs">,
    news: UncheckedInputs,
    name: string,
  ): () => Promise<string> {
    const context = contexts[provider];
    assert.ok(context !== undefined);
    const owner = `shop/production/${name}`;
    const inputs = { ...news, owner };
    const check = (olds: UncheckedInputs) => assert.deepEqual(rules.check(context, { owner, olds, news }).failures, []);
    const old = this.state.find((row) => row.urn === urn);
    check(old?.outs ?? {});
    if (old !== undefined && rules.diff(context, old.id, old.outs, inputs).replaces.length === 0) {
      const row = { ...old, provider };
      kept.add(row);
      this.#replace(old, row);
      return async () => old.id;
    }
    if (old !== undefined) check({});
    return () =>
      this.#step(
        () => rules.create(context, inputs),
        ({ id, outs }) => {
          if (old !== undefined) old.urn = "";
          const row = { urn, rules, provider, id, outs };
          kept.add(row);
          this.state = [...this.state, row];
          return id;
        },
      );
  }

  async #delete(contexts: readonly TestContext[], rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      const context = contexts[row.provider];
      assert.ok(context !== undefined);
      try {
        await this.#step(
          () => row.rules.delete(context, row.id, row.outs),
          () => this.#replace(row),
        );
      } catch (error) {
        // A killed run may have attached the feature without recording that.
        if (!isEntitlementsError(error) || error.kind !== "stillAttached") throw error;
      }
    }
  }

  #replace(old: Row, ...rows: readonly Row[]): void {
    this.state = [...this.state.filter((row) => row !== old), ...rows];
  }

  async #step<T, R>(work: () => Promise<T>, record: (result: T) => R): Promise<R> {
    if (this.#steps >= this.#kill) throw new Killed();
    this.#steps += 1;
    const isLast = this.#steps === this.#kill;
    const result = await work();
    if (isLast) throw new Killed();
    return record(result);
  }
}

/** Returns the ids of the active features by lookup key, without those that are not attached. */
function attachedFeatures({ dashboard }: TestEnvironment, product: string): ReadonlyMap<string, string> {
  const attached = dashboard.productFeatures(product).map(({ entitlement_feature }) => entitlement_feature);
  return new Map(attached.filter(({ active }) => active).map(({ lookup_key, id }) => [lookup_key, id]));
}

const slot = fc.record({
  isDeclared: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  renames: fc.nat(1),
  parent: fc.nat(1),
  providers: fc.tuple(fc.nat(1), fc.nat(1)),
});

const programs: fc.Arbitrary<Program> = fc
  .tuple(fc.tuple(slot, slot, slot), fc.shuffledSubarray(keys, { minLength: slots.length, maxLength: slots.length }))
  .map(([declared, shuffled]) =>
    declared.flatMap(({ isDeclared, renames, parent, providers }, index) =>
      isDeclared ? [{ name: `${index}-${renames}`, parent, providers, lookupKey: shuffled[index] ?? "" }] : [],
    ),
  );

const runs: fc.Arbitrary<Run> = fc.record({
  program: programs,
  kill: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined, freq: 2 }),
});

async function play(env: TestEnvironment, history: readonly Run[]): Promise<void> {
  const stack = new Stack(env);
  let before: Program = [];
  for (const run of history) {
    const had = attachedFeatures(env, stack.product);
    await stack.up(run).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    const has = attachedFeatures(env, stack.product);
    const isDeclaredBefore = (key: string) => before.some(({ lookupKey }) => lookupKey === key);
    for (const { lookupKey } of run.program.filter((each) => isDeclaredBefore(each.lookupKey))) {
      if (had.has(lookupKey)) assert.equal(has.get(lookupKey), had.get(lookupKey), `${lookupKey} was deleted`);
    }
    before = run.program;
  }
}

describe("Random moves of features and attachments between two provider processes", () => {
  it(`delete nothing that is declared, in ${numRuns} runs from seed ${seed}`, async function () {
    this.timeout(0);
    const history = fc.array(runs, { minLength: 2, maxLength: 5 });
    const property = fc.asyncProperty(history, programs, async (killed, program) => {
      await using env = await setup();
      await play(env, [...killed, { program, kill: undefined }]);
      const product = env.dashboard.products()[0]?.id ?? "";
      const attached = [...attachedFeatures(env, product).keys()];
      assert.ok(program.every(({ lookupKey }) => attached.includes(lookupKey)));
    });
    await fc.assert(property, { numRuns, seed });
  });
});
