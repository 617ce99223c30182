import { act, attempt, choose, clearRequests, events, isWanted, loadState, loadWebhooks, succeeds } from "./api.mjs";
import { showArchived } from "./archived.mjs";
import { showCustomers } from "./customers.mjs";
import { showDeliveries } from "./deliveries.mjs";
import { ask } from "./dialog.mjs";
import { byId, element } from "./dom.mjs";
import { showMatrix } from "./matrix.mjs";
import { addRequests, forgetRequests } from "./requests.mjs";

const byKey = new Intl.Collator("en", { numeric: true });

/**
 * The state that was loaded last.
 * @type {any}
 */
let state;
let isLoading = false;
let isStale = false;
/** The accounts in the menu, as a text to compare with. */
let offered = "";

/** Loads and shows the state. Changes during a load are covered by one further load. */
async function refresh() {
  isStale = true;
  if (isLoading) return;
  isLoading = true;
  while (isStale) {
    isStale = false;
    // Not attempt(): the reason why a click was refused stays visible while programs change the
    // state.
    await succeeds(load, "load-problem");
  }
  isLoading = false;
}

async function load() {
  const [loaded, { webhooks }] = await Promise.all([loadState(), loadWebhooks()]);
  if (!isWanted(loaded)) return;
  showDeliveries(webhooks);
  state = loaded;
  choose(state.account, state.livemode);
  show();
}

function show() {
  const { features, products, customers } = state;
  const inOrder = features.toSorted((/** @type {any} */ one, /** @type {any} */ other) =>
    byKey.compare(one.lookup_key, other.lookup_key),
  );
  const [active, archived] = [true, false].map((wanted) =>
    inOrder.filter((/** @type {any} */ feature) => feature.active === wanted),
  );
  const plans = products.toReversed();
  showEnvironments();
  byId("counts").textContent = `${active.length} active on ${plans.length} plans`;
  showMatrix(active, plans, byId("find").value);
  showArchived(archived, plans);
  showCustomers(customers.toReversed(), plans);
}

/** Leaves the menu as it is if the accounts are the same: it may be open. */
function showEnvironments() {
  const accounts = JSON.stringify(state.accounts);
  if (accounts === offered) return;
  offered = accounts;
  const options = state.accounts.flatMap((/** @type {any} */ { id, name }) =>
    [false, true].map((livemode) =>
      element(
        "option",
        { value: `${id} ${livemode}`, selected: id === state.account && livemode === state.livemode },
        `${name} (${id}), ${livemode ? "live" : "test"}`,
      ),
    ),
  );
  byId("environment").replaceChildren(...options);
}

byId("environment").onchange = () => {
  const [account, livemode] = byId("environment").value.split(" ");
  choose(account, livemode === "true");
  void refresh();
};
byId("find").oninput = () => state && show();
byId("clear-requests").onclick = () => attempt(clearRequests).then((done) => done && forgetRequests());

byId("new-feature").onclick = () => {
  const fields = [
    { name: "lookupKey", label: "Lookup key" },
    { name: "name", label: "Name" },
  ];
  ask({ title: "New feature", submit: "Create", fields }, (input) => act("createFeature", input));
};
byId("new-product").onclick = () => askForName("New plan", "createProduct");
byId("new-customer").onclick = () => askForName("New customer", "createCustomer");

/**
 * @param {string} title
 * @param {string} action
 */
function askForName(title, action) {
  ask({ title, submit: "Create", fields: [{ name: "name", label: "Name" }] }, (input) => act(action, input));
}

const news = events();
news.addEventListener("open", () => {
  forgetRequests();
  byId("connection").textContent = "Connected";
  byId("connection").dataset.live = "";
});
news.addEventListener("error", () => {
  byId("connection").textContent = "The emulator has stopped, or cannot be reached";
  delete byId("connection").dataset.live;
});
news.addEventListener("news", (event) => {
  const { requests, changed, delivered } = JSON.parse(event.data);
  addRequests(requests);
  if (changed || delivered) void refresh();
});
