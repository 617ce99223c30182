import type { StripeProductFeature } from "../../stripe/schemas";
import type { FindOptions } from "../../stripe/list-cache";
import type { ProviderContext } from "../context";
import { withErrorContext, EntitlementsError } from "../errors";
import { retrieve } from "../feature/retrieve";
import type { AccountAndMode } from "../account/guard";
import { firstStateOf, inputsOf, type ProductFeatureState, stateOf, subjectOf, takenOverBy } from "./state";

export async function read(connection: ProviderContext, id: string, state: Partial<ProductFeatureState>) {
  const subject = subjectOf(id, state);
  return withErrorContext(subject, async () => {
    const { product } = state;
    // Stripe's answer does not name the product, and its address is below the product's.
    if (product === undefined) {
      throw new EntitlementsError(`${subject}: an attachment is read by its product and its id`);
    }
    // As for a feature, at the same time.
    const permission = connection.guard.checkForRead(subject, state);
    const [account, attached] = await Promise.all([permission, find(connection, product, id, state, { permission })]);
    if (attached === undefined) {
      await connection.guard.confirmGone(subject, state, () => isOfThisAccount(connection, state));
      connection.log(
        `${subject} was detached outside Pulumi, or its product deleted. If it is still declared, \`pulumi up\` attaches it again.`,
      );
      return undefined;
    }
    const taker = takenOverBy(attached, state, connection.run.marker);
    if (taker !== undefined) {
      connection.log(`${subject} was taken over with its feature by ${taker}, and is not this stack's any more.`);
      return undefined;
    }
    // What was imported, or is asked for by a `.get()`, has no mode yet.
    const toState = state.livemode === undefined ? firstStateOf : stateOf;
    const known = { ...state, product, entitlementFeature: attached.entitlement_feature.id };
    const props = toState(attached, known, account ?? state.account);
    return { id, props, inputs: inputsOf(props) };
  });
}

/** As {@link Snapshot.findProductFeature}, also where the error says that the attachment is gone. */
export async function find(
  { lists, guard }: ProviderContext,
  product: string,
  id: string,
  home: AccountAndMode,
  how?: FindOptions,
): Promise<StripeProductFeature | undefined> {
  try {
    return await lists.findProductFeature(product, id, how);
  } catch (error) {
    if (guard.isGoneError(error, home)) return undefined;
    throw error;
  }
}

/** A feature is never deleted: where the attached one is found, the key belongs to its account. */
export async function isOfThisAccount(
  { stripe }: ProviderContext,
  { entitlementFeature }: Partial<ProductFeatureState>,
): Promise<boolean> {
  return entitlementFeature !== undefined && (await retrieve(stripe, entitlementFeature)) !== undefined;
}
