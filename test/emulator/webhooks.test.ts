import assert from "node:assert/strict";
import type Stripe from "stripe";
import {
  type Emulator,
  type SnapshotEvent,
  startEmulator,
  type ThinEvent,
  type Webhook,
  type WebhookOptions,
} from "../../emulator";
import { sdkOf } from "../conformance/sdk";
import { Client, titleOf, until } from "./support";
import { WebhookReceiver } from "./webhook-receiver";

describe("Webhooks of the emulator", () => {
  let receiver: WebhookReceiver;
  let emulator: Emulator;

  beforeEach(async () => {
    receiver = await WebhookReceiver.start();
    emulator = await startEmulator({
      seed: {
        features: [
          { lookupKey: "sso", name: "Single sign-on" },
          { lookupKey: "audit-log", name: "Audit log" },
        ],
        products: [
          { id: "prod_team", name: "Team", features: ["audit-log"] },
          { id: "prod_enterprise", name: "Enterprise", features: ["audit-log", "sso"] },
        ],
        customers: [{ id: "cus_acme", name: "Acme" }],
      },
    });
  });
  afterEach(async () => {
    await emulator.close();
    await receiver[Symbol.asyncDispose]();
  });

  const dashboard = () => emulator.sandbox.dashboard;
  const add = (options: Partial<WebhookOptions> = {}): Webhook =>
    emulator.sandbox.addWebhook({ url: receiver.url, retryDelays: [5, 5], ...options });
  const keysOf = ({ data }: SnapshotEvent) => data.object.entitlements.data.map((each) => each.lookup_key);

  it("send an event with a signature that Stripe's SDK verifies", async () => {
    const webhook = add();
    dashboard().subscribe("cus_acme", "prod_enterprise");
    await webhook.settled();
    const [{ headers, body } = assert.fail("nothing arrived")] = receiver.received;
    const signature = headers["stripe-signature"] as string;
    const { webhooks } = sdkOf(emulator);
    const event = webhooks.constructEvent(body, signature, webhook.secret);
    assert.equal(event.type, "entitlements.active_entitlement_summary.updated");
    assert.equal(event.data.object.customer, "cus_acme");
    assert.deepEqual(keysOf(event as unknown as SnapshotEvent).toSorted(), ["audit-log", "sso"]);
    assert.equal(event.livemode, false);
    assert.equal(event.pending_webhooks, 1);
    assert.throws(() => webhooks.constructEvent(body, signature, "whsec_another"), /No signatures found/);
    assert.throws(() => webhooks.constructEvent(`${body} `, signature, webhook.secret), /No signatures found/);
  });

  it("send nothing when a change adds and removes no entitlement", async () => {
    const webhook = add();
    dashboard().subscribe("cus_acme", "prod_enterprise");
    dashboard().subscribe("cus_acme", "prod_team");
    dashboard().renameFeature(dashboard().features()[0]?.id ?? "", "Renamed");
    dashboard().startBillingPeriod("cus_acme");
    await webhook.settled();
    assert.equal(receiver.received.length, 1);
  });

  it(titleOf("eventTen"), async () => {
    for (let n = 0; n < 12; n += 1) {
      dashboard().attach("prod_team", dashboard().createFeature({ lookupKey: `more-${n}`, name: "More" }).id);
    }
    const webhook = add();
    dashboard().subscribe("cus_acme", "prod_team");
    dashboard().cancelSubscription("cus_acme", "prod_team");
    await webhook.settled();
    const [granted, ended] = receiver.events<SnapshotEvent>();
    assert.equal(granted?.data.object.entitlements.data.length, 10);
    assert.equal(granted?.data.object.entitlements.has_more, true);
    assert.equal(granted?.data.previous_attributes.entitlements.data.length, 0);
    assert.equal(ended?.data.object.entitlements.has_more, false);
    assert.deepEqual(ended && keysOf(ended), []);
  });

  it("tell the end of a customer's entitlements when the customer is deleted", async () => {
    dashboard().subscribe("cus_acme", "prod_team");
    const webhook = add();
    dashboard().deleteCustomer("cus_acme");
    await webhook.settled();
    assert.deepEqual(receiver.events<SnapshotEvent>().map(keysOf), [[]]);
  });

  it("make first attempts in order, and try again until an answer is 2xx", async () => {
    receiver.statuses.push(500, 302);
    const webhook = add();
    dashboard().subscribe("cus_acme", "prod_enterprise");
    await webhook.settled();
    const [delivery] = webhook.deliveries;
    assert.equal(delivery?.outcome, "delivered");
    assert.deepEqual(
      delivery?.attempts.map(({ status }) => status),
      [500, 302, 200],
    );
    dashboard().cancelSubscription("cus_acme", "prod_enterprise");
    dashboard().subscribe("cus_acme", "prod_team");
    await webhook.settled();
    assert.deepEqual(receiver.events<SnapshotEvent>().slice(-2).map(keysOf), [[], ["audit-log"]]);
  });

  it("fail after the last attempt, and can be sent again", async () => {
    receiver.statuses.push(500, 500, 500);
    const webhook = add();
    dashboard().subscribe("cus_acme", "prod_team");
    await webhook.settled();
    const [failed = assert.fail("no delivery")] = webhook.deliveries;
    assert.deepEqual([failed.outcome, failed.attempts.length], ["failed", 3]);
    const { data } = await sdkOf(emulator).events.list({ limit: 1 });
    assert.equal(data[0]?.pending_webhooks, 1);
    assert.equal((await webhook.resend(failed.id)).outcome, "delivered");
    assert.equal(new Set(receiver.events<SnapshotEvent>().map(({ id }) => id)).size, 1);
    assert.equal((await sdkOf(emulator).events.retrieve(failed.event)).pending_webhooks, 0);
    await webhook.resend(failed.id);
    assert.equal((await sdkOf(emulator).events.retrieve(failed.event)).pending_webhooks, 0);
    receiver.statuses.push(500);
    assert.equal((await webhook.resend(failed.id)).outcome, "failed");
    await assert.rejects(webhook.resend(99), /There is no delivery 99/);
  });

  it("report that nothing listens at the address", async () => {
    await using gone = await WebhookReceiver.start();
    const { url } = gone;
    await gone[Symbol.asyncDispose]();
    const webhook = add({ url, retryDelays: [] });
    dashboard().subscribe("cus_acme", "prod_team");
    await webhook.settled();
    assert.equal(webhook.deliveries[0]?.outcome, "failed");
    assert.match(webhook.deliveries[0]?.attempts[0]?.error ?? "", /ECONNREFUSED/);
  });

  for (const url of [
    "http://example.com/webhook",
    "http://127.example.com/",
    "https://127.0.0.1:1/",
    "ftp://127.0.0.1/",
    "webhook",
    "",
  ]) {
    it(`are refused for ${JSON.stringify(url)}, which is no http URL of this machine`, () => {
      assert.throws(() => add({ url }), { name: "RangeError", message: /is not a URL that a webhook can have/ });
    });
  }

  it("stop with the emulator, also between two attempts", async () => {
    receiver.statuses.push(500);
    const webhook = add({ retryDelays: [60_000] });
    dashboard().subscribe("cus_acme", "prod_team");
    await until(() => receiver.received.length === 1);
    await emulator.close();
    await webhook.settled();
    assert.equal(receiver.received.length, 1);
  });

  describe("with a fault", () => {
    it("are lost", async () => {
      const webhook = add();
      emulator.faults.add({ kind: "lostDelivery", times: 1 });
      dashboard().subscribe("cus_acme", "prod_team");
      dashboard().subscribe("cus_acme", "prod_enterprise");
      await webhook.settled();
      assert.deepEqual(
        webhook.deliveries.map(({ outcome }) => outcome),
        ["lost", "delivered"],
      );
      assert.equal(receiver.received.length, 1);
    });

    it("come twice, with one id", async () => {
      const webhook = add();
      emulator.faults.add({ kind: "duplicateDelivery" });
      dashboard().subscribe("cus_acme", "prod_team");
      await webhook.settled();
      const ids = receiver.events<SnapshotEvent>().map(({ id }) => id);
      assert.equal(ids.length, 2);
      assert.equal(new Set(ids).size, 1);
    });

    it("come late, or in another order", async () => {
      const webhook = add();
      emulator.faults.add({ kind: "lateDelivery", ms: 50, times: 1 });
      emulator.faults.add({ kind: "reorderedDelivery", skip: 1, times: 1 });
      dashboard().subscribe("cus_acme", "prod_enterprise");
      dashboard().cancelSubscription("cus_acme", "prod_enterprise");
      dashboard().subscribe("cus_acme", "prod_team");
      await webhook.settled();
      const arrived = receiver.events<SnapshotEvent>().map((event) => keysOf(event).toSorted());
      assert.deepEqual(arrived, [["audit-log"], [], ["audit-log", "sso"]]);
    });

    it("are chosen by their type and account", async () => {
      const webhook = add();
      emulator.faults.add({ kind: "lostDelivery", type: "v1.entitlements.active_entitlement_summary.updated" });
      emulator.faults.add({ kind: "lostDelivery", account: "acct_another" });
      const live = emulator.faults.add({ kind: "lostDelivery", livemode: true });
      dashboard().subscribe("cus_acme", "prod_team");
      await webhook.settled();
      assert.equal(receiver.received.length, 1);
      assert.equal(live.hits, 0);
    });
  });

  describe("with thin events", () => {
    it("name the snapshot event, which leads to the customer", async () => {
      const webhook = add({ payload: "thin", types: ["v1.entitlements.active_entitlement_summary.updated"] });
      dashboard().subscribe("cus_acme", "prod_team");
      await webhook.settled();
      const [{ headers, body } = assert.fail("nothing arrived")] = receiver.received;
      const stripe = sdkOf(emulator);
      const signature = headers["stripe-signature"] as string;
      const notification = stripe.parseEventNotification(body, signature, webhook.secret);
      assert.equal(notification.type, "v1.entitlements.active_entitlement_summary.updated");
      const snapshot = await stripe.events.retrieve(notification.snapshot_event ?? "");
      const { object } = snapshot.data as { object: Stripe.Entitlements.ActiveEntitlementSummary };
      assert.equal(object.customer, "cus_acme");
    });

    it("say which change was added and which was removed", async () => {
      const webhook = add({ payload: "thin" });
      dashboard().subscribe("cus_acme", "prod_enterprise");
      dashboard().cancelSubscription("cus_acme", "prod_enterprise");
      await webhook.settled();
      const last = receiver.events<ThinEvent>().map(({ type }) => type.split(".").at(-1));
      assert.deepEqual(last, [
        ...["updated", "entitlement_added", "entitlement_added"],
        ...["updated", "entitlement_removed", "entitlement_removed"],
      ]);
      assert.ok(receiver.events<ThinEvent>().every((event) => !("data" in event) && !("related_object" in event)));
    });

    it("can be read again by their id", async () => {
      const webhook = add({ payload: "thin" });
      dashboard().subscribe("cus_acme", "prod_team");
      await webhook.settled();
      const [first = assert.fail("nothing arrived")] = receiver.events<ThinEvent>();
      const read = await sdkOf(emulator).v2.core.events.retrieve(first.id);
      assert.deepEqual([read.id, read.type, read.snapshot_event], [first.id, first.type, first.snapshot_event]);
    });
  });

  describe("GET /v1/events", () => {
    it(titleOf("eventOfChange"), async () => {
      dashboard().subscribe("cus_acme", "prod_enterprise");
      dashboard().cancelSubscription("cus_acme", "prod_enterprise");
      const stripe = sdkOf(emulator);
      const all = await stripe.events.list().autoPagingToArray({ limit: 100 });
      assert.equal(all.length, 2);
      const type = "entitlements.active_entitlement_summary.updated";
      assert.equal((await stripe.events.list({ type })).data.length, 2);
      assert.equal((await stripe.events.list({ type: "entitlements.*" })).data.length, 2);
      assert.equal((await stripe.events.list({ types: ["invoice.paid"] })).data.length, 0);
      const after = await stripe.events.list({ ending_before: all[1]?.id ?? "" });
      assert.deepEqual(
        after.data.map(({ id }) => id),
        [all[0]?.id],
      );
      await assert.rejects(stripe.events.retrieve("evt_missing"), { code: "resource_missing", statusCode: 404 });
    });

    it("keeps the latest 1,000", async () => {
      for (let n = 0; n < 501; n += 1) {
        dashboard().subscribe("cus_acme", "prod_team");
        dashboard().cancelSubscription("cus_acme", "prod_team");
      }
      const all = await sdkOf(emulator).events.list({ limit: 100 }).autoPagingToArray({ limit: 2_000 });
      assert.equal(all.length, 1_000);
    });

    it("needs the permission to read events", async () => {
      const key = emulator.sandbox.restrictedKey({ entitlements: "read" });
      const { status, body } = await new Client(emulator.url, key).get("/v1/events");
      assert.equal(status, 403);
      assert.match(body.error.message, /"Events Read"/);
    });
  });

  describe("over HTTP", () => {
    const control = async (method: string, path: string) => {
      const headers = { authorization: `Bearer ${emulator.apiKey}` };
      const response = await fetch(`${emulator.url}/_emulator/${path}`, { method, headers });
      const body = (await response.json()) as { outcome?: string };
      return { status: response.status, body };
    };

    it("are listed without their secret, and sent again", async () => {
      const webhook = add();
      dashboard().subscribe("cus_acme", "prod_team");
      await webhook.settled();
      const { body } = await control("GET", "webhooks");
      assert.deepEqual(body, {
        webhooks: [{ id: 0, url: receiver.url, payload: "snapshot", deliveries: webhook.deliveries }],
      });
      const again = await control("POST", "webhooks/0/deliveries/1/resend");
      assert.equal(again.body.outcome, "delivered");
      assert.equal(receiver.received.length, 2);
      assert.equal((await control("POST", "webhooks/7/deliveries/1/resend")).status, 404);
      assert.equal((await control("POST", "webhooks/0/deliveries/7/resend")).status, 400);
    });
  });
});
