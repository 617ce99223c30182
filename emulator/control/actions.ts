import { z } from "zod";
import type { Dashboard } from "../dashboard";
import { parse } from "../input/parse";
import { id, metadata, shortText } from "../input/texts";

/** Does one thing in the Dashboard; the input is not checked yet. */
type Action = (dashboard: Dashboard, input: unknown) => object;

function action<Shape extends z.ZodRawShape>(
  shape: Shape,
  act: (dashboard: Dashboard, input: z.infer<z.ZodObject<Shape>>) => object | undefined,
): Action {
  const schema = z.strictObject({ ...shape });
  return (dashboard, input) => act(dashboard, parse(schema, input) as z.infer<z.ZodObject<Shape>>) ?? {};
}

/** What can be done over HTTP: `POST /_emulator/dashboard/<name>`, each like the method of {@link Dashboard}. */
export const actions: ReadonlyMap<string, Action> = new Map(
  Object.entries({
    createFeature: action(
      { lookupKey: shortText, name: shortText, metadata: metadata.exactOptional() },
      (dashboard, input) => dashboard.createFeature(input),
    ),
    renameFeature: action({ feature: id, name: shortText }, (dashboard, { feature, name }) =>
      dashboard.renameFeature(feature, name),
    ),
    setMetadata: action({ feature: id, metadata }, (dashboard, input) =>
      dashboard.setMetadata(input.feature, input.metadata),
    ),
    archiveFeature: action({ feature: id }, (dashboard, { feature }) => dashboard.archiveFeature(feature)),
    attach: action({ product: id, feature: id }, (dashboard, { product, feature }) =>
      dashboard.attach(product, feature),
    ),
    detach: action({ product: id, feature: id }, (dashboard, { product, feature }) => {
      dashboard.detach(product, feature);
      return undefined;
    }),
    createProduct: action(
      { id: id.exactOptional(), name: id, active: z.boolean().exactOptional() },
      (dashboard, input) => dashboard.createProduct(input),
    ),
    setProductActive: action({ product: id, active: z.boolean() }, (dashboard, { product, active }) =>
      dashboard.setProductActive(product, active),
    ),
    deleteProduct: action({ product: id }, (dashboard, { product }) => {
      dashboard.deleteProduct(product);
      return undefined;
    }),
    createCustomer: action(
      { id: id.exactOptional(), name: z.string().exactOptional(), products: z.array(id).exactOptional() },
      (dashboard, input) => dashboard.createCustomer(input),
    ),
    deleteCustomer: action({ customer: id }, (dashboard, { customer }) => {
      dashboard.deleteCustomer(customer);
      return undefined;
    }),
    subscribe: action({ customer: id, product: id }, (dashboard, { customer, product }) =>
      dashboard.subscribe(customer, product),
    ),
    cancelSubscription: action({ customer: id, product: id }, (dashboard, { customer, product }) =>
      dashboard.cancelSubscription(customer, product),
    ),
    startBillingPeriod: action({ customer: id }, (dashboard, { customer }) => dashboard.startBillingPeriod(customer)),
  }),
);
