import assert from "node:assert/strict";
import { feature } from "../../../../provider/lifecycle/feature";
import type { FeatureInputs } from "../../../../provider/lifecycle/feature/properties";
import type { FeatureState } from "../../../../provider/lifecycle/feature/state";
import { productFeature } from "../../../../provider/lifecycle/product-feature";
import type { ProductFeatureInputs } from "../../../../provider/lifecycle/product-feature/properties";
import type { ProductFeatureState } from "../../../../provider/lifecycle/product-feature/state";
import { setup, type TestContext, type TestEnvironment } from "../../../support/test-environment";

/** A program: the lookup key of each resource, by its name. */
type Program = Readonly<Record<string, string>>;
interface Row {
  readonly key: string;
  readonly feature: { readonly id: string; readonly outs: FeatureState };
  readonly pair: { readonly id: string; readonly outs: ProductFeatureState };
}
/**
 * The resources of the state, by name. Replaced ones are named by their ids until they are deleted.
 */
type State = Readonly<Record<string, Row>>;

interface RunOptions {
  /** Whether replacements delete first. */
  readonly deleteFirst?: boolean;
  /** Whether the process is killed before the engine has recorded a create. */
  readonly kill?: boolean;
}

/** A stack that declares features, each attached to one product. */
class Stack {
  state: State = {};
  readonly product: string;

  constructor(readonly env: TestEnvironment) {
    this.product = env.dashboard.createProduct({ name: "Team" }).id;
  }

  /**
   * Runs `pulumi up` as the engine does: creates first, unless told otherwise, then the deletes.
   */
  async up(program: Program, { deleteFirst = false, kill = false }: RunOptions = {}): Promise<TestContext> {
    const context = this.env.createContext();
    const old = this.state;
    const replaced = Object.keys(program).filter((name) => this.#plan(context, name, program[name] ?? ""));
    const gone = Object.entries(old).filter(([name]) => replaced.includes(name) || program[name] === undefined);
    if (deleteFirst)
      await this.#delete(
        context,
        gone.filter(([name]) => replaced.includes(name)),
      );
    const created = await Promise.all(replaced.map((name) => this.#create(context, name, program[name] ?? "")));
    if (kill) return context;
    await this.#delete(context, deleteFirst ? gone.filter(([name]) => !replaced.includes(name)) : gone);
    const kept = Object.entries(old).filter(([name]) => !gone.some(([other]) => other === name));
    this.state = Object.fromEntries([...kept, ...created]);
    return context;
  }

  async destroy(): Promise<void> {
    await this.#delete(this.env.createContext(), Object.entries(this.state));
    this.state = {};
  }

  /** Destroys the features alone. */
  async destroyFeatures(): Promise<void> {
    const context = this.env.createContext();
    for (const row of Object.values(this.state)) await feature.delete(context, row.feature.id, row.feature.outs);
  }

  /** Checks and compares a resource. Returns whether it must be created. */
  #plan(context: TestContext, name: string, key: string): boolean {
    const row = this.state[name];
    const inputs = featureOf(name, key);
    const { owner, ...news } = inputs;
    const check = (olds: object) =>
      assert.deepEqual(feature.check(context, { owner, olds: { ...olds }, news }).failures, []);
    check(row?.feature.outs ?? {});
    if (row === undefined) return true;
    const { replaces } = feature.diff(context, row.feature.id, row.feature.outs, inputs);
    if (replaces.length > 0) check({});
    else this.#checkPair(context, name, row.feature.id, row.pair.outs);
    return replaces.length > 0;
  }

  #checkPair(context: TestContext, name: string, entitlementFeature: string, olds: object): ProductFeatureInputs {
    const { owner, ...news } = { owner: `shop/production/${name}-pair`, product: this.product, entitlementFeature };
    const { inputs, failures } = productFeature.check(context, { owner, olds: { ...olds }, news });
    assert.deepEqual(failures, []);
    return inputs as unknown as ProductFeatureInputs;
  }

  async #create(context: TestContext, name: string, key: string): Promise<[string, Row]> {
    const created = await feature.create(context, featureOf(name, key));
    const pair = await productFeature.create(context, this.#checkPair(context, name, created.id, {}));
    return [name, { key, feature: created, pair }];
  }

  async #delete(context: TestContext, rows: readonly (readonly [string, Row])[]): Promise<void> {
    for (const [, { pair }] of rows) await productFeature.delete(context, pair.id, pair.outs);
    for (const [, row] of rows) await feature.delete(context, row.feature.id, row.feature.outs);
  }
}

function featureOf(name: string, lookupKey: string): FeatureInputs {
  return { lookupKey, name: `Feature ${lookupKey}`, metadata: { of: name }, owner: `shop/production/${name}` };
}

/**
 * Asserts that exactly the declared features are active and attached, each as its resource says.
 */
function assertDeclared({ env, product, state }: Stack, program: Program): void {
  const active = env.dashboard.features({ archived: false });
  const expected = Object.entries(program).map(([name, key]) => [
    key,
    { of: name, pulumi_owner: `shop/production/${name}` },
  ]);
  assert.deepEqual(
    Object.fromEntries(active.map(({ lookup_key, metadata }) => [lookup_key, metadata])),
    Object.fromEntries(expected),
  );
  const attached = env.dashboard.productFeatures(product).map(({ entitlement_feature }) => entitlement_feature.id);
  assert.deepEqual(attached.toSorted(), active.map(({ id }) => id).toSorted());
  assert.deepEqual(
    Object.values(state)
      .map((row) => row.feature.id)
      .toSorted(),
    active.map(({ id }) => id).toSorted(),
  );
}

