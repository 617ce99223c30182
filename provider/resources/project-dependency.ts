import { createRequire } from "node:module";
import { join } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { getRootDirectory, getStackResource } from "@pulumi/pulumi/runtime";
import { isInlineProgram } from "../functions/inline-program";
import { isMocked } from "../preview/registrations";

const packageName = "pulumi-stripe-entitlements";

let isFound = false;

/**
 * Throws if the Pulumi project does not find this package. The provider process requires it from
 * the folder of the project, also if a library declares the resources and has the package for
 * itself. The folder of an inline program is that of its workspace, which is not known here.
 */
export function assertProjectFindsPackage(): void {
  if (isFound || getStackResource() === undefined || isMocked() || isInlineProgram()) return;
  // The working directory is the folder of `main`.
  isFound = [process.cwd(), getRootDirectory()].some(findsPackage);
  if (isFound) return;
  throw new RunError(
    `The Pulumi project in ${process.cwd()} does not find ${packageName}. A library may declare the resources, but ` +
      `Pulumi's provider process loads the package from the project: add ${packageName} to the dependencies in the ` +
      "project's package.json.",
  );
}

/** Whether Node.js finds the provider from the directory. */
export function findsPackage(directory: string): boolean {
  try {
    createRequire(join(directory, "index.js")).resolve(`${packageName}/dynamic/feature`);
    return true;
  } catch {
    return false;
  }
}
