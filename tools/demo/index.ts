/**
 * `npm start`: deploys the quickstart program with the real Pulumi engine against the emulator,
 * changes objects in the emulator's Dashboard, lets Pulumi show and repair the drift, and destroys
 * the stack. The command fails if a step does not have the result that it announces.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEmulator } from "../../emulator";
import { tableOfPlans } from "./plan-table";
import { printTitle } from "./screen";
import { DemoStack } from "./stack";
import { demoSteps, plans } from "./steps";

const checkout = join(__dirname, "..", "..");

async function main(): Promise<void> {
  const { keep } = parseArgs({ options: { keep: { type: "boolean", default: false } } }).values;
  await using emulator = await startEmulator();
  const { dashboard, apiKey } = emulator.sandbox;
  for (const { product, name } of plans) dashboard.createProduct({ id: product, name });
  await using stack = await DemoStack.open(checkout, { STRIPE_API_BASE: emulator.url, STRIPE_API_KEY: apiKey });

  const steps = demoSteps(stack, dashboard);
  const selected = keep ? steps.filter((step) => !step.destroys) : steps;
  for (const [index, step] of selected.entries()) {
    printTitle(`[${index + 1}/${selected.length}] ${step.title}`);
    await step.run();
  }
  if (keep) await keepRunning(stack, emulator.url);
  else
    console.log(
      "\nAll steps done. `npm start -- --keep` keeps the stack and the emulator, so you can try more commands.",
    );

  async function keepRunning({ exports }: DemoStack, url: string): Promise<void> {
    console.log(`\n${tableOfPlans(dashboard, plans)}\n`);
    console.log(`The emulator is running at ${url}. In another terminal, in ${checkout}:\n`);
    console.log(exports.join("\n"));
    console.log("\nThen edit examples/quickstart/index.ts and run `pulumi up`.");
    console.log("Ctrl-C here ends the emulator and removes the stack.");
    await new Promise((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
  }
}

main().catch((error: unknown) => {
  console.error(`\nnpm start failed: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
