/**
 * `npm start`: the quickstart program goes up on the real Pulumi engine against the emulator, somebody clicks in the Dashboard, Pulumi
 * shows and repairs it, and takes everything down again. A step that does not show what it says fails the command.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEmulator } from "../../emulator";
import { tableOfPlans } from "./plan-table";
import { DemoStack } from "./stack";
import { plans, story } from "./story";

const checkout = join(__dirname, "..", "..");

async function main(): Promise<void> {
  const { keep } = parseArgs({ options: { keep: { type: "boolean", default: false } } }).values;
  await using emulator = await startEmulator();
  const { dashboard, apiKey } = emulator.sandbox;
  for (const { product, name } of plans) dashboard.createProduct({ id: product, name });
  await using stack = await DemoStack.open(checkout, { STRIPE_API_BASE: emulator.url, STRIPE_API_KEY: apiKey });

  const steps = story(stack, dashboard);
  const chosen = keep ? steps.filter((step) => !step.ends) : steps;
  for (const [index, step] of chosen.entries()) {
    console.log(`\n[${index + 1}/${chosen.length}] ${step.shows}`);
    await step.run();
  }
  if (keep) await stayUp(stack, emulator.url);
  else
    console.log("\nAll steps done. `npm start -- --keep` leaves the stack and the emulator up to try things by hand.");

  async function stayUp({ exports }: DemoStack, url: string): Promise<void> {
    console.log(
      `\n${tableOfPlans(dashboard, plans)}\n\nThe emulator stays up at ${url}. In another terminal, in ${checkout}:\n`,
    );
    console.log(exports.join("\n"));
    console.log(
      "\nThen edit examples/quickstart/index.ts and run `pulumi up`. Ctrl-C here ends the emulator and removes the stack.",
    );
    await new Promise((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
  }
}

main().catch((error: unknown) => {
  console.error(`\nnpm start failed: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
