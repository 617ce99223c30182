/**
 * Runs the emulator that `emulator.ts` measures. It sends its address to the parent process and
 * exits with it.
 */
import { startEmulator } from "../emulator";

async function main(): Promise<void> {
  const data = process.argv[2];
  const { apiKey, url } = await startEmulator(data ? { data } : {});
  process.send?.({ apiKey, url });
  process.once("disconnect", () => process.exit());
}

void main();
