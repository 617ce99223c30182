import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, realpath, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { isFullRun } from "./full-run";
import { checkout } from "./installed-copy";
import { packedProject, packedTarball } from "./packed-project";
import { type Environment, hermetic } from "./pulumi";
import { removeAtExit } from "./remove-at-exit";

const exec = promisify(execFile);

/** The folder that the first step creates. */
const project = "plans";

interface Account {
  readonly account: string;
  readonly features: readonly { readonly id: string; readonly active: boolean; readonly lookup_key: string }[];
  readonly products: readonly { readonly id: string; readonly features: readonly string[] }[];
}

/** Runs the blocks of README.md in an empty folder, as a reader with two terminals does. */
export class ReadmeSteps implements AsyncDisposable {
  #emulator: ChildProcess | undefined;

  private constructor(
    private readonly readme: string,
    private readonly folder: string,
    private readonly env: Environment,
  ) {}

  static async create(): Promise<ReadmeSteps> {
    const text = await readFile(join(checkout, "README.md"), "utf8");
    const folder = await mkdtemp(join(await realpath(tmpdir()), "stripe-entitlements-readme-"));
    removeAtExit(folder);
    // Two runs on one machine need two ports.
    const readme = text.replaceAll("12180", String(await freePort()));
    return new ReadmeSteps(readme, folder, await environment(folder));
  }

  /** Returns the blocks of commands in a section. */
  commands(heading: string): readonly string[] {
    return [...this.#section(heading).matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  }

  /** Returns the output that the README shows, without the command. */
  get sample(): readonly string[] {
    const [, lines = ""] = /^```\n\$ .*?\n(.*?)^```$/ms.exec(this.readme) ?? [];
    return lines.trimEnd().split("\n");
  }

  /** Writes the files of a section. */
  async write(heading: string): Promise<void> {
    const files = this.#section(heading).matchAll(/^`([\w.]+)`:\n\n```ts\n(.*?)^```$/gms);
    for (const [, name = "", text = ""] of files) await writeFile(join(this.folder, project, name), text);
  }

  /** Runs a block in the first terminal. Returns its standard output. */
  async run(block: string | undefined): Promise<string> {
    assert.ok(block, "README.md has no such block");
    const isFirst = block.startsWith("mkdir");
    const exports = isFirst
      ? ""
      : (/^export [A-Z].*$/m.exec(this.readme)?.[0] ?? assert.fail("README.md exports nothing"));
    const script = [replacements, exports, block].join("\n");
    const cwd = isFirst ? this.folder : join(this.folder, project);
    const { stdout } = await exec("bash", ["-e", "-c", script], { cwd, env: this.env }).catch((error) => {
      throw new Error(`${block}\n${error.stdout}${error.stderr}`);
    });
    return stdout;
  }

  /** Runs a block in the second terminal, and waits until the emulator answers. */
  async runEmulator(block: string | undefined): Promise<void> {
    assert.ok(block, "README.md has no such block");
    // `npx` leaves the emulator running when it is killed, so both are killed as one group.
    const options = { cwd: join(this.folder, project), env: this.env, detached: true } as const;
    this.#emulator = spawn("bash", ["-c", block], { ...options, stdio: ["ignore", "pipe", "inherit"] });
    for await (const text of this.#emulator.stdout ?? []) if (`${text}`.includes("Ctrl-C")) return;
    assert.fail("the emulator has ended");
  }

  /** Reads the emulator's account. */
  async account(): Promise<Account> {
    return JSON.parse(
      await this.run(`curl -sS -H "Authorization: Bearer $STRIPE_API_KEY" $STRIPE_API_BASE/_emulator/state`),
    );
  }

  /** Returns the lookup keys of the active features attached to each product. */
  async plans(): Promise<Readonly<Record<string, readonly string[]>>> {
    const { features, products } = await this.account();
    const active = new Map(features.filter((each) => each.active).map(({ id, lookup_key }) => [id, lookup_key]));
    const keys = (ids: readonly string[]) => ids.flatMap((id) => active.get(id) ?? []).sort();
    return Object.fromEntries(products.map(({ id, features: ids }) => [id, keys(ids)]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#emulator?.pid === undefined) return;
    const ended = once(this.#emulator, "close");
    process.kill(-this.#emulator.pid);
    await ended;
  }

  #section(heading: string): string {
    return new RegExp(`^## ${heading}\n(.*?)^## `, "ms").exec(this.readme)?.[1] ?? assert.fail(heading);
  }
}

/**
 * Replaces two commands. In a full run npm installs the packages, this one from its tarball. Else
 * they are links to installed packages, which takes no time. `pulumi login --local` would use the
 * home directory of the user, whatever HOME says.
 */
const replacements = `
npm() {
  if [ "$1" != install ]; then command npm "$@"
  elif [ -n "$TARBALL" ]; then command npm "\${@/#pulumi-stripe-entitlements/$TARBALL}" --prefer-offline --no-audit --no-fund
  else mkdir node_modules && ln -s "$INSTALLED"/{*,.bin} "$STRIPE" node_modules
  fi
}
pulumi() {
  if [ "$*" = "login --local" ]; then command pulumi login "file://$HOME"
  else command pulumi "$@"
  fi
}`;

async function environment(folder: string): Promise<Environment> {
  // npm's variables hold settings for the checkout.
  const outer = Object.entries(hermetic({})).filter(([name]) => !name.toLowerCase().startsWith("npm_"));
  const packages = isFullRun
    ? { TARBALL: await packedTarball() }
    : {
        INSTALLED: join((await packedProject()).directory, "node_modules"),
        STRIPE: join(checkout, "node_modules", "stripe"),
      };
  return {
    ...Object.fromEntries(outer),
    ...packages,
    HOME: folder,
    PULUMI_HOME: join(folder, ".pulumi"),
    npm_config_cache: join(homedir(), ".npm"),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
