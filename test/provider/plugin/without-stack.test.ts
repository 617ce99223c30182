import assert from "node:assert/strict";
import { rejection } from "../../support/rejection";
import { ServedPlugin } from "../../support/served-plugin";

// The URNs that `pulumi do` makes up.
const provider = "urn:pulumi:dev::default::pulumi:providers:stripe-entitlements::";
const urnOf = (type: string) => `urn:pulumi:dev::default::stripe-entitlements:index:${type}::${type}`;
const feature = urnOf("Feature");
const attachment = urnOf("ProductFeature");
const declared = { lookupKey: "sso", name: "Single sign-on" };

/** Makes the calls of `pulumi do --stateless` in its order. */
class Stateless implements AsyncDisposable {
  private constructor(readonly plugin: ServedPlugin) {}

  static async start(settings = {}): Promise<Stateless> {
    return new Stateless(await ServedPlugin.start(provider, settings));
  }

  get dashboard() {
    return this.plugin.dashboard;
  }

  async create(urn: string, inputs: object, options?: { preview: boolean }) {
    return this.plugin.create(urn, await this.#check(urn, {}, inputs), options);
  }

  async patch(urn: string, id: string, inputs: object): Promise<void> {
    const found = await this.plugin.read(urn, id);
    const news = await this.#check(urn, found.inputs, { ...found.inputs, ...inputs });
    await this.plugin.diff(urn, id, found.outs, news);
    await this.plugin.update(urn, id, found.outs, news);
  }

  async delete(urn: string, id: string): Promise<void> {
    const found = await this.plugin.read(urn, id);
    await this.plugin.delete(urn, found.id, found.outs);
  }

  async #check(urn: string, olds: object, news: object) {
    const { inputs, failures } = await this.plugin.check(urn, { ...olds }, { ...news });
    assert.deepEqual(failures, []);
    return inputs;
  }

  /** Creates a feature of a stack and attaches it to `prod_team`. */
  createOwned(): { readonly id: string; readonly attached: string } {
    this.dashboard.createProduct({ id: "prod_team", name: "Team" });
    const { id } = this.dashboard.createFeature({ ...declared, metadata: { pulumi_owner: "acme/dev/sso" } });
    return { id, attached: this.dashboard.attach("prod_team", id).id };
  }