/** The ids of the features and attachments that customers have, by lookup key. */
const accessOf = ({ env, product }: Stack) =>
  Object.fromEntries(
    env.dashboard
      .productFeatures(product)
      .map(({ id, entitlement_feature: { lookup_key, id: of } }) => [lookup_key, { feature: of, pair: id }]),
  );

describe("A stack whose resources change their names and lookup keys without aliases", () => {
  const steps: Readonly<Record<string, readonly [before: Program, after: Program]>> = {
    "a rename": [{ a: "one" }, { b: "one" }],
    "a move into a catalog": [{ a: "one" }, { "plans/one": "one" }],
    "two renames that swap the names": [
      { a: "one", b: "two" },
      { b: "one", a: "two" },
    ],
    "a cycle of three": [
      { a: "one", b: "two", c: "three" },
      { a: "two", b: "three", c: "one" },
    ],
    "a key that goes to a new resource": [{ a: "one" }, { a: "two", b: "one" }],
    "a key that comes from a removed resource": [{ a: "one", b: "two" }, { a: "two" }],
    "a chain of keys through a new and a removed resource": [
      { a: "one", b: "two" },
      { a: "two", c: "one" },
    ],
  };

  for (const [what, [before, after]] of Object.entries(steps)) {
    for (const deleteFirst of [false, true]) {
      const how = deleteFirst ? ", deleted first" : "";

      it(`keeps all that stays declared in ${what}${how}`, async () => {
        await using env = await setup();
        const stack = new Stack(env);
        await stack.up(before);
        const access = accessOf(stack);
        await stack.up(after, { deleteFirst });
        assertDeclared(stack, after);
        const now = accessOf(stack);
        for (const key of Object.values(after)) {
          assert.equal(now[key]?.feature, access[key]?.feature ?? now[key]?.feature);
          // A delete-first replacement detaches, because the new feature is not known by then.
          if (!deleteFirst) assert.deepEqual(now[key], access[key] ?? now[key]);
        }
        await stack.destroy();
        assert.deepEqual(env.dashboard.features({ archived: false }), []);
      });
    }

    for (const then of ["continues", "is reverted"] as const) {
      it(`keeps all that is declared when ${what} is killed before it is recorded, and ${then}`, async () => {
        await using env = await setup();
        const stack = new Stack(env);
        await stack.up(before);
        const access = accessOf(stack);
        await stack.up(after, { kill: true });
        const program = then === "continues" ? after : before;
        await stack.up(program);
        const now = accessOf(stack);
        for (const key of Object.values(program)) assert.deepEqual(now[key], access[key] ?? now[key]);
        const archived = env.dashboard.features().filter(({ active }) => !active);
        assert.ok(archived.every(({ lookup_key }) => !Object.values(program).includes(lookup_key)));
        if (then === "continues") assertDeclared(stack, after);
      });
    }
  }

  it("archives the feature of a key that is given up after a swap was killed", async () => {
    await using env = await setup();
    const stack = new Stack(env);
    await stack.up({ a: "one", b: "two" });
    await stack.up({ a: "two", b: "one" }, { kill: true });
    await stack.up({ a: "three", b: "one" });
    assertDeclared(stack, { a: "three", b: "one" });
  });

  it("sends one update for each renamed feature, and nothing for the old row", async () => {
    await using env = await setup();
    const stack = new Stack(env);
    await stack.up({ a: "one", b: "two" });
    env.emulator.requests.clear();
    const { logged } = await stack.up({ c: "one", d: "two" });
    const isWrite = (request: string) => !request.startsWith("GET ");
    const refused = ["POST /v1/entitlements/features", "POST /v1/products/:product/features"];
    const writes = env.requests.filter((request) => isWrite(request) && !refused.includes(request));
    assert.deepEqual(writes, Array(2).fill("POST /v1/entitlements/features/:id"));
    const id = accessOf(stack)["one"]?.feature;
    const marker = "with the marker of shop/production/a: changes metadata of.";
    const adopted = `Feature "c" (lookup key "one"): adopted ${id}, an active feature with this lookup key ${marker}`;
    assert.ok(logged.includes(adopted), logged.join("\n"));
    assert.ok(
      logged.includes(`Feature "a" (${id}, lookup key "one") is managed by shop/production/c now. It is kept.`),
    );
  });

  it("keeps the feature when a run with --target has renamed its resource", async () => {
    for (const last of ["up", "destroy of the old resource"] as const) {
      await using env = await setup();
      const stack = new Stack(env);
      await stack.up({ a: "one" });
      const [old, access] = [stack.state, accessOf(stack)];
      // The engine sends nothing about the resource that is not a target.
      stack.state = {};
      await stack.up({ b: "one" });
      const targeted = stack.state;
      assert.deepEqual(accessOf(stack), access);
      stack.state = last === "up" ? { ...old, ...targeted } : old;
      if (last === "up") await stack.up({ b: "one" });
      else await stack.destroyFeatures();
      assert.deepEqual(accessOf(stack), access, last);
    }
  });
});
