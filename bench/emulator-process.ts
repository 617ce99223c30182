/** The emulator that `emulator.ts` measures: tells its parent where it is, and ends with it. */
import { startEmulator } from "../emulator";

async function main(): Promise<void> {
  const data = process.argv[2];
  const { apiKey, url } = await startEmulator(data ? { data } : {});
  process.send?.({ apiKey, url });
  process.once("disconnect", () => process.exit());
}

void main();
