import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Check, type Finding, failure, ok, warning } from "../check";
import { outputOf } from "../command-output";

const lockFiles = {
  yarn: ["yarn.lock"],
  pnpm: ["pnpm-lock.yaml"],
  bun: ["bun.lock", "bun.lockb"],
  npm: ["package-lock.json"],
} as const;

type Manager = keyof typeof lockFiles;

/**
 * In the order in which Pulumi looks for their files: sdk/nodejs/npm/manager.go of pulumi/pulumi.
 */
const managers = Object.keys(lockFiles) as readonly Manager[];

/** The package manager that Pulumi uses for `pulumi install`. */
export const packageManager: Check = {
  name: "package manager",
  run: async ({ project, io }) => {
    if (project?.runtime !== "nodejs") return [];
    const set = String(project.options["packagemanager"] ?? "auto");
    const locked = managers.filter((manager) =>
      lockFiles[manager].some((file) => isAbove(project.programFolder, file)),
    );
    const used = set === "auto" ? (locked[0] ?? "npm") : set;
    if (!isManager(used)) {
      const hint = `Set it to auto, ${managers.join(", ")}, or remove it.`;
      return [failure(`packagemanager in Pulumi.yaml is ${used}, which Pulumi does not know`, hint)];
    }
    // Windows runs npm, pnpm and yarn, which are .cmd files, only in a shell.
    const { error } = await outputOf(io, used, ["--version"], { shell: process.platform === "win32" });
    if (error === undefined) return [finding(set, used, locked)];
    const hint = `Install ${used}, or set \`packagemanager\` below \`runtime.options\` in Pulumi.yaml to another one.`;
    return [finding(set, used, locked), warning(`${used} does not run, so \`pulumi install\` cannot use it`, hint)];
  },
};

function finding(set: string, used: Manager, locked: readonly Manager[]): Finding {
  const names = locked.flatMap((manager) => lockFiles[manager][0]).join(", ");
  if (set === "auto" && locked.length > 1) {
    const hint = `Remove the lock files that are not used, or set \`packagemanager\` below \`runtime.options\` in Pulumi.yaml.`;
    return warning(`Lock files of several package managers: ${names}. Pulumi uses ${used}`, hint);
  }
  if (set !== "auto" && locked.length > 0 && !locked.includes(used)) {
    return warning(`packagemanager is ${used}, but the lock file is ${names}`, `Set packagemanager to ${locked[0]}.`);
  }
  if (locked.length > 0) return ok(`Package manager ${used} (${set === "auto" ? names : "packagemanager"})`);
  const install = `Run \`${used} install\` and commit the lock file, so that everybody gets the same versions.`;
  return warning(`Package manager ${used}, without a lock file`, install);
}

const isManager = (name: string): name is Manager => Object.hasOwn(lockFiles, name);

function isAbove(folder: string, file: string): boolean {
  return existsSync(join(folder, file)) || (dirname(folder) !== folder && isAbove(dirname(folder), file));
}
