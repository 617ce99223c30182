/**
 * Returns the element of the page with this id.
 * @param {string} id
 * @returns {any}
 */
export const byId = (id) => document.getElementById(id);

/**
 * Creates an element. Texts are only set as text, never as HTML: names come from any client of the
 * emulator.
 * @param {string} tag
 * @param {Record<string, any>} properties DOM properties, or attributes for names with a dash,
 * `role` and `scope`
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
 * Creates a checkbox that makes a change, and is reset if the change is refused.
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
