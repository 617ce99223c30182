import type { ProviderContext } from "../context";
import { EntitlementsError } from "../errors";
import { withStateOnlyValues } from "../properties";
import { askBeforeAdoption } from "../run/ask-others";
import { featureOwnerAfterUpdate, newState } from "./feature-owner";
import { askedAttachment, attachmentKey, type ProductFeatureInputs, productFeatureProperties } from "./properties";
import { findProductFeature } from "./read";
import { isFirstRead, type ProductFeatureState, subjectOf } from "./state";

/**
 * Changes what only the state holds. Stripe cannot update an attachment (S21). Sends nothing, but
 * reads what the state of an imported attachment does not know.
 *
 * @throws EntitlementsError when an imported attachment is not the declared one
 */
export async function update(
  context: ProviderContext,
  id: string,
  olds: ProductFeatureState,
  news: ProductFeatureInputs,
): Promise<ProductFeatureState> {
  const finds = async () => (await context.lists.findFeature(olds.entitlementFeature)) !== undefined;
  const account = olds.account ?? (await context.guard.checkForUpdate(subjectOf(news, id), olds, finds));
  if (isFirstRead(olds)) return readImported(context, id, news, account);
  const { featureOwner: _, newFeatureOwner: __, ...state } = withStateOnlyValues(productFeatureProperties, olds, news);
  const featureOwner = await featureOwnerAfterUpdate(context, olds, news);
  return { ...state, ...(account !== undefined && { account }), ...featureOwner };
}

async function readImported(
  context: ProviderContext,
  id: string,
  news: ProductFeatureInputs,
  account: string | undefined,
): Promise<ProductFeatureState> {
  const { product, entitlementFeature } = news;
  const attached = await findProductFeature(context, product, id, {});
  if (attached === undefined) {
    throw importError(subjectOf(news, id), "the imported attachment does not exist on this product");
  }
  const { feature } = attached;
  if (feature.id !== entitlementFeature) {
    const what = `the imported attachment is of the feature ${feature.id} "${feature.lookupKey}", not of ${entitlementFeature}`;
    throw importError(subjectOf(news, id), what);
  }
  await askBeforeAdoption(context, subjectOf(news, id), askedAttachment(news, id));
  context.declarations.productFeatures.recordManagedId(attachmentKey(news), id);
  return newState(context, attached, news, account);
}

function importError(subject: string, what: string): EntitlementsError {
  return new EntitlementsError(`${subject}: ${what}`, {
    kind: "missing",
    hint:
      "Nothing was changed. Remove the resource from the state with `pulumi state delete`. Then import the right " +
      "attachment, or run `pulumi up` to create one.",
  });
}
