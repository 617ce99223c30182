import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import fc from "fast-check";
import ts from "typescript";
import { parse } from "yaml";
import { loadCatalog } from "../../../cli/catalog/load-catalog";
import type { Environment } from "../../../emulator";
import type { Catalog } from "../../../provider/catalog";
import type { ProviderContext } from "../../../provider/lifecycle/context";
import { declareFeature, declarePair } from "../../support/declare";
import { isFullRun } from "../../support/full-run";
import { TestEnvironment } from "../../support/test-environment";
import { runCli } from "../run-cli";
import { Account } from "./account";

const accounts = isFullRun ? 200 : 20;
const seed = 16;

const checkout = resolve(__dirname, "../../..");

/** Texts that break code which does not quote them, and names of JavaScript's own properties. */
const oddTexts = [
  ...["'", '"', "`", "${", "\\", "\\u0041", "*/", "//", "\n", "\r\n", "\t", "{", "]", "</script>"],
  ...[
    "🎉",
    "👩‍👩‍👧",
    "שלום",
    "مرحبا",
    "\u202e",
    "\u2066",
    "\u2028",
    "\u2029",
    "\u0085",
    "\ufeff",
    "é",
    "e\u0301",
    "日本語",
  ],
  ...["__proto__", "constructor", "toString", "default", "1", "01", "-1", "null", "true", "a: b", "~", "/", "#", "@"],
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...oddTexts), fc.string({ maxLength: 5 })), { minLength: 1, maxLength: 4 })
  .map((parts) => [...parts.join("")].slice(0, 30).join(""));
const feature = fc.record({
  lookupKey: text,
  name: text,
  // The parser of Stripe's answers does not see the key __proto__, so nothing changes that entry.
  metadata: fc.dictionary(
    text.filter((key) => key !== "__proto__"),
    text,
    { maxKeys: 3 },
  ),
});
const account = fc.record({
  features: fc.uniqueArray(feature, { selector: ({ lookupKey }) => lookupKey, maxLength: 6 }),
  products: fc.array(fc.record({ name: text, carries: fc.array(fc.nat(5), { maxLength: 6 }) }), { maxLength: 4 }),
});

/** The result of `init --json`. */
interface Result {
  readonly leftOut: { readonly rejectedFeatures: readonly { readonly id: string; readonly reason: string }[] };
}

/** Creates the objects that Stripe accepts. */
function fill(
  { dashboard }: Environment,
  { features, products }: typeof account extends fc.Arbitrary<infer T> ? T : never,
) {
  const accepted = (create: () => string): string | undefined => {
    try {
      return create();
    } catch (error) {
      assert.equal(error instanceof Error && error.name, "StripeError");
      return undefined;
    }
  };
  const ids = features.map((content) => accepted(() => dashboard.createFeature(content).id));
  for (const { name, carries } of products) {
    const product = accepted(() => dashboard.createProduct({ name }).id);
    const carried = new Set(carries.map((n) => ids[n]).filter((id) => id !== undefined));
    if (product !== undefined) for (const id of carried) dashboard.attach(product, id);
  }
}

/** Returns what users of the account see: everything but the markers. */
function seen({ dashboard }: Environment): unknown {
  const features = dashboard
    .features()
    .map(({ metadata: { pulumi_owner, ...metadata }, ...rest }) => ({ ...rest, metadata }));
  const attachments = dashboard.products().map(({ id }) => [id, dashboard.productFeatures(id).map((each) => each.id)]);
  return { features, attachments };
}

/** Adopts every object that the program declares, by the rules that the engine calls. */
async function adoptAll(context: ProviderContext, catalog: Catalog, products: ReadonlyMap<string, string>) {
  const ids = new Map<string, string>();
  for (const [lookupKey, content] of Object.entries(catalog.features)) {
    const { id } = await declareFeature(context, {
      metadata: {},
      ...content,
      lookupKey,
      owner: `shop/test/f-${ids.size}`,
    });
    ids.set(lookupKey, id);
  }
  for (const [product, plan] of products) {
    for (const { key } of catalog.featuresOf(plan as never)) {
      const entitlementFeature = ids.get(key) ?? assert.fail(key);
      await declarePair(context, { product, entitlementFeature, owner: `shop/test/${plan}-${entitlementFeature}` });
    }
  }
}

