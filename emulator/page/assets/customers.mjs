import { act, attempt } from "./api.mjs";
import { byId, checkbox, element } from "./dom.mjs";
import { keyedRows } from "./rows.mjs";

/** @typedef {import("./matrix.mjs").Product} Product */
/** @typedef {{ id: string, name: string, products: string[], entitlements: string[] }} Customer */
/** @typedef {{ product: string, name: string, has: boolean }} Plan */

const showRows = keyedRows(byId("customers"), rowOf);

/**
 * Shows the customers with their subscriptions and entitlements.
 * @param {Customer[]} customers
 * @param {Product[]} products
 */
export function showCustomers(customers, products) {
  byId("no-customers").hidden = customers.length > 0;
  byId("customers").closest("table").hidden = customers.length === 0;
  showRows(
    customers.map((customer) => {
      const plans = products.map(({ id, name }) => ({ product: id, name, has: customer.products.includes(id) }));
      return { key: customer.id, content: { customer, plans } };
    }),
  );
}

/** @param {{ customer: Customer, plans: Plan[] }} content */
function rowOf({ customer, plans }) {
  const id = element("code", {}, customer.id);
  const title = element("th", { scope: "row" }, ...(customer.name === "" ? [id] : [customer.name, id]));
  const boxes = element("div", { className: "chips" }, ...plans.map((plan) => planBox(customer, plan)));
  // An archived feature and the new one with its lookup key can both be attached.
  const distinct = [...new Set(customer.entitlements)].sort();
  const keys = element("code", {}, distinct.join(", ") || "–");
  const cells = [boxes, keys].map((content) => element("td", {}, content));
  return element("tr", {}, title, ...cells, element("td", { className: "actions" }, renewButton(customer)));
}

/** @param {Customer} customer */
function renewButton({ id, name }) {
  return element(
    "button",
    {
      type: "button",
      className: "plain",
      onclick: () => attempt(() => act("startBillingPeriod", { customer: id })),
      "aria-label": `Next period of ${name || id}`,
      "data-focus": `period ${id}`,
    },
    "Next period",
  );
}

/**
 * @param {Customer} customer
 * @param {Plan} plan
 */
function planBox({ id }, { product, name, has }) {
  const box = checkbox({ checked: has, "data-focus": `${id} ${product}` }, (checked) =>
    attempt(() => act(checked ? "subscribe" : "cancelSubscription", { customer: id, product })),
  );
  return element("label", {}, box, ` ${name}`);
}
