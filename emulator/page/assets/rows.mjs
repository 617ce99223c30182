/**
 * @template Content
 * @typedef {{ key: string, content: Content }} Item what stands for one thing, and all that its row
 * shows
 */

/**
 * Shows a list as rows of a table. A row is made again only when it shows something else, and stays
 * in its place otherwise: somebody may be about to click in it while a program changes a thousand
 * others.
 * @template Content
 * @param {HTMLElement} parent
 * @param {(content: Content) => HTMLElement} make
 * @returns {(items: Item<Content>[]) => void} shows these
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

/** @param {HTMLElement} parent @param {HTMLElement[]} rows */
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
 * Gives the focus back to the control that stands for the same thing. @param {HTMLElement} parent
 * @param {string} key
 */
function focusOn(parent, key) {
  if (parent.querySelector(":focus")) return;
  const control = [...parent.querySelectorAll("[data-focus]")].find((each) => each.getAttribute("data-focus") === key);
  if (control instanceof HTMLElement) control.focus();
}
