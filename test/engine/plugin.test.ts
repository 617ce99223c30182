import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type Emulator, startEmulator } from "../../emulator";
import { version } from "../../package.json";
import { unknownValue } from "../../provider/lifecycle/inputs";
import { fromStruct, toStruct } from "../../provider/plugin/wire";
import { timeout } from "../support/engine";
import { EngineLog } from "../support/engine-log";
import { installedCopy } from "../support/installed-copy";
import { rejection } from "../support/rejection";

const providerUrn = "urn:pulumi:dev::acme::pulumi:providers:stripe-entitlements::eu";
const urnOf = (type: string, name: string) => `urn:pulumi:dev::acme::stripe-entitlements:index:${type}::${name}`;
const sso = urnOf("Feature", "sso");
const teamSso = urnOf("ProductFeature", "team-sso");
const declared = { lookupKey: "sso", name: "Single sign-on" };

type Callback<Response> = (error: ServiceError | null, response: Response) => void;

/** A plugin process, with the engine's log service and an emulator. */
class Plugin implements AsyncDisposable {
  readonly emulator: Emulator;
  readonly engine: EngineLog;
  readonly child: ChildProcess;
  readonly client: ResourceProviderClient;

  constructor(parts: Pick<Plugin, "emulator" | "engine" | "child" | "client">) {
    this.emulator = parts.emulator;
    this.engine = parts.engine;
    this.child = parts.child;
    this.client = parts.client;
  }

  get dashboard() {
    return this.emulator.sandbox.dashboard;
  }

  call<Response>(send: (client: ResourceProviderClient, done: Callback<Response>) => unknown): Promise<Response> {
    return new Promise((resolve, reject) => {
      send(this.client, (error, response) => (error === null ? resolve(response) : reject(error)));
    });
  }

  configure(settings: object = {}): Promise<proto.ConfigureResponse> {
    const { apiKey, url } = this.emulator;
    const args = toStruct({ apiKey, apiBase: url, maxRetries: 0, ...settings });
    return this.call((client, done) =>
      client.configure(new proto.ConfigureRequest().setUrn(providerUrn).setArgs(args), done),
    );
  }

  async create(urn: string, inputs: object, { preview = false } = {}) {
    const request = new proto.CreateRequest().setUrn(urn).setPreview(preview).setProperties(toStruct(inputs));
    const response = await this.call<proto.CreateResponse>((client, done) => client.create(request, done));
    return { id: response.getId(), outs: fromStruct(response.getProperties()) };
  }

  async diff(urn: string, id: string, olds: object, news: object) {
    const request = new proto.DiffRequest().setUrn(urn).setId(id).setOlds(toStruct(olds)).setNews(toStruct(news));
    const response = await this.call<proto.DiffResponse>((client, done) => client.diff(request, done));
    const kinds = new Map(
      response
        .getDetaileddiffMap()
        .toArray()
        .map(([path]) => [path, kindOf(response, path)]),
    );
    return { changes: response.getChanges(), replaces: response.getReplacesList(), details: Object.fromEntries(kinds) };
  }

  /** Reads as an import does: without properties. */
  async import(urn: string, id: string) {
    const request = new proto.ReadRequest().setUrn(urn).setId(id);
    const response = await this.call<proto.ReadResponse>((client, done) => client.read(request, done));
    return {
      id: response.getId(),
      outs: fromStruct(response.getProperties()),
      inputs: fromStruct(response.getInputs()),
    };
  }

  async checkConfig(properties: object) {
    const request = new proto.CheckRequest().setUrn(providerUrn).setNews(toStruct(properties));
    const response = await this.call<proto.CheckResponse>((client, done) => client.checkConfig(request, done));
    return { inputs: response.getInputs()?.toJavaScript(), failures: response.getFailuresList() };
  }

