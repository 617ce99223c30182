/**
 * An item and everything that its row shows.
 * @template Content
 * @typedef {{ key: string, content: Content }} Item
 */

/**
 * Shows a list as rows of a table. A row is only replaced if its content changes. Otherwise it
 * stays in place, so that a click in it works while a program changes many other rows.
 * @template Content
 * @param {HTMLElement} parent
 * @param {(content: Content) => HTMLElement} make
 * @returns {(items: Item<Content>[]) => void} shows these items
 */
export function keyedRows(parent, make) {
  /** @type {Map<string, { row: HTMLElement, shown: string }>} */
  let known = new Map();
  return (items) => {
    const before = known;
    known = new Map(
      items.map(({ key, content }) => {
        const shown = JSON.stringify(content);
        const row = before.get(key);
        return [key, row?.shown === shown ? row : { shown, row: make(content) }];
      }),
    );
    const focus = parent.querySelector(":focus")?.getAttribute("data-focus");
    place(
      parent,
      [...known.values()].map(({ row }) => row),
    );
    if (focus) focusOn(parent, focus);
  };
}

/**
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} rows
 */
function place(parent, rows) {
  const wanted = new Set(rows);
  for (const row of [...parent.children]) if (!wanted.has(/** @type {HTMLElement} */ (row))) row.remove();
  let next = parent.firstElementChild;
  for (const row of rows) {
    if (row === next) next = next.nextElementSibling;
    else parent.insertBefore(row, next);
  }
}

/**
 * Returns the focus to the control of the same item.
 * @param {HTMLElement} parent
 * @param {string} key
 */
function focusOn(parent, key) {
  if (parent.querySelector(":focus")) return;
  const control = [...parent.querySelectorAll("[data-focus]")].find((each) => each.getAttribute("data-focus") === key);
  if (control instanceof HTMLElement) control.focus();
}
