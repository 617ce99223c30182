import type { Choices } from "../choices";
import { StripeError } from "../errors";
import { type Endpoint, endpoint, listBody } from "../http/endpoint";
import {
  boolean,
  list,
  metadataPatch,
  newMetadata,
  pageRequest,
  pagination,
  reference,
  text,
  unsettableText,
} from "../http/parameters";
import { type ProductTexts, productBody } from "../store/products";

const MAX_NAME_LENGTH = 5000;
const MAX_TEXT_LENGTHS = { description: 40_000, statement_descriptor: 22, tax_code: 5000, unit_label: 12, url: 5000 };

const NOT_KEPT = ["default_price", "images", "marketing_features", "package_dimensions", "shippable"];

/** `/v1/products`, as far as entitlements need them: no prices, pictures or parcels. */
export function productEndpoints(choices: Choices): Endpoint[] {
  const read = { area: "products", access: "read" } as const;
  const write = { area: "products", access: "write" } as const;
  const name = text(MAX_NAME_LENGTH, choices.lengthUnit);
  const optionalText = (max: number) => unsettableText(max, choices.lengthUnit).optional();
  const texts = {
    description: optionalText(MAX_TEXT_LENGTHS.description),
    statement_descriptor: optionalText(MAX_TEXT_LENGTHS.statement_descriptor),
    tax_code: optionalText(MAX_TEXT_LENGTHS.tax_code),
    unit_label: optionalText(MAX_TEXT_LENGTHS.unit_label),
    url: optionalText(MAX_TEXT_LENGTHS.url),
  };
  return [
    endpoint({
      method: "POST",
      path: "/v1/products",
      permission: write,
      parameters: {
        id: reference.optional(),
        name,
        active: boolean.optional(),
        metadata: newMetadata.optional(),
        ...texts,
      },
      notKept: [...NOT_KEPT, "default_price_data"],
      act: ({ state }, { id, name, active, metadata, ...given }) =>
        productBody(state.products.create({ id, name, active, metadata, texts: stored(given) }), state.livemode),
    }),
    endpoint({
      method: "GET",
      path: "/v1/products",
      permission: read,
      parameters: { active: boolean.optional(), ids: list.optional(), ...pagination },
      notKept: ["created", "shippable", "url"],
      act: (call, parameters) => {
        const { products } = call.state;
        if (parameters.ids !== undefined && (parameters.starting_after ?? parameters.ending_before) !== undefined) {
          throw new StripeError(400, { message: "ids cannot be combined with starting_after or ending_before." });
        }
        const page = pageRequest(parameters, (id, by) => products.get(id, by));
        return listBody(call, products.list(parameters, page), productBody);
      },
    }),
    endpoint({
      method: "GET",
      path: "/v1/products/:id",
      permission: read,
      parameters: {},
      act: ({ state, pathId }) => productBody(state.products.get(pathId("id")), state.livemode),
    }),
    endpoint({
      method: "POST",
      path: "/v1/products/:id",
      permission: write,
      parameters: { name: name.optional(), active: boolean.optional(), metadata: metadataPatch.optional(), ...texts },
      notKept: NOT_KEPT,
      act: ({ state, pathId }, { name, active, metadata, ...given }) =>
        productBody(
          state.products.update(pathId("id"), { name, active, metadata, texts: stored(given) }),
          state.livemode,
        ),
    }),
    endpoint({
      method: "DELETE",
      path: "/v1/products/:id",
      permission: write,
      parameters: {},
      act: ({ state, pathId }) => {
        const id = pathId("id");
        state.deleteProduct(id);
        return { id, object: "product", deleted: true };
      },
    }),
  ];
}

type GivenTexts = { readonly [Name in keyof ProductTexts]?: string | undefined };

/** An empty value unsets a text [spec]. */
function stored(given: GivenTexts): Partial<ProductTexts> {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set.map(([name, value]) => [name, value === "" ? null : value]));
}
