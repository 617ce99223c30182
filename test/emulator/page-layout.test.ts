import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "puppeteer-core";
import { type Emulator, startEmulator } from "../../emulator";
import { launchBrowser } from "./browser";
import { until } from "./support";
import { WebhookReceiver } from "./webhook-receiver";

/** Milliseconds. The packaged browser is unpacked at the first start. */
const timeout = 60_000;
const plans = Array.from({ length: 12 }, (_, n) => ({ id: `prod_${n}`, name: `Plan number ${n}` }));
const features = Array.from({ length: 40 }, (_, n) => ({ lookupKey: `feature-${n}`, name: `Feature number ${n}` }));

describe("The emulator page with 12 plans and 40 features", function () {
  this.timeout(timeout);
  let browser: Browser;
  let receiver: WebhookReceiver;
  let emulator: Emulator;
  let page: Page;

  before(async () => {
    browser = await launchBrowser();
    receiver = await WebhookReceiver.start();
    emulator = await startEmulator({
      seed: {
        features: [...features, { lookupKey: "old", name: "Old", archived: true }],
        products: plans.map((plan, n) => ({ ...plan, features: features.slice(n).map(({ lookupKey }) => lookupKey) })),
        customers: [{ id: "cus_acme", name: "Acme", products: ["prod_1"] }, { id: "cus_without_name" }],
      },
      webhooks: [{ url: receiver.url }],
    });
    emulator.sandbox.dashboard.subscribe("cus_without_name", "prod_2");
    page = await browser.newPage();
    await page.goto(emulator.page);
    await page.waitForSelector("#matrix tbody tr");
  });
  after(async () => {
    await browser?.close();
    await emulator?.close();
    await receiver?.[Symbol.asyncDispose]();
  });

  const boxOf = (selector: string) =>
    page.$eval(selector, (element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      return { left, right, top, bottom };
    });
  const resize = (width: number) => page.setViewport({ width, height: 900 });

  for (const width of [1280, 390]) {
    it(`scrolls the table inside its card, and never sideways, at ${width} px`, async () => {
      await resize(width);
      const { page: overflow, table } = await page.$eval("#matrix", (matrix) => {
        const root = matrix.ownerDocument.documentElement;
        const scroll = matrix.closest(".scroll");
        return {
          page: root.scrollWidth - root.clientWidth,
          table: (scroll?.scrollWidth ?? 0) - (scroll?.clientWidth ?? 0),
        };
      });
      assert.equal(overflow, 0);
      assert.ok(table > 0, "the table is wider than its card");
    });
  }

  it("keeps the names of features and plans visible while the table scrolls", async () => {
    await resize(1280);
    await page.$eval("#matrix", (table) => table.closest(".scroll")?.scrollTo(400, 400));
    const card = await boxOf("#plans-title");
    const [name, plan] = [
      await boxOf("#matrix tbody tr:nth-child(20) th"),
      await boxOf("#matrix thead th:nth-child(8)"),
    ];
    assert.ok(Math.abs(name.left - card.left) < 30, JSON.stringify({ name, card }));
    assert.ok(plan.top > card.bottom && plan.top < card.bottom + 60, JSON.stringify({ plan, card }));
  });

  it("does not cover the plans with the requests", async () => {
    await resize(1280);
    const [table, requests] = [await boxOf("main section"), await boxOf("aside")];
    assert.ok(table.right <= requests.left, JSON.stringify({ table, requests }));
  });

  it("shows the id of a customer without a name once", async () => {
    const texts = await page.$$eval("#customers th", (cells) => cells.map((cell) => cell.textContent));
    assert.deepEqual(texts.toSorted(), ["Acmecus_acme", "cus_without_name"]);
  });

  it("lists the deliveries to webhooks, and sends one again", async () => {
    const outcomes = () => page.$$eval("#deliveries td:nth-child(3)", (cells) => cells.map((cell) => cell.textContent));
    await until(async () => (await outcomes()).includes("delivered 200"));
    const before = receiver.received.length;
    await page.click("#deliveries button");
    await until(() => receiver.received.length === before + 1);
    await until(async () => (await outcomes()).length === before + 1);
  });

  for (const scheme of ["light", "dark"]) {
    it(`has no violation that axe-core finds, in ${scheme}`, async () => {
      await resize(1280);
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await page.evaluate(await readFile(require.resolve("axe-core/axe.min.js"), "utf8"));
      const violations = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } };
        return (await axe.run()).violations;
      });
      assert.deepEqual(violations, [], JSON.stringify(violations, undefined, 2));
    });
  }
});
