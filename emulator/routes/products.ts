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

const maxNameLength = 5000;
const maxTextLengths = { description: 40_000, statement_descriptor: 22, tax_code: 5000, unit_label: 12, url: 5000 };

const unsupported = ["default_price", "images", "marketing_features", "package_dimensions", "shippable"];

/**
 * Fields that a request can expand (S61). Here they are null, empty, or an id without an object.
 */
const expandable = ["default_price", "marketing_features", "package_dimensions", "tax_code"];

/**
 * `/v1/products`, with the properties that matter for entitlements: no prices, images or shipping.
 */
export function productEndpoints(choices: Choices): Endpoint[] {
  const read = { area: "products", access: "read" } as const;
  const write = { area: "products", access: "write" } as const;
  const name = text(maxNameLength, choices.lengthUnit);
  const optionalText = (max: number) => unsettableText(max, choices.lengthUnit).optional();
  const texts = {
    description: optionalText(maxTextLengths.description),
    statement_descriptor: optionalText(maxTextLengths.statement_descriptor),
    tax_code: optionalText(maxTextLengths.tax_code),
    unit_label: optionalText(maxTextLengths.unit_label),
    url: optionalText(maxTextLengths.url),
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
      unsupported: [...unsupported, "default_price_data"],
      expandable: expandable,
      handle: ({ state }, { id, name, active, metadata, ...given }, expanded) => {
        const texts = stored(given);
        assertNoTaxCodes(expanded, [texts]);
        return productBody(state.products.create({ id, name, active, metadata, texts }), state.livemode);
      },
    }),
    endpoint({
      method: "GET",
      path: "/v1/products",
      permission: read,
      parameters: { active: boolean.optional(), ids: list.optional(), ...pagination },
      unsupported: ["created", "shippable", "url"],
      expandable: expandable.map((property) => `data.${property}`),
      handle: (call, parameters, expanded) => {
        const { products } = call.state;
        if (parameters.ids !== undefined && (parameters.starting_after ?? parameters.ending_before) !== undefined) {
          throw new StripeError(400, { message: "ids cannot be combined with starting_after or ending_before." });
        }
        const page = pageRequest(parameters, (id, by) => products.get(id, by));
        const found = products.list(parameters, page);
        assertNoTaxCodes(
          expanded,
          found.data.map(({ texts }) => texts),
        );
        return listBody(call, found, productBody);
      },
    }),
    search,
    endpoint({
      method: "GET",
      path: "/v1/products/:id",
      permission: read,
      parameters: {},
      expandable: expandable,
      handle: ({ state, pathId }, _parameters, expanded) => {
        const product = state.products.get(pathId("id"));
        assertNoTaxCodes(expanded, [product.texts]);
        return productBody(product, state.livemode);
      },
    }),
    endpoint({
      method: "POST",
      path: "/v1/products/:id",
      permission: write,
      parameters: { name: name.optional(), active: boolean.optional(), metadata: metadataPatch.optional(), ...texts },
      unsupported: unsupported,
      expandable: expandable,
      handle: ({ state, pathId }, { name, active, metadata, ...given }, expanded) => {
        const { products } = state;
        const id = pathId("id");
        const texts = stored(given);
        assertNoTaxCodes(expanded, [{ ...products.get(id).texts, ...texts }]);
        return productBody(products.update(id, { name, active, metadata, texts }), state.livemode);
      },
    }),
    endpoint({
      method: "DELETE",
      path: "/v1/products/:id",
      permission: write,
      parameters: {},
      handle: ({ state, pathId }) => {
        const id = pathId("id");
        state.deleteProduct(id);
        return { id, object: "product", deleted: true };
      },
    }),
  ];
}

/**
 * Stripe's search lags behind (S39). A search here would be more current than Stripe's, so the
 * emulator has no search.
 */
const search: Endpoint = {
  method: "GET",
  path: "/v1/products/search",
  permission: { area: "products", access: "read" },
  prepare: () => {
    throw new StripeError(400, {
      message:
        "The emulator does not support the search of products, which Stripe does. List them by `ids` or `active` instead.",
    });
  },
};

/** Throws if a request expands a tax code. The emulator stores only its id. */
function assertNoTaxCodes(expanded: readonly string[], products: readonly Partial<ProductTexts>[]): void {
  const wanted = expanded.find((property) => property.endsWith("tax_code"));
  const taxCode = products.find(({ tax_code = null }) => tax_code !== null)?.tax_code;
  if (wanted === undefined || !taxCode) return;
  throw new StripeError(400, {
    message: `The emulator has no tax codes, so it cannot expand '${wanted}' (${taxCode}), which Stripe does.`,
    param: "expand",
  });
}

type GivenTexts = { readonly [Name in keyof ProductTexts]?: string | undefined };

/** Returns the texts to store. An empty value unsets a text (S36). */
function stored(given: GivenTexts): Partial<ProductTexts> {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set.map(([name, value]) => [name, value === "" ? null : value]));
}
