import { act, attempt } from "./api.mjs";
import { byId, element } from "./dom.mjs";
import { keyedRows } from "./rows.mjs";

/** @typedef {import("./matrix.mjs").Feature} Feature */
/** @typedef {import("./matrix.mjs").Product} Product */
/** @typedef {{ product: string, name: string }} Carrier */

const showRows = keyedRows(byId("archived"), rowOf);

/**
 * Archived features, those that still grant access first. @param {Feature[]} features @param
 * {Product[]} products
 */
export function showArchived(features, products) {
  byId("archived-section").hidden = features.length === 0;
  const items = features.map((feature) => {
    const carriers = products
      .filter((product) => product.features.includes(feature.id))
      .map(({ id, name }) => ({ product: id, name }));
    return { key: feature.id, content: { feature, carriers } };
  });
  const isCarried = (/** @type {typeof items[number]} */ { content }) => Math.sign(content.carriers.length);
  showRows(items.toSorted((one, other) => isCarried(other) - isCarried(one)));
}

/** @param {{ feature: Feature, carriers: Carrier[] }} content */
function rowOf({ feature, carriers }) {
  const buttons = carriers.map((carrier) => detachButton(feature, carrier));
  const where = buttons.length > 0 ? element("div", { className: "chips" }, ...buttons) : "–";
  const title = element("th", { scope: "row" }, feature.name, element("code", {}, feature.lookup_key));
  return element("tr", {}, title, element("td", {}, where));
}

/** @param {Feature} feature @param {Carrier} carrier */
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
