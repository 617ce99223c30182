import { act, attempt } from "./api.mjs";
import { ask } from "./dialog.mjs";
import { byId, checkbox, element } from "./dom.mjs";
import { keepTabStop, moveByArrows } from "./grid-keys.mjs";
import { keyedRows } from "./rows.mjs";

/** @typedef {{ id: string, active: boolean, lookup_key: string, name: string }} Feature */
/** @typedef {{ id: string, active: boolean, name: string, features: string[] }} Product */
/** @typedef {{ product: string, name: string, has: boolean }} Cell */

const table = byId("matrix");
const showRows = keyedRows(table.tBodies[0], rowOf);

moveByArrows(table);

/**
 * Shows the plans by active features.
 * @param {Feature[]} features
 * @param {Product[]} products
 * @param {string} search
 */
export function showMatrix(features, products, search) {
  const wanted = features.filter((feature) => matches(feature, search));
  const carried = products.map((product) => new Set(product.features));
  showHead(products);
  showRows(
    wanted.map((feature) => {
      const plans = products.map(({ id, name }, index) => ({
        product: id,
        name,
        has: carried[index]?.has(feature.id) ?? false,
      }));
      return { key: feature.id, content: { feature, plans } };
    }),
  );
  keepTabStop(table);
  byId("no-features").hidden = wanted.length > 0;
  byId("no-features").textContent = features.length === 0 ? "No features yet." : "No feature matches.";
}

/**
 * @param {Feature} feature
 * @param {string} search
 */
function matches({ lookup_key, name }, search) {
  const wanted = search.trim().toLowerCase();
  return wanted === "" || lookup_key.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted);
}

/** @param {Product[]} products */
function showHead(products) {
  const plans = products.map(({ id, active, name }) => {
    const note = active ? [] : [element("small", {}, "inactive")];
    return element("th", { scope: "col", className: "plan", title: id }, name, ...note);
  });
  const corner = element("th", { scope: "col" }, "Feature");
  table.tHead.replaceChildren(element("tr", {}, corner, ...plans, element("td", { colSpan: 2 })));
}

/** @param {{ feature: Feature, plans: Cell[] }} content */
function rowOf({ feature, plans }) {
  const title = element("th", { scope: "row" }, feature.name, element("code", {}, feature.lookup_key));
  return element(
    "tr",
    {},
    title,
    ...plans.map((cell) => planCell(feature, cell)),
    actionCell("Rename", feature, () => renameFeature(feature)),
    actionCell("Archive", feature, () => archiveFeature(feature)),
  );
}

/**
 * @param {Feature} feature
 * @param {Cell} cell
 */
function planCell({ id, lookup_key }, { product, name, has }) {
  const properties = {
    checked: has,
    tabIndex: -1,
    "aria-label": `${name} has ${lookup_key}`,
    "data-focus": `${product} ${id}`,
  };
  const box = checkbox(properties, (checked) =>
    attempt(() => act(checked ? "attach" : "detach", { product, feature: id })),
  );
  return element("td", { role: "gridcell", className: "plan" }, box);
}

/**
 * @param {string} label
 * @param {Feature} feature
 * @param {() => void} onclick
 */
function actionCell(label, { id, lookup_key }, onclick) {
  const button = element(
    "button",
    {
      type: "button",
      className: "plain",
      onclick,
      tabIndex: -1,
      "aria-label": `${label} ${lookup_key}`,
      "data-focus": `${label} ${id}`,
    },
    label,
  );
  return element("td", { role: "gridcell", className: "actions" }, button);
}

/** @param {Feature} feature */
function renameFeature({ id, lookup_key, name }) {
  const fields = [{ name: "name", label: "Name", value: name }];
  ask({ title: `Rename ${lookup_key}`, submit: "Rename", fields }, (entered) =>
    act("renameFeature", { feature: id, name: entered.name }),
  );
}

/** @param {Feature} feature */
function archiveFeature({ id, lookup_key, name }) {
  const text = `“${name}” cannot be made active again. It stays attached to its plans, and its lookup key can be used again.`;
  ask({ title: `Archive ${lookup_key}?`, text, submit: "Archive" }, () => act("archiveFeature", { feature: id }));
}
