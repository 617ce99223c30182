import { relative } from "node:path";
import { printable, stringLiteral } from "../output/plain";
import { productsKey } from "../products/read-products";
import { counted } from "../texts";
import type { AccountDeclaration, LeftOut } from "./declaration";
import type { InitOptions } from "./options";

import type { FileAction, Target } from "./targets";

/** Returns a line for each kind of objects that the program does not declare. */
export function leftOutLines(leftOut: LeftOut): readonly string[] {
  const { rejectedFeatures, attachmentsOfRejectedFeatures } = leftOut;
  const counts = [
    [leftOut.archivedFeatures, "archived feature", ""],
    [leftOut.attachmentsOfArchivedFeatures, "attachment", " of archived features"],
    [leftOut.archivedProducts, "archived product", " (--archived-products includes them)"],
    [leftOut.productsWithoutFeatures, "product", " without features"],
    [rejectedFeatures.length, "feature", " that a program cannot declare"],
    [attachmentsOfRejectedFeatures, "attachment", " of these features"],
  ] as const;
  const lines = counts.filter(([count]) => count > 0).map(([count, noun, more]) => `${counted(count, noun)}${more}`);
  const reasons = rejectedFeatures.map(
    ({ id, lookupKey, reason }) => `  ${id} (${stringLiteral(lookupKey)}): ${reason}`,
  );
  return [...lines, ...reasons];
}

/** Returns a line for each plan whose product shares its name with another one. */
export function sharedNameLines({ plans }: AccountDeclaration): readonly string[] {
  return plans
    .filter(({ isSuffixed }) => isSuffixed)
    .map(({ plan, product }) => `${product.id} (${stringLiteral(product.name)}): ${printable(plan)}`);
}

/** A stack whose marker some features carry. */
export interface OtherStack {
  /** `<project>/<stack>` */
  readonly stack: string;
  readonly features: number;
}

/** Returns the other stacks that manage features of the account. */
export function otherStacks({ features }: AccountDeclaration, ownStack: string): readonly OtherStack[] {
  const stacks = features.map(({ feature: { marker = "" } }) => marker.split("/").slice(0, 2).join("/"));
  return [...Map.groupBy(stacks, (stack) => stack)]
    .filter(([stack]) => stack !== "" && stack !== ownStack)
    .map(([stack, found]) => ({ stack, features: found.length }));
}

const actions: Readonly<Record<FileAction, string>> = {
  created: "created",
  unchanged: "not changed, it has this content",
  kept: "not changed, it exists",
  extended: "extended",
  replaced: "replaced",
};

/** Returns a line for each file. */
export function fileLines(targets: readonly Target[]): readonly string[] {
  return targets.map(({ file, action }) => `${file}: ${actions[action]}`);
}

/** The commands that let Pulumi manage the account with the new program. */
export function nextCommands(
  { out: folder, importFile }: Pick<InitOptions, "out" | "importFile">,
  stack: string,
  packages: readonly string[],
  settings: readonly string[] = [],
): readonly string[] {
  const adopt = [
    "pulumi config set stripe-entitlements:adopt unowned",
    "pulumi up",
    "pulumi config rm stripe-entitlements:adopt",
  ];
  return [
    ...(folder === "." ? [] : [`cd ${shellWord(folder)}`]),
    ["npm install", ...packages].join(" "),
    `pulumi stack select --create ${stack}`,
    ...settings,
    ...(importFile === undefined ? adopt : [importCommand(relative(folder, importFile)), "pulumi up"]),
    "pulumi preview --refresh --expect-no-changes",
  ];
}

/** Returns the command that gives a plan its product. */
export function productCommand(project: string, plan: string): string {
  const step = /^[\w-]+$/.test(plan) ? `.${plan}` : `[${JSON.stringify(plan)}]`;
  return `pulumi config set --path ${shellWord(`${project}:${productsKey}${step}`)} prod_…`;
}

const importCommand = (file: string) =>
  `pulumi import --file ${shellWord(file)} --generate-code=false --protect=false --yes`;

/** Returns the text as one word of a POSIX shell. */
function shellWord(text: string): string {
  return /^[\w./@:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
