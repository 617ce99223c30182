import type { StripeFeature } from "../../stripe/feature";
import type { ProviderContext } from "../context";
import { EntitlementsError } from "../errors";
import { isKnownText } from "../inputs";
import { askBeforeDelete } from "../run/ask-others";
import type { Successor } from "../run/replacements";
import { type DeletedFeature, findSuccessor } from "../run/successor";
import { createFacts } from "./create-facts";
import { markerText, mayAdopt, waysForward } from "./plan-create";

/**
 * Returns what replaces the feature, where the engine deletes it before it creates the replacement,
 * also in another process.
 */
export async function findPendingSuccessor(
  context: ProviderContext,
  subject: string,
  deleted: DeletedFeature,
): Promise<Successor | undefined> {
  const successor = findSuccessor(context, deleted);
  if (successor !== undefined) return successor;
  const { id, lookupKey: key = "", owner } = deleted;
  const others = await askBeforeDelete(context, subject, { kind: "features", key, id, owner });
  return others.find((facts) => facts.successor !== undefined)?.successor;
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
  if (existing === undefined) return;
  const { id, marker } = existing;
  const asked = { kind: "features", key: lookupKey, id, marker, owner, whenQuiet: true } as const;
  const others = await askBeforeDelete(context, step.subject, asked);
  const isFree = !others.some(({ isHeld }) => isHeld);
  if (isFree && mayAdopt(successor, existing, createFacts(context, existing, successor, others, { isQuiet: true })))
    return;
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
