import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../../emulator";
import type { Ended } from "../command";
import { runCli, type Surroundings } from "../run-cli";

const declaration = `import { defineCatalog } from "pulumi-stripe-entitlements/catalog";

export const catalog = defineCatalog({
  features: {
    api: { name: "API access" },
    "audit-log": { name: "Audit log", metadata: { team: "security" } },
    sso: { name: "Single sign-on" },
  },
  plans: {
    team: { features: ["api"] },
    enterprise: { includes: ["team"], features: ["audit-log", "sso"] },
  },
});
`;

/** A folder with a catalog, and an account that equals it. `await using` removes both. */
export class Project implements AsyncDisposable {
  private constructor(
    readonly folder: string,
    readonly emulator: Emulator,
    /** The id of each feature by lookup key. */
    readonly ids: Readonly<Record<string, string>>,
  ) {}

  static async open(): Promise<Project> {
    const emulator = await startEmulator({
      seed: {
        features: [
          { lookupKey: "api", name: "API access" },
          { lookupKey: "audit-log", name: "Audit log", metadata: { team: "security" } },
          { lookupKey: "sso", name: "Single sign-on", metadata: { pulumi_owner: "acme/dev/acme/sso" } },
        ],
        products: [
          { id: "prod_team", name: "Team", features: ["api"] },
          { id: "prod_enterprise", name: "Enterprise", features: ["api", "audit-log", "sso"] },
        ],
      },
    });
    const folder = await mkdtemp(join(tmpdir(), "drift-"));
    const ids = emulator.sandbox.dashboard.features().map(({ id, lookup_key }) => [lookup_key, id]);
    const project = new Project(folder, emulator, Object.fromEntries(ids));
    await project.write("catalog.ts", declaration);
    await project.write("products.json", JSON.stringify({ team: "prod_team", enterprise: "prod_enterprise" }));
    return project;
  }

  get dashboard() {
    return this.emulator.sandbox.dashboard;
  }

  async write(file: string, text: string): Promise<void> {
    await writeFile(join(this.folder, file), text);
  }

  /**
   * Runs `drift` in the folder, with the products of `products.json` unless the arguments name
   * others.
   */
  drift(args: readonly string[] = [], { env, ...surroundings }: Surroundings = {}): Promise<Ended> {
    const products =
      args.includes("--stack-config") || args.includes("--products") ? [] : ["--products", "products.json"];
    const variables = { STRIPE_API_BASE: this.emulator.url, STRIPE_API_KEY: this.emulator.apiKey, ...env };
    return runCli(["drift", ...products, ...args], { cwd: this.folder, env: variables, ...surroundings });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.emulator.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
