import { attempt, resend } from "./api.mjs";
import { byId, element } from "./dom.mjs";
import { keyedRows } from "./rows.mjs";

/** @typedef {{ status?: number, error?: string, startedAt: number }} Attempt */
/**
 * @typedef {{ id: number, event: string, type: string, customer: string, outcome: string, attempts:
 * Attempt[], faults: string[] }} Delivery
 */
/** @typedef {{ id: number, url: string, deliveries: Delivery[] }} Webhook */

const shownDeliveries = 50;

const showRows = keyedRows(byId("deliveries"), rowOf);

/**
 * Shows the latest deliveries of all webhooks, the newest first.
 * @param {Webhook[]} webhooks
 */
export function showDeliveries(webhooks) {
  byId("deliveries-section").hidden = webhooks.length === 0;
  byId("webhook-url").textContent = webhooks.map(({ url }) => url).join(", ");
  const all = webhooks.flatMap((webhook) =>
    webhook.deliveries.map((delivery) => ({
      key: `${webhook.id} ${delivery.id}`,
      content: { webhook: webhook.id, delivery },
    })),
  );
  all.sort((one, other) => one.content.delivery.id - other.content.delivery.id);
  byId("no-deliveries").hidden = all.length > 0;
  byId("deliveries").closest("table").hidden = all.length === 0;
  showRows(all.slice(-shownDeliveries).reverse());
}

/** @param {{ webhook: number, delivery: Delivery }} content */
function rowOf({ webhook, delivery }) {
  const { event, type, customer } = delivery;
  const title = element("th", { scope: "row" }, type, element("code", {}, event));
  return element(
    "tr",
    {},
    title,
    element("td", {}, element("code", {}, customer)),
    element("td", {}, ...outcomeOf(delivery)),
    element("td", { className: "actions" }, resendButton(webhook, delivery)),
  );
}

/**
 * @param {Delivery} delivery
 * @returns {Node[]}
 */
function outcomeOf({ outcome, attempts, faults }) {
  const last = attempts.at(-1);
  const answer = last === undefined ? "" : ` ${last.status ?? last.error}`;
  const tries = attempts.length > 1 ? `, ${attempts.length} attempts` : "";
  const text = element("span", { className: outcome === "delivered" ? "good" : "bad" }, `${outcome}${answer}${tries}`);
  return faults.length === 0 ? [text] : [text, element("span", { className: "fault" }, ` fault: ${faults.join(", ")}`)];
}

/**
 * @param {number} webhook
 * @param {Delivery} delivery
 */
function resendButton(webhook, { id, event }) {
  return element(
    "button",
    {
      type: "button",
      className: "plain",
      onclick: () => attempt(() => resend(webhook, id)),
      "aria-label": `Resend ${event}`,
      "data-focus": `resend ${webhook} ${id}`,
    },
    "Resend",
  );
}
