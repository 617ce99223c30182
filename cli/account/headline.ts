import { counted } from "../texts";
import { type AccountContent, attachmentCount } from "./read-account";

/** The numbers of objects in an account. */
export interface Counts {
  /** Active features. */
  readonly features: number;
  /** Products that were read. */
  readonly products: number;
  readonly attachments: number;
}

/** Returns how many objects were read. */
export function countsOf({ features, products }: AccountContent): Counts {
  return { features: features.length, products: products.length, attachments: attachmentCount(products) };
}

/** Returns `acct_…, test mode: 40 features, 12 products, 150 attachments`. */
export function headline(content: AccountContent): string {
  const { features, products, attachments } = countsOf(content);
  const account = content.account ?? "an account that the key may not read";
  const mode = content.mode === undefined ? "" : `, ${content.mode} mode`;
  const found = [counted(features, "feature"), counted(products, "product"), counted(attachments, "attachment")];
  return `${account}${mode}: ${found.join(", ")}`;
}
