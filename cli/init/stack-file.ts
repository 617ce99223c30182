import { type Document, isMap, parseDocument } from "yaml";
import type { Mode } from "../../provider/lifecycle/account/account";
import { CliError } from "../cli-error";
import { type PlanProducts, productsKey, productsSchema } from "../products/read-products";

/** The values that `init` writes to the configuration of a stack. */
export interface StackConfiguration {
  readonly project: string;
  readonly account: string | undefined;
  readonly mode: Mode | undefined;
  readonly products: PlanProducts;
}

/** The new content of `Pulumi.<stack>.yaml`. */
export interface StackFile {
  readonly text: string;
  /** The keys that had another value. */
  readonly replaced: readonly string[];
}

/**
 * Returns the configuration file of a stack with the products, and the account and the mode, which
 * reject keys of any other. Keeps everything else, such as secrets and comments.
 *
 * @throws CliError when the text is not the configuration of a stack
 */
export function stackFile(
  file: string,
  text: string | undefined,
  { project, account, mode, products }: StackConfiguration,
): StackFile {
  const document = parseDocument(text ?? "");
  assertStack(file, document);
  const values = {
    [`${project}:${productsKey}`]: products,
    ...(account !== undefined && { "stripe-entitlements:account": account }),
    ...(mode !== undefined && { "stripe-entitlements:mode": mode }),
  };
  const replaced: string[] = [];
  let isChanged = false;
  for (const [key, value] of Object.entries(values)) {
    const old: unknown = document.toJS()?.config?.[key];
    if (isSame(old, value)) continue;
    isChanged = true;
    if (!isExtended(old, value)) replaced.push(key);
    document.setIn(["config", key], document.createNode(value));
  }
  return { text: text !== undefined && !isChanged ? text : document.toString({ lineWidth: 0 }), replaced };
}

function assertStack(file: string, document: Document.Parsed): void {
  const isStack = isReadable(document) && (document.contents === null || isMap(document.contents));
  const config = isStack ? document.get("config") : undefined;
  if (isStack && (config === undefined || isMap(config))) return;
  if (isStack && config === null) return void document.delete("config");
  throw new CliError(`${file} is not the configuration of a stack`, "Correct the file, or choose another --stack.");
}

/**
 * Returns the products that a stack has, `{}` where it has none. Wrong ones are replaced, or an
 * error, when the file is written.
 *
 * @throws CliError when the text is not the configuration of a stack
 */
export function productsIn(file: string, text: string | undefined, project: string): PlanProducts {
  const document = parseDocument(text ?? "");
  assertStack(file, document);
  const value: unknown = document.toJS()?.config?.[`${project}:${productsKey}`];
  return productsSchema.safeParse(value).data ?? {};
}

/** Whether the new value only adds to the old one. */
function isExtended(old: unknown, value: string | PlanProducts): boolean {
  if (old === undefined) return true;
  const products = productsSchema.safeParse(old).data;
  if (products === undefined || typeof value === "string") return false;
  return Object.entries(products).every(([plan, id]) => value[plan] === id);
}

/** Whether the text is YAML, and its aliases lead somewhere. */
function isReadable(document: Document.Parsed): boolean {
  try {
    document.toJS();
    return document.errors.length === 0;
  } catch {
    return false;
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
