import { join } from "node:path";
import type { Browser } from "puppeteer-core";
import { type Emulator, startEmulator } from "../../emulator";
import { launchBrowser } from "../emulator/browser";
import { WebhookReceiver } from "../emulator/webhook-receiver";
import { features, plans } from "./content";

// Writes the pictures of the emulator's page in docs/images, with 12 plans and 40 features.

const folder = join(__dirname, "..", "..", "docs", "images");

async function main(): Promise<void> {
  await using receiver = await WebhookReceiver.start();
  const browser = await launchBrowser();
  try {
    await using emulator = await startEmulator({
      seed: {
        features,
        products: plans,
        customers: [
          { id: "cus_acme", name: "Acme", products: ["prod_team"] },
          { id: "cus_globex", name: "Globex", products: ["prod_enterprise"] },
        ],
      },
      webhooks: [{ url: receiver.url }],
    });
    await makeNews(emulator);
    for (const width of [1280, 390]) {
      for (const scheme of ["light", "dark"]) await takePicture(browser, emulator, { width, scheme });
    }
  } finally {
    await browser.close();
  }
}

/** Makes a few changes, so that the page shows requests and deliveries. */
async function makeNews({ apiKey, sandbox: { dashboard }, url, webhooks }: Emulator): Promise<void> {
  dashboard.subscribe("cus_acme", "prod_business");
  const headers = { authorization: `Bearer ${apiKey}` };
  for (const path of [
    "products?limit=100",
    "entitlements/features?archived=false&limit=100",
    "products/prod_missing",
  ]) {
    await (await fetch(`${url}/v1/${path}`, { headers })).arrayBuffer();
  }
  await Promise.all(webhooks.map((webhook) => webhook.settled()));
}

async function takePicture(
  browser: Browser,
  emulator: Emulator,
  { width, scheme }: { readonly width: number; readonly scheme: string },
): Promise<void> {
  const page = await browser.newPage();
  await page.setViewport({ width, height: width === 390 ? 844 : 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(emulator.page);
  await page.waitForSelector("#deliveries tr");
  await page.waitForSelector("#requests li");
  const suffix = width === 390 ? "-narrow" : "";
  await page.screenshot({ path: join(folder, `emulator-${scheme}${suffix}.png`) as `${string}.png` });
  await page.close();
}

void main();
