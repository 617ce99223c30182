import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Props } from "./provider-process";

const exec = promisify(execFile);

/** A resource as a program registers it with the engine. */
export interface Registration {
  readonly type: string;
  readonly inputs: Props & { readonly __provider: string };
}

export interface Registrations {
  readonly feature: Registration;
  readonly productFeature: Registration;
}

// JavaScript in a process of its own: it shares no module and no TypeScript loader with the tests.
const program = `
const pulumi = require("@pulumi/pulumi");
const registered = {};
pulumi.runtime.setMocks({
  newResource: ({ type, name, inputs }) => {
    registered[name] = { type, inputs };
    return { id: "feat_1", state: inputs };
  },
  call: () => ({}),
}, "shop", "production");
const { Feature, ProductFeature } = require("pulumi-stripe-entitlements");
const feature = new Feature("feature", { lookupKey: "sso", name: "Single sign-on", metadata: { team: "identity" } });
const attachment = new ProductFeature("productFeature", { product: "prod_1", entitlementFeature: feature.id });
attachment.urn.apply(() => process.stdout.write(JSON.stringify(registered)));
`;

const known = new Map<string, Promise<Registrations>>();

/** Returns what a program in `project` registers for one resource of each type. */
export function registrations(project: string): Promise<Registrations> {
  const register = async () =>
    JSON.parse((await exec(process.execPath, ["-e", program], { cwd: project })).stdout) as Registrations;
  const found = known.get(project) ?? register();
  known.set(project, found);
  return found;
}
