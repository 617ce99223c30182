import { byId } from "./dom.mjs";

const token = document.querySelector('meta[name="token"]')?.getAttribute("content") ?? "";
const environment = { account: "", livemode: "false" };

/**
 * @param {string} account @param {boolean} livemode whose objects are shown and changed from now on
 */
export function choose(account, livemode) {
  Object.assign(environment, { account, livemode: String(livemode) });
}

/**
 * Whether this is what the page is to show: a person may have chosen other objects while it was
 * loaded, and what is clicked acts on the choice.
 * @param {{ account: string, livemode: boolean }} state
 */
export function isWanted({ account, livemode }) {
  return environment.account === "" || (account === environment.account && String(livemode) === environment.livemode);
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
export function attempt(action) {
  return succeeds(action, "problem");
}

/**
 * Runs something, and shows in an element why it failed, until the next time.
 * @param {() => Promise<unknown>} action @param {string} problem id of the element
 * @returns {Promise<boolean>} whether it was done
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