  get writes(): number {
    const { requests } = this.plugin.emulator;
    return requests.count({ method: "POST" }) + requests.count({ method: "DELETE" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.plugin[Symbol.asyncDispose]();
  }
}

describe("A create without a stack", () => {
  it("writes no marker, so that a stack can adopt the feature", async () => {
    await using stateless = await Stateless.start();
    const { id, outs } = await stateless.create(feature, declared);
    assert.deepEqual(stateless.dashboard.feature(id)?.metadata, {});
    assert.equal("owner" in outs, false);
    await stateless.plugin.configure(`${provider}default`, {});
    const urn = "urn:pulumi:dev::acme::stripe-entitlements:index:Feature::sso";
    const inputs = { ...declared, owner: "acme/dev/sso" };
    assert.match((await rejection(stateless.plugin.create(urn, inputs))).message, /set adopt: "unowned"/);
    assert.equal((await stateless.plugin.create(urn, { ...inputs, adopt: "unowned" })).id, id);
    assert.deepEqual(stateless.dashboard.feature(id)?.metadata, { pulumi_owner: "acme/dev/sso" });
  });

  for (const adopt of ["owned", "any"]) {
    it(`changes no feature that exists, also where the settings say adopt: ${adopt}`, async () => {
      await using stateless = await Stateless.start({ adopt });
      const { id } = stateless.createOwned();
      const other = await stateless.create(feature, { lookupKey: "api", name: "API" });
      for (const lookupKey of ["sso", "api"]) {
        for (const preview of [false, true]) {
          const create = stateless.create(feature, { lookupKey, name: "Changed" }, { preview });
          assert.match((await rejection(create)).message, /already has this lookup key: feat_.*\n.*adopts nothing/);
        }
      }
      assert.deepEqual(stateless.dashboard.feature(id)?.metadata, { pulumi_owner: "acme/dev/sso" });
      assert.deepEqual(
        [id, other.id].map((each) => stateless.dashboard.feature(each)?.name),
        ["Single sign-on", "API"],
      );
    });
  }

  it("takes no input that only a state holds", async () => {
    await using stateless = await Stateless.start();
    const inputs = { ...declared, adopt: "any", archiveWhileAttached: true };
    const { failures } = await stateless.plugin.check(feature, {}, inputs);
    assert.deepEqual(failures, [
      "adopt has no effect without a stack",
      "archiveWhileAttached has no effect without a stack",
    ]);
  });
});

describe("A request without a stack that fails", () => {
  for (const [status, code, hint] of [
    [401, undefined, "Set a valid key in STRIPE_API_KEY."],
    [429, "rate_limit", "Run the command again later."],
    [500, undefined, "List the objects before you run it again."],
  ] as const) {
    it(`says what to do without a program after ${status}`, async () => {
      await using stateless = await Stateless.start({ maxRetries: 0 });
      const route = "/v1/entitlements/features";
      stateless.plugin.emulator.faults.add({ kind: "status", status, method: "POST", route, ...(code && { code }) });
      const { message } = await rejection(stateless.create(feature, declared));
      assert.ok(message.endsWith(hint), message);
    });
  }
});

describe("A patch without a stack", () => {
  it("changes a feature without a marker, and writes none", async () => {
    await using stateless = await Stateless.start();
    const { id } = stateless.dashboard.createFeature({ ...declared, metadata: { team: "identity" } });
    await stateless.patch(feature, id, { name: "SSO" });
    const changed = stateless.dashboard.feature(id);
    assert.deepEqual([changed?.name, changed?.metadata], ["SSO", { team: "identity" }]);
  });

  for (const adopt of ["owned", "any"]) {
    it(`is refused for a feature of a stack, also where the settings say adopt: ${adopt}`, async () => {
      await using stateless = await Stateless.start({ adopt });
      const { id } = stateless.createOwned();
      const error = await rejection(stateless.patch(feature, id, { name: "SSO" }));
      assert.match(error.message, /Feature \(feat_.*\): not changed, because it belongs to acme\/dev\/sso/);
      assert.equal(stateless.writes, 0);
    });
  }

  it("is refused where the change needs a new object", async () => {
    await using stateless = await Stateless.start();
    const { id } = stateless.dashboard.createFeature(declared);
    for (const product of ["prod_team", "prod_free"]) stateless.dashboard.createProduct({ id: product, name: product });
    const attached = `prod_team/${stateless.dashboard.attach("prod_team", id).id}`;
    const renamed = await rejection(stateless.patch(feature, id, { lookupKey: "saml" }));
    assert.match(renamed.message, /lookupKey cannot be changed\nNothing was changed\. Create a new object/);
    const moved = await rejection(stateless.patch(attachment, attached, { product: "prod_free" }));
    assert.match(moved.message, /product cannot be changed/);
    assert.equal(stateless.writes, 0);
  });
});

describe("A delete without a stack", () => {
  it("archives a feature without a marker, and detaches its attachment", async () => {
    await using stateless = await Stateless.start();
    stateless.dashboard.createProduct({ id: "prod_team", name: "Team" });
    const { id } = stateless.dashboard.createFeature(declared);
    const attached = stateless.dashboard.attach("prod_team", id).id;
    const { message } = await rejection(stateless.delete(feature, id));
    assert.match(message, /not archived, because it is still attached to prod_team "Team".*\nDetach it there first/);
    assert.doesNotMatch(message, /pulumi up/);
    await stateless.delete(attachment, `prod_team/${attached}`);
    await stateless.delete(feature, id);
    assert.deepEqual(stateless.dashboard.productFeatures("prod_team"), []);
    assert.equal(stateless.dashboard.feature(id)?.active, false);
  });

  it("is refused for a feature of a stack and for its attachments", async () => {
    await using stateless = await Stateless.start();
    const { id, attached } = stateless.createOwned();
    const kept = await rejection(stateless.delete(attachment, `prod_team/${attached}`));
    assert.match(kept.message, /not deleted, because its feature belongs to acme\/dev\/sso/);
    stateless.dashboard.detach("prod_team", attached);
    const error = await rejection(stateless.delete(feature, id));
    assert.match(error.message, /Feature \(feat_.*\): not deleted, because it belongs to acme\/dev\/sso/);
    assert.equal(stateless.writes, 0);
  });
});
