import { z } from "zod";
import type { Dashboard } from "../dashboard";
import { featureChangesSchema, newFeatureSchema } from "../input/features";
import { parse } from "../input/parse";
import { featureName, id, metadata } from "../input/texts";

/** A change in the Dashboard that can be made over HTTP. */
export interface Action {
  /** Names of the input's fields. */
  readonly fields: readonly string[];
  /**
   * Checks the input and makes the change.
   *
   * @throws InputError if the input does not have the expected form.
   */
  readonly run: (dashboard: Dashboard, input: unknown) => object;
}

function action<Input>(
  schema: z.ZodType<Input>,
  run: (dashboard: Dashboard, input: Input) => object | undefined,
): Action {
  return {
    fields: Object.keys((schema as unknown as z.ZodObject).shape),
    run: (dashboard, input) => run(dashboard, parse(schema, input)) ?? {},
  };
}

/**
 * The actions of `POST /_emulator/dashboard/<name>`. Each is named like the method of {@link
 * Dashboard} that it calls.
 */
export const actions: ReadonlyMap<string, Action> = new Map(
  Object.entries({
    createFeature: action(newFeatureSchema, (dashboard, input) => dashboard.createFeature(input)),
    updateFeature: action(featureChangesSchema, (dashboard, { feature, ...changes }) =>
      dashboard.updateFeature(feature, changes),
    ),
    renameFeature: action(z.strictObject({ feature: id, name: featureName }), (dashboard, { feature, name }) =>
      dashboard.renameFeature(feature, name),
    ),
    setMetadata: action(z.strictObject({ feature: id, metadata }), (dashboard, input) =>
      dashboard.setMetadata(input.feature, input.metadata),
    ),
    archiveFeature: action(z.strictObject({ feature: id }), (dashboard, { feature }) =>
      dashboard.archiveFeature(feature),
    ),
    attach: action(z.strictObject({ product: id, feature: id }), (dashboard, { product, feature }) =>
      dashboard.attach(product, feature),
    ),
    detach: action(z.strictObject({ product: id, feature: id }), (dashboard, { product, feature }) => {
      dashboard.detach(product, feature);
      return undefined;
    }),
    createProduct: action(
      z.strictObject({ name: id, id: id.exactOptional(), active: z.boolean().exactOptional() }),
      (dashboard, input) => dashboard.createProduct(input),
    ),
    setProductActive: action(z.strictObject({ product: id, active: z.boolean() }), (dashboard, { product, active }) =>
      dashboard.setProductActive(product, active),
    ),
    deleteProduct: action(z.strictObject({ product: id }), (dashboard, { product }) => {
      dashboard.deleteProduct(product);
      return undefined;
    }),
    createCustomer: action(
      z.strictObject({
        name: z.string().exactOptional(),
        id: id.exactOptional(),
        products: z.array(id).exactOptional(),
      }),
      (dashboard, input) => dashboard.createCustomer(input),
    ),
    deleteCustomer: action(z.strictObject({ customer: id }), (dashboard, { customer }) => {
      dashboard.deleteCustomer(customer);
      return undefined;
    }),
    subscribe: action(z.strictObject({ customer: id, product: id }), (dashboard, { customer, product }) =>
      dashboard.subscribe(customer, product),
    ),
    cancelSubscription: action(z.strictObject({ customer: id, product: id }), (dashboard, { customer, product }) =>
      dashboard.cancelSubscription(customer, product),
    ),
    startBillingPeriod: action(z.strictObject({ customer: id }), (dashboard, { customer }) =>
      dashboard.startBillingPeriod(customer),
    ),
  }),
);
