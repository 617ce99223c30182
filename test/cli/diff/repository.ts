import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Environment } from "../../support/pulumi";

/** Of `git`, without the settings of the user. */
const gitEnvironment = {
  GIT_AUTHOR_NAME: "A",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "A",
  GIT_COMMITTER_EMAIL: "a@example.com",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
};

/** A git repository with the branch `main`. `using` removes it. */
export class Repository implements Disposable {
  readonly #top = realpathSync(mkdtempSync(join(tmpdir(), "diff-test-")));
  readonly folder = join(this.#top, "repository");
  /** Where the command creates its temporary folders. */
  readonly temporary = join(this.#top, "temporary");

  constructor() {
    mkdirSync(this.temporary);
    mkdirSync(this.folder);
    this.git("init", "--quiet", "--initial-branch=main");
  }

  get env(): Environment {
    return { PATH: process.env["PATH"], TMPDIR: this.temporary, ...gitEnvironment };
  }

  git(...args: readonly string[]): string {
    return execFileSync("git", args, { cwd: this.folder, env: this.env, encoding: "utf8", stdio: "pipe" }).trim();
  }

  write(file: string, text: string): void {
    const path = join(this.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Commits everything that is not ignored. */
  commit(message = "Change"): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", message);
    return this.git("rev-parse", "HEAD");
  }

  [Symbol.dispose](): void {
    rmSync(this.#top, { recursive: true, force: true });
  }
}

/** Returns the source of a catalog with one plan, `team`. */
export function catalogText(...features: readonly string[]): string {
  const declarations = features.map((key) => `${JSON.stringify(key)}: { name: ${JSON.stringify(`The ${key}`)} }`);
  return `import { defineCatalog } from "pulumi-stripe-entitlements/catalog";
export const catalog = defineCatalog({
  features: { ${declarations.join(", ")} },
  plans: { team: { features: ${JSON.stringify(features)} } },
});
`;
}
