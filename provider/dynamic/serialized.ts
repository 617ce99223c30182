import { sep } from "node:path";
import type { dynamic } from "@pulumi/pulumi";
import * as feature from "./feature";
import * as productFeature from "./product-feature";

/**
 * The providers as Pulumi writes them into the state of every resource. Whatever stands there is run, for ever, by later versions of
 * this package (pulumi/pulumi#16826), so it is a call into the installed package and nothing else.
 *
 * - Installed below `node_modules`, a module's own exports become `require("pulumi-stripe-entitlements/dynamic/…")`, the smallest text there is.
 *   The state is written at every step of an update, so its size is speed.
 * - Elsewhere (a workspace, `npm link`, this checkout) Pulumi would write the functions' source instead, without the module around it. There
 *   each call is an arrow that names the package: larger, but right.
 */
export const providers = isInstalled(__dirname) ? installed() : linked();

interface Providers {
  readonly feature: dynamic.ResourceProvider;
  readonly productFeature: dynamic.ResourceProvider;
}

/** Whether Pulumi will name the module as the package does: directly below one `node_modules`, or in pnpm's store. */
export function isInstalled(directory: string): boolean {
  const folders = directory.split(sep);
  const first = folders.indexOf("node_modules");
  const last = folders.lastIndexOf("node_modules");
  return folders[last + 1] === "pulumi-stripe-entitlements" && (first === last || folders.includes(".pnpm"));
}

function installed(): Providers {
  return { feature: feature as dynamic.ResourceProvider, productFeature: productFeature as dynamic.ResourceProvider };
}

function linked(): Providers {
  return {
    feature: {
      configure: (...args) => require("pulumi-stripe-entitlements/dynamic/feature").configure(...args),
      check: (...args) => require("pulumi-stripe-entitlements/dynamic/feature").check(...args),
      diff: (...args) => require("pulumi-stripe-entitlements/dynamic/feature").diff(...args),
      create: (...args) => require("pulumi-stripe-entitlements/dynamic/feature").create(...args),
      read: (...args) => require("pulumi-stripe-entitlements/dynamic/feature").read(...args),
      update: (...args) => require("pulumi-stripe-entitlements/dynamic/feature").update(...args),
      delete: (...args) => require("pulumi-stripe-entitlements/dynamic/feature").delete(...args),
    },
    productFeature: {
      configure: (...args) => require("pulumi-stripe-entitlements/dynamic/product-feature").configure(...args),
      check: (...args) => require("pulumi-stripe-entitlements/dynamic/product-feature").check(...args),
      diff: (...args) => require("pulumi-stripe-entitlements/dynamic/product-feature").diff(...args),
      create: (...args) => require("pulumi-stripe-entitlements/dynamic/product-feature").create(...args),
      read: (...args) => require("pulumi-stripe-entitlements/dynamic/product-feature").read(...args),
      update: (...args) => require("pulumi-stripe-entitlements/dynamic/product-feature").update(...args),
      delete: (...args) => require("pulumi-stripe-entitlements/dynamic/product-feature").delete(...args),
    },
  };
}
