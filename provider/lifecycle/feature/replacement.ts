import type { StripeFeature } from "../../stripe/feature";
import type { ProviderContext } from "../context";
import { EntitlementsError } from "../errors";
import { isKnownText } from "../inputs";
import type { Successor } from "../run/replacements";
import { markerText, mayAdopt, waysForward } from "./create";

/** A feature that the engine deletes, or detaches from a product. */
interface DeletedFeature {
  readonly id: string;
  readonly lookupKey: string | undefined;
  readonly owner: string | undefined;
}

/**
 * Returns what replaces the feature, where the engine deletes it before it creates the replacement.
 * Otherwise all deletes of a run come after its creates.
 */
export function findPendingSuccessor(
  { replacements, declarations }: ProviderContext,
  { id, lookupKey, owner }: DeletedFeature,
): Successor | undefined {
  const successor = replacements.findSuccessor(id, owner);
  if (successor === undefined || successor.lookupKey === lookupKey) return undefined;
  const isPending = !isKnownText(successor.lookupKey) || declarations.features.isPending(successor.lookupKey);
  return isPending ? successor : undefined;
}

/** What is about to be done to the feature `id`. */
interface Step {
  readonly subject: string;
  readonly id: string;
  readonly verb: "archived" | "detached";
}

/**
 * Throws if the feature that replaces another one could not be created. An archive is permanent
 * (S5), and a detach takes the feature from customers.
 *
 * @param find finds the active feature with the lookup key
 */
export async function assertCreatable(
  context: ProviderContext,
  step: Step,
  successor: Successor,
  find: (lookupKey: string) => Promise<StripeFeature | undefined>,
): Promise<void> {
  // Another resource may declare the old key, or give up the new one.
  await context.programActivity.waitUntilQuiet();
  const { lookupKey } = successor;
  if (!isKnownText(lookupKey)) {
    throw rejection(
      context,
      step,
      "the new lookup key is not known before another resource is replaced",
      unknownKeyHint,
    );
  }
  const existing = await find(lookupKey);
  if (existing === undefined || mayAdopt(context, existing, successor)) return;
  const why =
    `the feature with the new lookup key "${lookupKey}" could not be created: an active feature already has this lookup ` +
    `key: ${existing.id}, ${markerText(existing, successor)}`;
  throw rejection(context, step, why, waysForward(existing.marker, successor.owner));
}

const unknownKeyHint =
  "Let that resource be created before it is deleted: remove its deleteBeforeReplace, or set the mode of its provider in " +
  "pulumi:autonaming to default.";

function rejection(
  { detaches }: ProviderContext,
  { subject, id, verb }: Step,
  why: string,
  hint: string,
): EntitlementsError {
  const products = detaches.productsWithout(id);
  const effect =
    products.length === 0
      ? "Nothing was changed."
      : `This run has detached the feature from ${products.join(", ")}: they are without it until the next \`pulumi up\`.`;
  return new EntitlementsError(`${subject}: not ${verb}, because ${why}`, {
    kind: "notDeleted",
    hint: `${effect} ${hint}`,
  });
}
