/**
 * Makes a table of controls a single tab stop. The arrow keys, Home and End move inside it. With a
 * thousand features the controls after the table could otherwise not be reached with Tab.
 * @param {HTMLTableElement} table
 */
export function moveByArrows(table) {
  // With this role a screen reader passes the arrow keys to the page.
  table.setAttribute("role", "grid");
  table.addEventListener("keydown", (event) => {
    const cell = event.target instanceof Element && event.target.closest("td, th");
    const next = cell && neighbour(cell, event.key);
    const control = next && controlOf(next);
    if (!control) return;
    event.preventDefault();
    control.focus();
    control.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  table.addEventListener("focusin", (event) => {
    for (const stop of table.querySelectorAll('[tabindex="0"]')) stop.setAttribute("tabindex", "-1");
    if (event.target instanceof Element) event.target.setAttribute("tabindex", "0");
  });
}

/**
 * Makes sure that the table has a tab stop.
 * @param {HTMLTableElement} table
 */
export function keepTabStop(table) {
  if (table.querySelector('[data-focus][tabindex="0"]')) return;
  table.querySelector("[data-focus]")?.setAttribute("tabindex", "0");
}

/**
 * @param {Element} cell
 * @param {string} key
 */
function neighbour(cell, key) {
  const row = cell.parentElement;
  const cells = [...(row?.children ?? [])].filter(controlOf);
  const column = cells.indexOf(cell);
  if (key === "ArrowLeft") return cells[column - 1];
  if (key === "ArrowRight") return cells[column + 1];
  if (key === "Home") return cells[0];
  if (key === "End") return cells.at(-1);
  if (key === "ArrowUp") return sameColumn(cell, row?.previousElementSibling);
  if (key === "ArrowDown") return sameColumn(cell, row?.nextElementSibling);
  return undefined;
}

/**
 * @param {Element} cell
 * @param {Element | null | undefined} row
 */
function sameColumn(cell, row) {
  return row?.children[[...(cell.parentElement?.children ?? [])].indexOf(cell)];
}

/**
 * @param {Element} cell
 * @returns {HTMLElement | null}
 */
function controlOf(cell) {
  return cell.querySelector("[data-focus]");
}
