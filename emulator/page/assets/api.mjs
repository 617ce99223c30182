import { byId } from "./dom.mjs";

const token = document.querySelector('meta[name="token"]')?.getAttribute("content") ?? "";
const environment = { account: "", livemode: "false" };

/** @param {string} account @param {boolean} livemode whose objects are shown and changed from now on */
export function choose(account, livemode) {
  Object.assign(environment, { account, livemode: String(livemode) });
}

/** What the page shows. */
export const loadState = () => send("GET", "state");

/** Does one thing in the Dashboard. @param {string} action @param {object} input */
export const act = (action, input) => send("POST", `dashboard/${action}`, input);

export const clearRequests = () => send("DELETE", "requests");

/** The stream of news. A browser sends no headers with it, so the token goes into the address. */
export const events = () => new EventSource(`/_emulator/events?${new URLSearchParams({ token })}`);

/**
 * Runs what a person has asked for, and says so when it is refused.
 * @param {() => Promise<unknown>} action
 * @returns {Promise<boolean>} whether it was done
 */
export async function attempt(action) {
  byId("problem").hidden = true;
  try {
    await action();
    return true;
  } catch (error) {
    byId("problem").textContent = error instanceof Error ? error.message : String(error);
    byId("problem").hidden = false;
    return false;
  }
}

/** @param {string} method @param {string} path @param {object} [input] */
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