/**
 * Fails unless the program in the folder declares every object of the account as it is. Returns
 * the catalog, and the plan of each product.
 */
async function assertExact({ dashboard }: Environment, folder: string, { leftOut }: Result) {
  for (const { reason } of leftOut.rejectedFeatures) assert.match(reason, /__proto__|must not be empty|white space/);
  const rejected = new Set(leftOut.rejectedFeatures.map(({ id }) => id));
  const catalog = await loadCatalog("catalog.ts", { cwd: folder });
  const features = dashboard.features().filter(({ id }) => !rejected.has(id));
  assert.deepEqual(
    new Map(Object.entries(catalog.features).map(([key, { name, metadata = {} }]) => [key, { name, metadata }])),
    new Map(features.map(({ lookup_key, name, metadata }) => [lookup_key, { name, metadata }])),
  );
  const config = parse(await readFile(join(folder, "Pulumi.test.yaml"), "utf8")).config;
  const products = new Map(
    Object.entries<string>(config["entitlements:products"]).map(([plan, id]) => [id, plan] as const),
  );
  assert.deepEqual([...products.values()].toSorted(), catalog.planNames.toSorted());
  for (const { id } of dashboard.products()) {
    const attached = dashboard.productFeatures(id).map(({ entitlement_feature }) => entitlement_feature);
    const kept = attached.filter((each) => !rejected.has(each.id)).map(({ lookup_key }) => lookup_key);
    const plan = products.get(id);
    const declared = plan === undefined ? [] : catalog.featuresOf(plan as never).map(({ key }) => key);
    assert.deepEqual(declared.toSorted(), kept.toSorted());
  }
  return { catalog, products };
}

/** Returns what the compiler says about the files in strict mode. */
function compile(files: readonly string[]): readonly string[] {
  const program = ts.createProgram({
    rootNames: files,
    options: {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      resolveJsonModule: true,
      types: ["node"],
      typeRoots: [join(checkout, "node_modules", "@types")],
      paths: {
        "pulumi-stripe-entitlements": [join(checkout, "provider", "index.ts")],
        "pulumi-stripe-entitlements/catalog": [join(checkout, "provider", "catalog", "index.ts")],
        "@pulumi/pulumi": [join(checkout, "node_modules", "@pulumi", "pulumi")],
      },
    },
  });
  const diagnostics = files.flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  return diagnostics.map(
    ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
  );
}

describe("The programs that init writes", function () {
  this.timeout(300_000);

  it(`compile, and adopt without a change, for ${accounts} accounts with odd texts`, async () => {
    await using all = await Account.start();
    const env = new TestEnvironment(all.emulator);
    const folders: string[] = [];
    for (const [n, content] of fc.sample(account, { numRuns: accounts, seed }).entries()) {
      const environment = all.emulator.environment({ account: `acct_${n}`, livemode: false });
      fill(environment, content);
      const folder = join(all.folder, String(n));
      const format = n % 4 === 0 ? "json" : "ts";
      const variables = { STRIPE_API_BASE: all.emulator.url, STRIPE_API_KEY: environment.apiKey };
      const args = ["init", "--out", folder, "--format", format, "--json"];
      const { code, stdout, stderr } = await runCli(args, { env: variables });
      assert.equal(code, 0, stderr);
      const { catalog, products } = await assertExact(environment, folder, JSON.parse(stdout));
      const before = seen(environment);
      const local = { adopt: "unowned" } as const;
      await adoptAll(env.createContext({ apiKey: environment.apiKey, local }), catalog, products);
      assert.deepEqual(seen(environment), before);
      folders.push(folder);
    }
    const files = folders.flatMap((folder) => ["index.ts", "catalog.ts"].map((name) => join(folder, name)));
    assert.deepEqual(compile(files), []);
  });
});
