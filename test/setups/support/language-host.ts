import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Environment } from "../../support/pulumi";
import { load } from "../../tools/support/tools";
import type { RuntimeOptions } from "./set-up";

const name = "pulumi-language-nodejs";

interface PathModule {
  findOnPath(name: string, env: Environment): string | undefined;
}

/**
 * Writes a script that calls Pulumi's language host with the options of Pulumi.yaml as flags, and
 * returns its folder. A current CLI sends the options in a request, which the host that this
 * checkout builds is too old to read. A current host ignores the flags.
 */
export async function languageHost(folder: string, options: RuntimeOptions): Promise<string> {
  const { findOnPath } = await load<PathModule>("path.mjs");
  const bin = join(folder, "language-host");
  const { typescript = true, nodeargs = "" } = options;
  const call = `'${findOnPath(name, process.env)}' -typescript=${typescript} '-nodeargs=${nodeargs}' "$@"`;
  await mkdir(bin);
  await writeFile(join(bin, name), `#!/bin/sh\nexec ${call}\n`, { mode: 0o755 });
  return bin;
}
