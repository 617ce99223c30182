import { z } from "zod";
import { isRefusal, isStripeError } from "../stripe/errors";
import type { StripeProductFeature } from "../stripe/schemas";
import { checkAgainst, text } from "./check";
import type { Connection } from "./connection";
import { about, EntitlementsError } from "./errors";
import { type Home, refuseMissing } from "./guard";
import type { CheckResult, DiffResult } from "./rules";

/** Far longer than any id of Stripe's: what is longer is a mistake. */
const maxIdLength = 255;
const featureIdPrefix = "feat_";

/** A feature's attachment to a product, as declared. */
export interface ProductFeatureInputs {
  /** `prod_…`, or the id that the product was given. */
  readonly product: string;
  /** `feat_…`. */
  readonly entitlementFeature: string;
}

/** An attachment as kept in the state. */
export interface ProductFeatureState extends ProductFeatureInputs, Home {
  readonly lookupKey: string;
  readonly livemode: boolean;
}

const productFeatureRules = z.strictObject({
  // A product's id can be chosen freely, but these two would lead its address elsewhere.
  product: text(maxIdLength).refine((id) => id !== "." && id !== "..", "is not the id of a product"),
  entitlementFeature: text(maxIdLength).refine(
    (id) => id.startsWith(featureIdPrefix),
    `must be the id of a feature (${featureIdPrefix}…), not its lookup key: pass the \`id\` of a Feature resource`,
  ),
});

export function check(news: Readonly<Record<string, unknown>>): CheckResult {
  return checkAgainst(productFeatureRules, news);
}

export function diff(olds: ProductFeatureState, news: ProductFeatureInputs): DiffResult {
  // Stripe has no update of an attachment [spec].
  const replaces = (["product", "entitlementFeature"] as const).filter((property) => olds[property] !== news[property]);
  return {
    changes: replaces.length > 0,
    replaces,
    // Another pair is attached first, so that customers are never without it. A pair that is forced to be replaced by itself has to
    // be detached first: it can be attached only once.
    deleteBeforeReplace: replaces.length === 0,
  };
}

export async function create(connection: Connection, inputs: ProductFeatureInputs) {
  const { product, entitlementFeature } = inputs;
  const subject = `ProductFeature of ${entitlementFeature} on ${product}`;
  return about(subject, async () => {
    const account = await connection.guard.admit(subject);
    try {
      const attached = await connection.stripe.attachFeature(product, entitlementFeature);
      return { id: attached.id, outs: stateOf(attached, product, account) };
    } catch (error) {
      if (isRefusal(error)) await refuseImpossible(connection, subject, inputs);
      throw error;
    } finally {
      connection.snapshot.forgetProductFeatures(product);
    }
  });
}

/** What Stripe answers to each of these is not published: what it has tells. */
async function refuseImpossible(
  { stripe }: Connection,
  subject: string,
  { product, entitlementFeature }: ProductFeatureInputs,
) {
  const missing = (what: string) => (error: unknown) => {
    if (!isStripeError(error) || error.kind !== "missing") throw error;
    return new EntitlementsError(`${subject}: there is no ${what} in this account and mode`, {
      hint: "Check the id, and that the API key belongs to the account and mode that has it.",
      requestId: error.requestId,
    });
  };
  const feature = await stripe.retrieveFeature(entitlementFeature).catch(missing(`feature ${entitlementFeature}`));
  if (feature instanceof EntitlementsError) throw feature;
  if (!feature.active) {
    throw new EntitlementsError(`${subject}: the feature is archived, and an archived feature cannot be attached`, {
      hint: "Run `pulumi up --refresh`: a feature that is still declared is made anew, and then attached.",
    });
  }
  const attached = await findPair(stripe, product, entitlementFeature).catch(missing(`product ${product}`));
  if (attached instanceof EntitlementsError) throw attached;
  if (attached !== undefined) {
    throw new EntitlementsError(`${subject}: the feature is attached to the product already, as ${attached.id}`, {
      hint: "Detach it there, or import it (see Importing in the README).",
    });
  }
}

async function findPair(stripe: Connection["stripe"], product: string, feature: string) {
  for await (const attached of stripe.productFeatures(product)) {
    if (attached.entitlement_feature.id === feature) return attached;
  }
  return undefined;
}

export async function read(connection: Connection, id: string, state: Partial<ProductFeatureState>) {
  const subject = subjectOf(id, state);
  return about(subject, async () => {
    const { product } = state;
    // Stripe's answer does not name the product, and its address is below the product's.
    if (product === undefined)
      throw new EntitlementsError(`${subject}: an attachment is read by its product and its id`);
    const account = await connection.guard.admitKnown(subject, state);
    const attached = await connection.snapshot.findProductFeature(product, id);
    if (attached === undefined) {
      refuseMissing(subject, state);
      connection.say(
        `${subject} was detached outside Pulumi. If it is still declared, \`pulumi up\` attaches it again.`,
      );
      return undefined;
    }
    const props = stateOf(attached, product, account);
    return { id, props, inputs: { product, entitlementFeature: props.entitlementFeature } };
  });
}

/** Nothing of an attachment can be changed in place. */
export async function update(
  _connection: Connection,
  _id: string,
  olds: ProductFeatureState,
  news: ProductFeatureInputs,
): Promise<ProductFeatureState> {
  return { ...olds, ...news };
}

async function remove(connection: Connection, id: string, state: ProductFeatureState): Promise<void> {
  const subject = subjectOf(id, state);
  await about(subject, async () => {
    await connection.guard.admit(subject, state);
    try {
      await connection.stripe.detachFeature(state.product, id);
    } catch (error) {
      if (!isStripeError(error) || error.kind !== "missing") throw error;
    } finally {
      connection.snapshot.forgetProductFeatures(state.product);
    }
  });
}

export { remove as delete };

function stateOf(attached: StripeProductFeature, product: string, account: string | undefined): ProductFeatureState {
  return {
    product,
    entitlementFeature: attached.entitlement_feature.id,
    lookupKey: attached.entitlement_feature.lookup_key,
    livemode: attached.livemode,
    ...(account !== undefined && { account }),
  };
}

function subjectOf(id: string, { product, lookupKey }: Partial<ProductFeatureState>): string {
  const feature = lookupKey === undefined ? "" : ` of feature "${lookupKey}"`;
  return `ProductFeature ${id}${feature}${product === undefined ? "" : ` on ${product}`}`;
}
