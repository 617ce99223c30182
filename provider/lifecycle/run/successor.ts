import type { LocalContext } from "../context";
import { isKnownText } from "../inputs";
import type { Successor } from "./replacements";

/** A feature that the engine deletes, or detaches from a product. */
export interface DeletedFeature {
  readonly id: string;
  readonly lookupKey: string | undefined;
  readonly owner: string | undefined;
}

/**
 * Returns what replaces the feature, where the engine deletes it before it creates the replacement.
 * Otherwise all deletes of a run come after its creates.
 */
export function findSuccessor(
  { replacements, declarations }: LocalContext,
  { id, lookupKey, owner }: DeletedFeature,
): Successor | undefined {
  // The engine compares nothing where a replacement is forced. The owner tells then.
  const successor = replacements.findReplacement(id) ?? replacements.findNew(owner);
  if (successor === undefined || successor.lookupKey === lookupKey) return undefined;
  const isPending = !isKnownText(successor.lookupKey) || declarations.features.isPending(successor.lookupKey);
  return isPending ? successor : undefined;
}
