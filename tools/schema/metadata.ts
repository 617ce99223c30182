import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly description: string;
  readonly license: string;
  readonly keywords: readonly string[];
  readonly repository?: { readonly url: string };
}

/** Stands for the address of the repository, as in the examples. GitHub allows no such owner. */
const placeholder = "github.com/example.invalid/pulumi-stripe-entitlements";

const manifest: Manifest = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8"));

/** `github.com/<owner>/<name>`, from `repository` of package.json. */
const repository = /github\.com\/[^/]+\/[^/]+?(?=\.git$|$)/.exec(manifest.repository?.url ?? "")?.[0] ?? placeholder;
const ownerAndName = repository.replace("github.com/", "");
const goModule = `${repository}/sdk/go/stripeentitlements`;

/** The address of the documents. */
export const docs = `https://${repository}/blob/main/docs`;

/** The fields of the schema that describe the package. The plugin adds the version. */
export const packageMetadata = {
  name: "stripe-entitlements",
  displayName: "Stripe Entitlements",
  publisher: "pulumi-stripe-entitlements",
  description: `${manifest.description}.`,
  keywords: [...manifest.keywords, "category/infrastructure", "kind/native"],
  homepage: `https://${repository}`,
  repository: `https://${repository}`,
  license: manifest.license,
  logoUrl: `https://raw.githubusercontent.com/${ownerAndName}/main/docs/images/logo.svg`,
  pluginDownloadURL: `github://api.github.com/${ownerAndName}`,
  // As for every package that `pulumi package add` generates: the Go SDK is a module of its own.
  meta: { supportPack: true },
};

/** The options of the generators. */
export const languages = {
  csharp: { packageReferences: { Pulumi: "3.*" }, respectSchemaVersion: true },
  go: {
    importBasePath: goModule,
    // The arguments of the component name input types of the catalog, which is plain.
    generateExtraInputTypes: true,
    generateResourceContainerTypes: true,
    respectSchemaVersion: true,
  },
  java: { buildFiles: "gradle" },
  nodejs: {
    // npm has the package with the dynamic resources under the name of the provider.
    packageName: "pulumi-stripe-entitlements-sdk",
    packageDescription: `${manifest.description}. The SDK of the native provider.`,
    respectSchemaVersion: true,
  },
  python: { packageName: "pulumi_stripe_entitlements", pyproject: { enabled: true }, respectSchemaVersion: true },
};

/** Returns the text with the address of the repository instead of the placeholder. */
export function withRepository(text: string): string {
  return text.replaceAll(placeholder, repository);
}
