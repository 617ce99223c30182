import { act, attempt } from "./api.mjs";
import { byId, element } from "./dom.mjs";
import { keyedRows } from "./rows.mjs";

/** @typedef {import("./matrix.mjs").Feature} Feature */
/** @typedef {import("./matrix.mjs").Product} Product */
/** @typedef {{ product: string, name: string }} AttachedProduct */

const showRows = keyedRows(byId("archived"), rowOf);

/**
 * Shows the archived features. Those that still grant access come first.
 * @param {Feature[]} features
 * @param {Product[]} products
 */
export function showArchived(features, products) {
  byId("archived-section").hidden = features.length === 0;
  const items = features.map((feature) => {
    const attachedTo = products
      .filter((product) => product.features.includes(feature.id))
      .map(({ id, name }) => ({ product: id, name }));
    return { key: feature.id, content: { feature, attachedTo } };
  });
  const isAttached = (/** @type {typeof items[number]} */ { content }) => Math.sign(content.attachedTo.length);
  showRows(items.toSorted((one, other) => isAttached(other) - isAttached(one)));
}

/** @param {{ feature: Feature, attachedTo: AttachedProduct[] }} content */
function rowOf({ feature, attachedTo }) {
  const buttons = attachedTo.map((product) => detachButton(feature, product));
  const where = buttons.length > 0 ? element("div", { className: "chips" }, ...buttons) : "–";
  const title = element("th", { scope: "row" }, feature.name, element("code", {}, feature.lookup_key));
  return element("tr", {}, title, element("td", {}, where));
}

/**
 * @param {Feature} feature
 * @param {AttachedProduct} product
 */
function detachButton({ id, lookup_key }, { product, name }) {
  return element(
    "button",
    {
      type: "button",
      onclick: () => attempt(() => act("detach", { product, feature: id })),
      "aria-label": `Detach ${lookup_key} from ${name}`,
      "data-focus": `${product} ${id}`,
    },
    `${name}: detach`,
  );
}
