/**
 * `npm run sdks`: writes the SDKs of the native provider's package to sdks/, in a folder for each
 * language. Arguments name the languages, as in `npm run sdks python go`.
 */
import { join } from "node:path";
import { generateSdk, languages } from "./generate";

const folder = join(__dirname, "..", "..", "sdks");

async function main(chosen: readonly string[]): Promise<void> {
  for (const language of chosen.length > 0 ? chosen : languages) {
    await generateSdk(language, join(folder, language));
    console.log(`sdks/${language}`);
  }
}

void main(process.argv.slice(2));
