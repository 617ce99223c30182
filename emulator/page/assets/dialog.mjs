import { succeeds } from "./api.mjs";
import { byId, element } from "./dom.mjs";

/**
 * @typedef {{ name: string, label: string, value?: string, required?: boolean, maxLength?: number
 * }} Field
 */

/**
 * Asks for texts, or for a confirmation if there are no fields, and makes a change with them. The
 * dialog stays open, with what was typed, until the change succeeds or is canceled.
 * @param {{ title: string, text?: string, submit: string, fields?: Field[] }} question
 * @param {(entered: any) => Promise<unknown>} change gets the texts by the names of the fields
 */
export function ask({ title, text = "", submit, fields = [] }, change) {
  const dialog = byId("dialog");
  const form = dialog.querySelector("form");
  byId("dialog-title").textContent = title;
  byId("dialog-text").textContent = text;
  byId("dialog-text").hidden = text === "";
  byId("dialog-submit").textContent = submit;
  byId("dialog-fields").replaceChildren(...fields.map(fieldOf));
  byId("dialog-problem").hidden = true;
  byId("dialog-cancel").onclick = () => dialog.close();
  form.onsubmit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const entered = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    byId("dialog-submit").disabled = true;
    const isDone = await succeeds(() => change(entered), "dialog-problem");
    byId("dialog-submit").disabled = false;
    if (isDone) dialog.close();
  };
  dialog.showModal();
}

/** @param {Field} field */
function fieldOf({ name, label, value = "", required = true, maxLength = 80 }) {
  const input = element("input", { name, value, required, maxLength, autocomplete: "off", spellcheck: false });
  return element("label", {}, label, input);
}