  async invoke(name: string, args: object) {
    const request = new proto.InvokeRequest().setTok(`stripe-entitlements:index:${name}`).setArgs(toStruct(args));
    return fromStruct(
      (await this.call<proto.InvokeResponse>((client, done) => client.invoke(request, done))).getReturn(),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    this.child.kill();
    this.engine.stop();
    await this.emulator.close();
  }
}

function kindOf(response: proto.DiffResponse, path: string): string {
  const kind = response.getDetaileddiffMap().get(path)?.getKind();
  return Object.entries(proto.PropertyDiff.Kind).find(([, value]) => value === kind)?.[0] ?? "";
}

const script = async () =>
  join(await installedCopy(), "node_modules", "pulumi-stripe-entitlements", "dist", "provider", "plugin", "index.js");

async function start(): Promise<Plugin> {
  const engine = new EngineLog();
  const child = spawn(process.execPath, [await script(), await engine.start()], { env: {}, stdio: "pipe" });
  const [port] = await once(createInterface({ input: child.stdout }), "line");
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  return new Plugin({ emulator: await startEmulator(), engine, child, client });
}

describe("The plugin", function () {
  this.timeout(timeout);

  it("tells its version, and that it accepts secrets", async () => {
    await using plugin = await start();
    const info = await plugin.call<PluginInfo>((client, done) => client.getPluginInfo(new Empty(), done));
    assert.equal(info.getVersion(), version);
    const handshake = await plugin.call<proto.ProviderHandshakeResponse>((client, done) =>
      client.handshake(new proto.ProviderHandshakeRequest(), done),
    );
    assert.equal(handshake.getAcceptSecrets(), true);
    assert.equal((await plugin.configure()).getAcceptsecrets(), true);
  });

  it("rejects wrong settings of a provider without their values, and keeps what is right", async () => {
    await using plugin = await start();
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "sk_test_made_up" };
    const right = await plugin.checkConfig({ apiKey: secret, archiveWhileAttached: "true" });
    // An API key that is no longer marked as a secret would be stored in clear text.
    assert.deepEqual(right.inputs, { apiKey: secret, archiveWhileAttached: "true" });
    assert.deepEqual(right.failures, []);
    const [failure] = (await plugin.checkConfig({ apiKey: "pk_live_made_up", acount: "acct_1" })).failures;
    assert.match(failure?.getReason() ?? "", /^acount of the provider "eu" is not a setting.*account/);
    const [wrongKey] = (await plugin.checkConfig({ apiKey: "pk_live_made_up" })).failures;
    assert.match(wrongKey?.getReason() ?? "", /apiKey of the provider "eu" is a publishable key/);
    assert.doesNotMatch(wrongKey?.getReason() ?? "", /made_up/);
  });

  it("previews the outputs that are known before Stripe is asked", async () => {
    await using plugin = await start();
    await plugin.configure();
    const feature = await plugin.create(sso, { ...declared, owner: "acme/dev/sso" }, { preview: true });
    assert.deepEqual(feature, {
      id: "",
      outs: { ...declared, owner: "acme/dev/sso", metadata: {}, active: true, livemode: false, account: unknownValue },
    });
    const pair = { product: "prod_1", entitlementFeature: unknownValue };
    const attachment = await plugin.create(teamSso, pair, { preview: true });
    assert.deepEqual(attachment.outs, { ...pair, lookupKey: unknownValue, livemode: false, account: unknownValue });
    assert.deepEqual(plugin.dashboard.features(), []);
  });

  it("says in a preview what a create will adopt, and rejects a foreign feature", async () => {
    await using plugin = await start();
    await plugin.configure();
    const own = plugin.dashboard.createFeature({ ...declared, metadata: { pulumi_owner: "acme/dev/sso" } });
    plugin.dashboard.createFeature({ lookupKey: "saml", name: "SAML", metadata: { pulumi_owner: "other/dev/saml" } });
    await plugin.create(sso, { ...declared, name: "SSO", owner: "acme/dev/sso" }, { preview: true });
    const line = plugin.engine.lines.find(({ urn }) => urn === sso);
    assert.match(
      line?.text ?? "",
      new RegExp(`^up will adopt ${own.id}, .*that this resource created: changes the name`),
    );
    const saml = { lookupKey: "saml", name: "SAML", owner: "acme/dev/saml" };
    const error = await rejection(plugin.create(urnOf("Feature", "saml"), saml, { preview: true }));
    assert.match(
      error.message,
      /an active feature already has this lookup key: .* with the marker of other\/dev\/saml/,
    );
    assert.equal(plugin.emulator.requests.count({ method: "POST" }), 0);
  });

  it("continues a preview without Stripe, and says so once below the stack", async () => {
    await using plugin = await start();
    await plugin.configure();
    plugin.emulator.faults.add({ kind: "status", status: 503 });
    await plugin.create(sso, declared, { preview: true });
    await plugin.create(urnOf("Feature", "saml"), { ...declared, lookupKey: "saml" }, { preview: true });
    const [line, ...others] = plugin.engine.lines;
    assert.match(line?.text ?? "", /^Stripe could not be read, so this preview does not show all objects/);
    assert.equal(line?.urn, "");
    assert.deepEqual(others, []);
  });

  it("shows each property that changes, and those that replace the resource", async () => {
    await using plugin = await start();
    await plugin.configure();
    const inputs = { ...declared, metadata: { team: "a", tier: "1" }, owner: "acme/dev/sso" };
    const { id, outs } = await plugin.create(sso, inputs);
    const news = { ...inputs, name: "SSO", metadata: { team: "b", "cost-centre": "7" } };
    assert.deepEqual(await plugin.diff(sso, id, outs, news), {
      changes: proto.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: [],
      details: {
        name: "UPDATE",
        "metadata.team": "UPDATE",
        "metadata.tier": "DELETE",
        'metadata["cost-centre"]': "ADD",
      },
    });
    const replaced = await plugin.diff(sso, id, outs, { ...inputs, lookupKey: "saml" });
    assert.deepEqual([replaced.replaces, replaced.details], [["lookupKey"], { lookupKey: "UPDATE_REPLACE" }]);
    const same = await plugin.diff(sso, id, outs, inputs);
    assert.deepEqual([same.changes, same.details], [proto.DiffResponse.DiffChanges.DIFF_NONE, {}]);
  });

  it("removes the code of a dynamic resource from the state with an update and no request", async () => {
    await using plugin = await start();
    await plugin.configure();
    const inputs = { ...declared, owner: "acme/dev/sso" };
    const { id, outs } = await plugin.create(sso, inputs);
    plugin.emulator.requests.clear();
    const moved = {
      ...outs,
      __provider: "exports.handler = () => require('pulumi-stripe-entitlements/dynamic/feature')",
    };
    const { details, replaces } = await plugin.diff(sso, id, moved, inputs);
    assert.deepEqual([details, replaces], [{ __provider: "DELETE" }, []]);
    const request = new proto.UpdateRequest().setUrn(sso).setId(id).setOlds(toStruct(moved)).setNews(toStruct(inputs));
    const updated = await plugin.call<proto.UpdateResponse>((client, done) => client.update(request, done));
    assert.deepEqual(fromStruct(updated.getProperties()), outs);
    assert.equal(plugin.emulator.requests.count(), 0);
  });

  it("imports a feature by its id, and an attachment by those of its product and its own", async () => {
    await using plugin = await start();
    await plugin.configure();
    const { dashboard, emulator } = plugin;
    const product = dashboard.createProduct({ id: "plans/team", name: "Team" }).id;
    const { id } = dashboard.createFeature(declared);
    const attached = dashboard.attach(product, id).id;
    const feature = await plugin.import(sso, id);
    assert.deepEqual([feature.id, feature.inputs], [id, declared]);
    assert.equal(feature.outs["account"], emulator.sandbox.account);
    // The declaration's owner is not compared with the import. The next update writes it.
    const { changes } = await plugin.diff(sso, id, feature.outs, { ...declared, owner: "acme/dev/sso" });
    assert.equal(changes, proto.DiffResponse.DiffChanges.DIFF_NONE);
    const attachment = await plugin.import(teamSso, `${product}/${attached}`);
    assert.deepEqual([attachment.id, attachment.inputs], [attached, { product, entitlementFeature: id }]);
    assert.equal(emulator.requests.count({ route: "/v1/account" }), 1);
  });

  it("explains an import by an id of another kind, and one of an archived feature", async () => {
    await using plugin = await start();
    await plugin.configure();
    const archived = plugin.dashboard.createFeature(declared).id;
    plugin.dashboard.archiveFeature(archived);
    for (const [urn, id, expected] of [
      [sso, "sso", /the id of a feature starts with feat_.*\n.*pulumi import stripe-entitlements:index:Feature/],
      [teamSso, "prod_1", /found by its product and its id, prod_…\/prodft_…/],
      [teamSso, "prodft_1", /found by its product and its id, prod_…\/prodft_…/],
      [sso, archived, /does not exist in this account and mode, or is archived/],
    ] as const) {
      assert.match((await rejection(plugin.import(urn, id))).message, expected);
    }
  });

  it("answers functions, and reads again after a change", async () => {
    await using plugin = await start();
    await plugin.configure();
    assert.deepEqual(await plugin.invoke("listFeatures", {}), { features: [] });
    const { id } = await plugin.create(sso, declared);
    const { features } = await plugin.invoke("listFeatures", {});
    assert.deepEqual(features, [{ id, ...declared, metadata: {}, active: true, livemode: false }]);
    assert.match(
      (await rejection(plugin.invoke("getFeature", {}))).message,
      /^.*getFeature: give one of lookupKey and id/,
    );
    const unknown = (await rejection(plugin.invoke("getPlan", {}))).message;
    assert.ok(unknown.includes(`index:getPlan: version ${version} of the plugin does not have it\n`), unknown);
  });

  it("reads again after a change during which a function was called", async () => {
    await using plugin = await start();
    await plugin.configure();
    plugin.emulator.faults.add({ kind: "latency", ms: 500, method: "POST" });
    const created = plugin.create(sso, declared);
    await sleep(100);
    assert.deepEqual(await plugin.invoke("listFeatures", {}), { features: [] });
    const { id } = await created;
    const { features } = await plugin.invoke("listFeatures", {});
    assert.deepEqual(features, [{ id, ...declared, metadata: {}, active: true, livemode: false }]);
  });

  it("shows lines about one resource below it, and lines about the stack below the stack", async () => {
    await using plugin = await start();
    await plugin.configure();
    plugin.dashboard.createFeature({ ...declared, metadata: { pulumi_owner: "acme/dev/sso" } });
    await plugin.create(sso, { ...declared, owner: "acme/dev/sso" });
    const [creating, adopted] = ["", sso].map((about) => plugin.engine.lines.find(({ urn }) => urn === about)?.text);
    assert.match(creating ?? "", /^Creating in acct_/);
    assert.match(adopted ?? "", /^Feature "sso" .*: adopted feat_/);
  });

  it("ends when the engine was killed", async () => {
    await using plugin = await start();
    await plugin.configure();
    const ended = once(plugin.child, "exit");
    plugin.engine.stop();
    assert.deepEqual(await ended, [0, null]);
  });

  it("names the version of a Node.js that is too old", async () => {
    const oldNode = join(__dirname, "../support/old-node.cjs");
    const child = spawn(process.execPath, ["--require", oldNode, await script(), "127.0.0.1:1"], { env: {} });
    const [output, [exitCode]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    assert.equal(exitCode, 1);
    assert.match(
      output,
      /^Node\.js 20\.11\.0 \(.+\) is too old: pulumi-stripe-entitlements needs 22\.19\.0 or later\n/,
    );
  });

  it("says what it is to somebody who starts it by hand", async () => {
    const child = spawn(process.execPath, [await script()], { env: {} });
    const [output, [exitCode]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    assert.deepEqual(
      [exitCode, output],
      [2, "pulumi-resource-stripe-entitlements is a plugin of the Pulumi CLI, which starts it.\n"],
    );
  });
});
