import { byId, element } from "./dom.mjs";

/**
 * @typedef {{ name: string, label: string, value?: string, required?: boolean, maxLength?: number
 * }} Field
 */

/**
 * Asks for texts, or for a confirmation if there are no fields.
 * @param {{ title: string, text?: string, submit: string, fields?: Field[] }} question
 * @returns {Promise<Record<string, string> | undefined>} the texts, or undefined if it was
 * canceled
 */
export function ask({ title, text = "", submit, fields = [] }) {
  const dialog = byId("dialog");
  const form = dialog.querySelector("form");
  byId("dialog-title").textContent = title;
  byId("dialog-text").textContent = text;
  byId("dialog-text").hidden = text === "";
  byId("dialog-submit").textContent = submit;
  byId("dialog-fields").replaceChildren(...fields.map(fieldOf));
  byId("dialog-cancel").onclick = () => dialog.close("");
  byId("dialog-submit").value = "submit";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclose = () => {
      const entered = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
      resolve(dialog.returnValue === "submit" ? entered : undefined);
    };
  });
}

/** @param {Field} field */
function fieldOf({ name, label, value = "", required = true, maxLength = 80 }) {
  const input = element("input", { name, value, required, maxLength, autocomplete: "off", spellcheck: false });
  return element("label", {}, label, input);
}
