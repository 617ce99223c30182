import { tools } from "./support/package-managers";
import { type Program, product } from "./support/program";
import {
  installWithNpm,
  installWithPnpm,
  manifest,
  packageName,
  pulumiDependencies,
  type SetUp,
} from "./support/set-up";
import { testFailure, testSetUp } from "./support/test-set-up";

const library = `
const { Feature, ProductFeature } = require("pulumi-stripe-entitlements");
exports.declare = (name) => {
  const sso = new Feature("sso", { lookupKey: "sso", name, metadata: { team: "identity" } });
  new ProductFeature("team-sso", { product: "${product}", entitlementFeature: sso.id });
};
`;

/** A library that declares the resources, and a Pulumi project with these dependencies. */
const packages = (packed: string, ofProject: Readonly<Record<string, string>>) => ({
  "packages/infra/package.json": manifest("infra", {
    main: "index.js",
    dependencies: { [packageName]: `file:${packed}`, "@pulumi/pulumi": pulumiDependencies["@pulumi/pulumi"] },
  }),
  "packages/infra/index.js": library,
  "packages/deploy/package.json": manifest("deploy", { dependencies: { ...pulumiDependencies, ...ofProject } }),
});

const npmWorkspace: SetUp = {
  name: "npm workspace, resources in a library of another package",
  files: (packed) => ({
    "package.json": manifest("workspace", { workspaces: ["packages/*"] }),
    ...packages(packed, { infra: "*" }),
  }),
  project: "packages/deploy",
  install: installWithNpm,
};

/**
 * Returns a pnpm workspace. pnpm gives a package only the direct dependencies of its own
 * package.json.
 */
const pnpmWorkspace = (name: string, ofProject: (packed: string) => Readonly<Record<string, string>>): SetUp => ({
  name,
  files: (packed) => ({
    "package.json": manifest("workspace", {}),
    "pnpm-workspace.yaml": "packages: [packages/*]\n",
    ...packages(packed, { infra: "workspace:*", ...ofProject(packed) }),
  }),
  project: "packages/deploy",
  install: installWithPnpm(tools.pnpm10),
});

const declaration = (name: string) => `import { declare } from "infra";\ndeclare("${name}");\n`;
const declare = (program: Program, name: string) => program.write(declaration(name));

// npm installs this package in the top folder, where the provider process finds it.
testSetUp(npmWorkspace, declare);

testSetUp(
  pnpmWorkspace("pnpm workspace, resources in a library, the project depends on this package", (packed) => ({
    [packageName]: `file:${packed}`,
  })),
  declare,
);

testFailure(
  pnpmWorkspace("pnpm workspace, resources in a library, the project depends on the library alone", () => ({})),
  "the Pulumi project must depend on this package",
  /does not find pulumi-stripe-entitlements\..*: add pulumi-stripe-entitlements to the dependencies/,
  declaration("SSO"),
);
