import type { Choices } from "../choices";
import { type Call, type Endpoint, endpoint, listBody } from "../http/endpoint";
import { pageRequest, pagination, reference } from "../http/parameters";
import { productFeatureBody } from "../store/product-features";

const product = (call: Call) => call.state.products.get(call.pathId("product"), { param: "product", status: 404 });

const attachment = (call: Call) => call.state.productFeatures.get(product(call).id, call.pathId("id"));

/**
 * `/v1/products/:product/features`. An attachment cannot be updated (S21), and the list has no
 * filter (S22). The feature is always inlined (S18); expanding it is allowed and has no effect.
 */
export function productFeatureEndpoints(choices: Choices): Endpoint[] {
  const read = { area: "products", access: "read" } as const;
  const write = { area: "products", access: "write" } as const;
  return [
    endpoint({
      method: "POST",
      path: "/v1/products/:product/features",
      permission: write,
      parameters: { entitlement_feature: reference },
      expandable: ["entitlement_feature"],
      handle: (call, { entitlement_feature }) => {
        const { features, livemode } = call.state;
        const owner = product(call);
        const by = { param: "entitlement_feature", status: choices.missingReferenceStatus };
        return productFeatureBody(call.state.attach(owner, features.get(entitlement_feature, by)), livemode);
      },
    }),
    endpoint({
      method: "GET",
      path: "/v1/products/:product/features",
      permission: read,
      parameters: pagination,
      expandable: ["data.entitlement_feature"],
      handle: (call, parameters) => {
        const { productFeatures } = call.state;
        const { id } = product(call);
        const page = pageRequest(parameters, (cursor, by) => productFeatures.get(id, cursor, by));
        return listBody(call, productFeatures.list(id, page), productFeatureBody);
      },
    }),
    endpoint({
      method: "GET",
      path: "/v1/products/:product/features/:id",
      permission: read,
      parameters: {},
      expandable: ["entitlement_feature"],
      handle: (call) => productFeatureBody(attachment(call), call.state.livemode),
    }),
    endpoint({
      method: "DELETE",
      path: "/v1/products/:product/features/:id",
      permission: write,
      parameters: {},
      handle: (call) => {
        const detached = attachment(call);
        call.state.detach(detached);
        return { id: detached.id, object: "product_feature", deleted: true };
      },
    }),
  ];
}
