import type { FindOptions } from "../../stripe/list-cache";
import type { StripeProductFeature } from "../../stripe/schemas";
import type { AccountAndMode } from "../account/account";
import type { ProviderContext } from "../context";
import { EntitlementsError } from "../errors";
import { inputsOf } from "../properties";
import type { ReadResult } from "../resource-rules";
import { type ProductFeatureInputs, productFeatureProperties } from "./properties";
import { findNewOwner, initialState, isFirstRead, type ProductFeatureState, stateOf, subjectOf } from "./state";

/** The state that a read has. An imported attachment has no more than its inputs. */
type KnownState = Partial<ProductFeatureState> & ProductFeatureInputs;

export async function read(
  context: ProviderContext,
  id: string,
  state: Partial<ProductFeatureState>,
): Promise<ReadResult<ProductFeatureInputs, ProductFeatureState> | undefined> {
  const { guard, log } = context;
  const { product } = state;
  const subject = subjectOf(state, id);
  // Stripe's answer does not name the product, and the path needs it (S18, S29).
  if (product === undefined) {
    throw new EntitlementsError(`${subject}: reading an attachment needs its product and its id`, {
      kind: "invalidArgument",
    });
  }
  // The account and the list are requested at the same time, as for a feature.
  const guardCheck = guard.checkForRead(subject, state);
  const found = findProductFeature(context, product, id, state, { guardCheck });
  const [account, attached] = await Promise.all([guardCheck, found]);
  if (attached === undefined) {
    await guard.confirmGone(subject, state, () => findsFeature(context, state));
    log(
      `${subject} was detached outside Pulumi, or its product deleted. If it is still declared, \`pulumi up\` attaches it again.`,
    );
    return undefined;
  }
  const known = { ...state, product, entitlementFeature: attached.feature.id };
  const props = stateAfterRead(context, attached, known, account ?? state.account);
  if (props === undefined) return undefined;
  return { id, props, inputs: inputsOf(productFeatureProperties, props) };
}

/**
 * Returns the state of an attachment that exists. Undefined, with a line in the log, when another
 * stack took it over with its feature.
 */
function stateAfterRead(
  { log, stackMarkers }: ProviderContext,
  attached: StripeProductFeature,
  known: KnownState,
  account: string | undefined,
): ProductFeatureState | undefined {
  // An imported attachment, or one that `.get()` reads, has no recorded mode. This stack has not
  // seen its feature before, so a marker of another stack is no takeover.
  if (isFirstRead(known)) return initialState(attached, known, account);
  const newOwner = findNewOwner(attached, known, stackMarkers.anyOwner);
  const { newFeatureOwner, ...state } = known;
  if (newOwner === undefined) return stateOf(attached, state, account);
  const subject = subjectOf(state, attached.id);
  if (stackMarkers.isLostFeature(attached.feature.id, newOwner)) {
    log(`${subject} was taken over with its feature by ${newOwner}, and no longer belongs to this stack.`);
    return undefined;
  }
  if (newOwner !== newFeatureOwner) {
    log(
      `${subject} attaches a feature that belongs to ${newOwner} now. A program that declares the attachment and not the ` +
        "feature keeps it with the next `pulumi up`. Until then a delete leaves it attached.",
    );
  }
  return stateOf(attached, { ...state, newFeatureOwner: newOwner }, account);
}

/** Returns the attachment. Undefined also where the error says that it is gone. */
export async function findProductFeature(
  { lists, guard }: ProviderContext,
  product: string,
  id: string,
  recorded: AccountAndMode,
  options?: FindOptions,
): Promise<StripeProductFeature | undefined> {
  try {
    return await lists.findProductFeature(product, id, options);
  } catch (error) {
    if (guard.isGoneError(error, recorded)) return undefined;
    throw error;
  }
}

/**
 * Whether the key finds the attached feature, and so is of its account. Stripe never deletes a
 * feature (S8).
 */
export async function findsFeature(
  { stripe }: ProviderContext,
  { entitlementFeature }: Partial<ProductFeatureState>,
): Promise<boolean> {
  return entitlementFeature !== undefined && (await stripe.findFeature(entitlementFeature)) !== undefined;
}
