import { byId } from "./dom.mjs";

const token = document.querySelector('meta[name="token"]')?.getAttribute("content") ?? "";
const environment = { account: "", livemode: "false" };

/**
 * Selects the account and mode whose objects are shown and changed.
 * @param {string} account
 * @param {boolean} livemode
 */
export function choose(account, livemode) {
  Object.assign(environment, { account, livemode: String(livemode) });
}

/**
 * Whether the page should show this state. A person may have selected another account while it was
 * loading, and clicks act on the selected account.
 * @param {{ account: string, livemode: boolean }} state
 */
export function isWanted({ account, livemode }) {
  return environment.account === "" || (account === environment.account && String(livemode) === environment.livemode);
}

/** Loads the state that the page shows. */
export const loadState = () => send("GET", "state");

/**
 * Makes a change in the Dashboard.
 * @param {string} action
 * @param {object} input
 */
export const act = (action, input) => send("POST", `dashboard/${action}`, input);

/** Loads the webhooks with their deliveries. */
export const loadWebhooks = () => send("GET", "webhooks");

/**
 * Sends an event again.
 * @param {number} webhook
 * @param {number} delivery
 */
export const resend = (webhook, delivery) => send("POST", `webhooks/${webhook}/deliveries/${delivery}/resend`, {});

export const clearRequests = () => send("DELETE", "requests");

/**
 * Opens the stream of events. A browser sends no headers with it, so the token is in the address.
 */
export const events = () => new EventSource(`/_emulator/events?${new URLSearchParams({ token })}`);

/**
 * Runs an action and shows why it was refused, if it was.
 * @param {() => Promise<unknown>} action
 * @returns {Promise<boolean>} whether it succeeded
 */
export function attempt(action) {
  return succeeds(action, "problem");
}

/**
 * Runs an action. If it fails, an element shows why, until the next time.
 * @param {() => Promise<unknown>} action
 * @param {string} problem id of the element
 * @returns {Promise<boolean>} whether it succeeded
 */
export async function succeeds(action, problem) {
  byId(problem).hidden = true;
  try {
    await action();
    return true;
  } catch (error) {
    byId(problem).textContent = error instanceof Error ? error.message : String(error);
    byId(problem).hidden = false;
    return false;
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [input]
 */
async function send(method, path, input) {
  const query = new URLSearchParams(environment.account ? environment : {});
  const response = await fetch(`/_emulator/${path}?${query}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(input && { body: JSON.stringify(input) }),
  });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error.message);
  return body;
}
