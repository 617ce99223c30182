/** @param {string} id @returns {any} the element of the page with this id */
export const byId = (id) => document.getElementById(id);

/**
 * Makes an element. Texts are only ever set as text: names come from whoever writes to the
 * emulator.
 * @param {string} tag
 * @param {Record<string, any>} properties DOM properties, and attributes where the name has a dash
 * or is `role` or `scope`
 * @param {...(Node | string)} children
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role" || name === "scope") made.setAttribute(name, value);
    else Reflect.set(made, name, value);
  }
  made.append(...children);
  return made;
}

/**
 * Makes a checkbox that does something, and jumps back when that is refused.
 * @param {Record<string, any>} properties
 * @param {(checked: boolean) => Promise<boolean>} change
 */
export function checkbox(properties, change) {
  const box = element("input", { ...properties, type: "checkbox" });
  box.onchange = async () => {
    const wanted = Reflect.get(box, "checked");
    if (!(await change(wanted))) Reflect.set(box, "checked", !wanted);
  };
  return box;
}
