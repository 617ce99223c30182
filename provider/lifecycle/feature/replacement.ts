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
  // The engine compares nothing where a replacement is forced. The owner tells then.
  const successor = replacements.findReplacement(id) ?? replacements.findNew(owner);
  if (successor === undefined || successor.lookupKey === lookupKey) return undefined;
  const isPending = !isKnownText(successor.lookupKey) || declarations.features.isPending(successor.lookupKey);
  return isPending ? successor : undefined;
}

/** A delete that comes before the create of the replacement. */
interface FirstDelete {
  readonly subject: string;
  /** The feature that is archived or detached. */
  readonly id: string;
  readonly verb: "archived" | "detached";
  readonly successor: Successor;
  /** Finds the active feature with the lookup key. */
  readonly find: (lookupKey: string) => Promise<StripeFeature | undefined>;
}

/**
 * Deletes if the replacement can be created. An archive is permanent (S5), and a detach takes the
 * feature from customers. A failure counts as one of the run, because the engine then skips what
 * depends on the replacement, and it looks removed.
 */
export async function deleteFirst(
  context: ProviderContext,
  step: FirstDelete,
  run: () => Promise<void>,
): Promise<void> {
  try {
    // Another resource may declare the old key, or give up the new one.
    await context.programActivity.waitUntilQuiet();
    await assertCreatable(context, step);
    await run();
  } catch (error) {
    context.failures.record(step.subject);
    throw error;
  }
}

async function assertCreatable(context: ProviderContext, step: FirstDelete): Promise<void> {
  const { successor, find } = step;
  const { lookupKey, owner } = successor;
  if (!isKnownText(lookupKey)) throw rejection(context, step, unknownKey, unknownKeyHint);
  const existing = await find(lookupKey);
  if (existing === undefined || mayAdopt(context, existing, successor)) return;
  const why =
    `the feature with the new lookup key "${lookupKey}" could not be created: an active feature already has this lookup ` +
    `key: ${existing.id}, ${markerText(existing, successor)}`;
  throw rejection(context, step, why, waysForward(existing.marker, owner));
}

const unknownKey = "the new lookup key is not known before another resource is replaced";
const unknownKeyHint =
  "Let that resource be created before it is deleted: remove its deleteBeforeReplace, or set the mode of its provider in " +
  "pulumi:autonaming to default. Otherwise declare a lookupKey that does not depend on it.";

function rejection(
  { detaches }: ProviderContext,
  { subject, id, verb }: FirstDelete,
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
