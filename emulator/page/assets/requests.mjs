import { byId, element } from "./dom.mjs";

const shownRequests = 200;
let count = 0;

/**
 * Adds requests at the top, the newest first.
 * @param {any[]} requests
 */
export function addRequests(requests) {
  if (requests.length === 0) return;
  const list = byId("requests");
  list.prepend(...requests.slice(-shownRequests).reverse().map(itemOf));
  while (list.children.length > shownRequests) list.lastElementChild.remove();
  count += requests.length;
  showCount();
}

export function forgetRequests() {
  byId("requests").replaceChildren();
  count = 0;
  showCount();
}

function showCount() {
  byId("no-requests").hidden = count > 0;
  byId("request-count").textContent = count > shownRequests ? `the last ${shownRequests}` : "";
}

/** @param {any} request */
function itemOf({ method, path, params, status, faults, replayed, durationMs, startedAt }) {
  const good = status !== undefined && status < 400;
  const notes = [
    ...(faults ? [element("span", { className: "fault" }, `fault: ${faults.join(", ")} · `)] : []),
    ...(replayed ? ["replayed · "] : []),
    `${new Date(startedAt).toLocaleTimeString()} · ${durationMs.toFixed(durationMs < 10 ? 1 : 0)} ms`,
  ];
  return element(
    "li",
    { className: method },
    element("span", { className: "method" }, method),
    element("span", { className: "path" }, path),
    element("span", { className: good ? "good" : "bad" }, String(status ?? "dropped")),
    element("span", { className: "notes params" }, paramsText(params)),
    element("span", { className: "notes" }, ...notes),
  );
}

/** @param {Record<string, unknown>} params */
function paramsText(params) {
  const texts = Object.entries(params).map(([name, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `${name}=${text}`;
  });
  return texts.join("  ");
}
