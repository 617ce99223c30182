import assert from "node:assert/strict";
import type { Browser, HTTPRequest, Page } from "puppeteer-core";
import { type Emulator, startEmulator } from "../../emulator";
import { launchBrowser } from "./browser";
import { Client, featuresPath, until } from "./support";

/** Milliseconds. The packaged browser is unpacked at the first start. */
const launchTimeoutMs = 60_000;
const timeoutMs = 30_000;
/** Milliseconds to load a thousand features and to change two. About 1,500 on an idle machine. */
const waitTimeoutMs = 10_000;

describe("emulator page", function () {
  this.timeout(timeoutMs);
  let browser: Browser;
  let emulator: Emulator;
  let page: Page;
  let problems: string[];

  before(async function () {
    this.timeout(launchTimeoutMs);
    browser = await launchBrowser();
  });

  after(() => browser?.close());

  beforeEach(async () => {
    emulator = await startEmulator({
      seed: {
        features: [
          { lookupKey: "sso", name: "Old sign-on", archived: true },
          { lookupKey: "audit-log", name: "Audit log" },
          { lookupKey: "sso", name: "Single sign-on" },
        ],
        products: [
          { id: "prod_team", name: "Team", features: ["audit-log"] },
          { id: "prod_enterprise", name: "Enterprise", features: ["audit-log", "sso"] },
        ],
        customers: [{ id: "cus_acme", name: "Acme", products: ["prod_team"] }],
      },
    });
    page = await browser.newPage();
    problems = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("console", (message) => problems.push(message.text()));
    await open();
  });

  afterEach(async () => {
    await page.close();
    await emulator.close();
  });

  const dashboard = () => emulator.sandbox.dashboard;
  const idOf = (lookupKey: string) =>
    dashboard()
      .features({ archived: false })
      .find((feature) => feature.lookup_key === lookupKey)?.id ?? "";
  const attached = (product: string) =>
    dashboard()
      .productFeatures(product)
      .map((each) => each.entitlement_feature.name);

  async function open(): Promise<void> {
    await page.goto(emulator.page);
    await page.waitForSelector("#matrix tbody tr");
  }

  /** Returns the trimmed texts of all matching elements. */
  const texts = (selector: string) =>
    page.$$eval(selector, (elements) => elements.map((element) => element.textContent?.trim() ?? ""));

  const press = (label: string) => page.click(`[aria-label="${label}"]`);

  async function clickButton(id: string): Promise<void> {
    await page.click(`#${id}`);
    await page.waitForSelector("dialog[open]");
  }

  /** Fills in the open dialog and waits until it has closed. */
  async function answer(...values: readonly string[]): Promise<void> {
    await fill(...values);
    await page.waitForSelector("dialog:not([open])");
  }

  /** Types into the fields of the open dialog in order, and submits with Enter. */
  async function fill(...values: readonly string[]): Promise<void> {
    for (const [index, value] of values.entries()) {
      const field = (await page.$$("dialog input"))[index];
      await field?.click({ count: 3 });
      await field?.type(value);
    }
    if (values.length === 0) await page.focus("#dialog-submit");
    await page.keyboard.press("Enter");
  }

  /** Waits until a matching element contains the text. */
  const shows = (selector: string, text: string) =>
    until(async () => (await texts(selector)).some((shown) => shown.includes(text)));

  /** Delays what the page loads of the state until it is released. */
  async function holdState() {
    const held: HTTPRequest[] = [];
    let isHolding = true;
    await page.setRequestInterception(true);
    page.on("request", (request) => {
      if (isHolding && request.url().includes("/_emulator/state")) held.push(request);
      else void request.continue().catch(() => undefined);
    });
    const release = async () => {
      isHolding = false;
      for (const request of held) if (!request.isInterceptResolutionHandled()) await request.continue();
    };
    return { held, release };
  }

  /** Waits until this many elements match. */
  const counts = (selector: string, count: number) => until(async () => (await page.$$(selector)).length === count);

  it("shows plans by features, and archived features separately", async () => {
    assert.deepEqual(await texts("#matrix thead th"), ["Feature", "Team", "Enterprise"]);
    assert.deepEqual(await texts("#matrix tbody th"), ["Audit logaudit-log", "Single sign-onsso"]);
    const checked = await page.$$eval("#matrix input", (boxes) => boxes.map((box) => Reflect.get(box, "checked")));
    assert.deepEqual(checked, [true, true, false, true]);
    assert.deepEqual(await texts("#archived th"), ["Old sign-onsso"]);
    assert.deepEqual(await texts("#archived button"), ["Enterprise: detach"]);
    assert.deepEqual(await texts("#customers th"), ["Acmecus_acme"]);
    assert.deepEqual(problems, []);
  });

  it("attaches and detaches features", async () => {
    await press("Team has sso");
    await until(() => attached("prod_team").length === 2);
    assert.deepEqual(attached("prod_team"), ["Single sign-on", "Audit log"]);
    await press("Enterprise has audit-log");
    await until(() => !attached("prod_enterprise").includes("Audit log"));
    await press("Detach sso from Enterprise");
    await until(() => !attached("prod_enterprise").includes("Old sign-on"));
    await shows("#archived td", "–");
    assert.equal(emulator.requests.count(), 0, "clicks are no requests");
  });

  it("renames features, and shows when a program renames one", async () => {
    await press("Rename sso");
    await answer("Sign-on for all");
    await until(() => dashboard().feature(idOf("sso"))?.name === "Sign-on for all");
    await shows("#matrix th", "Sign-on for all");
    dashboard().renameFeature(idOf("audit-log"), "Log of audits");
    await shows("#matrix th", "Log of audits");
  });

  it("archives a feature after a confirmation", async () => {
    const sso = idOf("sso");
    await press("Archive sso");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog:not([open])");
    await press("Archive sso");
    await page.click("#dialog-cancel");
    await page.waitForSelector("dialog:not([open])");
    assert.equal(dashboard().feature(sso)?.active, true);
    await press("Archive sso");
    await answer();
    await until(() => dashboard().feature(sso)?.active === false);
    await shows("#archived th", "Single sign-on");
  });

  it("creates features, plans and customers", async () => {
    await clickButton("new-feature");
    await answer("scim", "Directory sync");
    await shows("#matrix th", "Directory sync");
    assert.equal(dashboard().feature(idOf("scim"))?.name, "Directory sync");
    await clickButton("new-product");
    await answer("Starter");
    await shows("#matrix thead", "Starter");
    await clickButton("new-customer");
    await answer("Globex");
    await shows("#customers", "Globex");
  });

  it("shows why a change was refused, and keeps what was typed", async () => {
    await clickButton("new-feature");
    await fill("sso", "Again");
    await shows("#dialog-problem", "already uses that lookup key: 'sso'");
    assert.equal(await page.$eval("#dialog-problem", (problem) => problem.getAttribute("role")), "alert");
    const typed = await page.$$eval("dialog input", (inputs) => inputs.map((input) => Reflect.get(input, "value")));
    assert.deepEqual(typed, ["sso", "Again"]);
    assert.equal(dashboard().features({ archived: false }).length, 2);
    await answer("scim");
    await shows("#matrix th", "Again");
    await clickButton("new-feature");
    assert.equal(await page.$eval("#dialog-problem", (problem) => Reflect.get(problem, "hidden")), true);
  });

  it("starts the next billing period of a customer", async () => {
    await press("Team has sso");
    await until(() => attached("prod_team").length === 2);
    assert.deepEqual(await texts("#customers code"), ["cus_acme", "audit-log"]);
    await press("Next period of Acme");
    await shows("#customers code", "audit-log, sso");
  });

  it("shows requests as they arrive", async () => {
    const stripe = new Client(emulator.url, emulator.apiKey);
    emulator.faults.add({ kind: "status", status: 429, times: 1 });
    await stripe.get(featuresPath);
    await stripe.post(featuresPath, { lookup_key: "scim", name: "<b>Directory</b>" });
    await shows("#requests li", "429");
    await shows("#requests li", "fault: status");
    await shows("#requests li", "lookup_key=scim");
    await shows("#matrix th", "<b>Directory</b>");
    assert.deepEqual(await texts("#matrix b, #requests b"), [], "names are text");
    await page.click("#clear-requests");
    await until(() => emulator.requests.count() === 0);
    await counts("#requests li", 0);
  });

  it("switches to another account and mode", async () => {
    emulator.live.dashboard.createFeature({ lookupKey: "live-only", name: "Live only" });
    await page.select("#environment", `${emulator.live.account} true`);
    await shows("#matrix th", "live-only");
    assert.deepEqual(await texts("#matrix tbody th"), ["Live onlylive-only"]);
    await clickButton("new-product");
    await answer("Live plan");
    await shows("#matrix thead", "Live plan");
    assert.deepEqual(
      emulator.live.dashboard.products().map(({ name }) => name),
      ["Live plan"],
    );
  });

  it("ignores a late answer for an account that is no longer selected", async () => {
    emulator.live.dashboard.createFeature({ lookupKey: "live-only", name: "Live only" });
    const { held, release } = await holdState();
    dashboard().renameFeature(idOf("sso"), "Renamed elsewhere");
    await until(() => held.length === 1);
    await page.select("#environment", `${emulator.live.account} true`);
    await release();
    await shows("#matrix th", "live-only");
    assert.deepEqual(await texts("#matrix tbody th"), ["Live onlylive-only"]);
    assert.equal(
      await page.$eval("#environment", (select) => Reflect.get(select, "value")),
      `${emulator.live.account} true`,
    );
    await press("Archive live-only");
    await answer();
    await until(() => emulator.live.dashboard.features({ archived: true }).length === 1);
    assert.equal(dashboard().features({ archived: true }).length, 1, "only what was archived from the start");
  });

  it("keeps an open account menu open, and offers a new account", async () => {
    const [option] = await page.$$("#environment option");
    dashboard().renameFeature(idOf("sso"), "Renamed elsewhere");
    await shows("#matrix th", "Renamed elsewhere");
    assert.ok(await option?.evaluate((element) => element.isConnected));
    emulator.environment({ account: "acct_other", livemode: false });
    await counts("#environment option", 4);
    assert.equal(
      await page.$eval("#environment", (select) => Reflect.get(select, "value")),
      `${emulator.sandbox.account} false`,
    );
  });

  it("keeps a refusal visible while a program writes, until the next click", async () => {
    const { held, release } = await holdState();
    dashboard().archiveFeature(idOf("sso"));
    await until(() => held.length === 1);
    await press("Team has sso");
    await shows("#problem", "is archived and cannot be attached");
    await release();
    dashboard().renameFeature(idOf("audit-log"), "Log of audits");
    await shows("#matrix th", "Log of audits");
    assert.equal(await page.$eval("#problem", (problem) => Reflect.get(problem, "hidden")), false);
    await press("Team has audit-log");
    await page.waitForSelector("#problem", { hidden: true });
  });

  it("shows that the state cannot be loaded, until it can", async () => {
    const { held, release } = await holdState();
    dashboard().renameFeature(idOf("sso"), "Renamed");
    await until(() => held.length === 1);
    await held[0]?.respond({ status: 500, body: JSON.stringify({ error: { message: "The disk is full." } }) });
    await shows("#load-problem", "The disk is full.");
    await release();
    dashboard().renameFeature(idOf("sso"), "Renamed again");
    await shows("#matrix th", "Renamed again");
    await page.waitForSelector("#load-problem", { hidden: true });
  });

  it("can be used with the keyboard alone", async () => {
    const focused = () => page.$eval(":focus", (element) => element.getAttribute("aria-label"));
    await page.focus("#new-product");
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "Team has audit-log", "the table is one tab stop");
    for (const [key, label] of [
      ["ArrowDown", "Team has sso"],
      ["ArrowRight", "Enterprise has sso"],
      ["ArrowUp", "Enterprise has audit-log"],
      ["End", "Archive audit-log"],
      ["ArrowLeft", "Rename audit-log"],
      ["Home", "Team has audit-log"],
      ["ArrowDown", "Team has sso"],
    ] as const) {
      await page.keyboard.press(key);
      assert.equal(await focused(), label);
    }
    await page.keyboard.press("Space");
    await until(() => attached("prod_team").length === 2);
    dashboard().renameFeature(idOf("sso"), "Renamed elsewhere");
    await shows("#matrix th", "Renamed elsewhere");
    assert.equal(await focused(), "Team has sso", "a replaced row keeps the focus");
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog[open]");
    await answer("From the keyboard");
    await until(() => dashboard().feature(idOf("sso"))?.name === "From the keyboard");
    await page.focus("#matrix [data-focus]");
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "Detach sso from Enterprise", "and one Tab leaves it");
  });

  it("has a name for every control and enough contrast in both color schemes", async () => {
    const unnamed = await page.$$eval("button, input, select", (controls) =>
      controls
        .filter((control) => control.closest("dialog") === null)
        .filter((control) => {
          const label = control.closest("label") ?? control;
          return !(control.getAttribute("aria-label") || label.textContent?.trim());
        })
        .map((control) => control.outerHTML),
    );
    assert.deepEqual(unnamed, []);
    for (const value of ["light", "dark"]) {
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
      for (const color of ["--ink", "--soft", "--good", "--bad", "--fault"]) {
        const ratio = await contrast(color, "--paper");
        assert.ok(ratio >= 4.5, `${color} in ${value}: ${ratio}`);
      }
    }
  });

  /** Returns the contrast of two of the page's colors as WCAG 2 defines it. */
  async function contrast(one: string, other: string): Promise<number> {
    const [darker = 0, lighter = 0] = [await luminance(one), await luminance(other)].toSorted((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  }

  async function luminance(name: string): Promise<number> {
    const color = await page.$eval(
      "#problem",
      (probe, variable) => {
        Reflect.get(probe, "style").setProperty("color", `var(${variable})`);
        return String(probe.ownerDocument.defaultView?.getComputedStyle(probe).color);
      },
      name,
    );
    const [red = 0, green = 0, blue = 0] = (color.match(/\d+/g) ?? []).map((channel) => {
      const value = Number(channel) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  it("shows when the emulator has stopped", async () => {
    await shows("#connection", "Connected");
    await emulator.close();
    await shows("#connection", "has stopped");
  });

  it("works with a thousand features", async () => {
    for (let i = 0; i < 1000; i++) dashboard().createFeature({ lookupKey: `key-${i}`, name: `Feature ${i}` });
    const start = performance.now();
    await open();
    await counts("#matrix tbody tr", 1002);
    await press("Team has key-999");
    await until(() => attached("prod_team").includes("Feature 999"));
    dashboard().renameFeature(idOf("key-500"), "In the middle");
    await shows("#matrix th", "In the middle");
    const took = performance.now() - start;
    assert.ok(took < waitTimeoutMs, `${took} ms`);
    await page.type("#find", "key-77");
    await counts("#matrix tbody tr", 11);
    assert.deepEqual(problems, []);
  });

  it("loads nothing from other servers", async () => {
    const addresses: string[] = [];
    page.on("request", (request) => addresses.push(request.url()));
    await open();
    assert.ok(addresses.length > 5);
    for (const address of addresses) assert.ok(/^data:/.test(address) || address.startsWith(emulator.url), address);
  });
});
