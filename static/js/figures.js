/* The grid of figures: arrows from one cell to the next, and a block of cells pasted where the cursor is. */

const CELLS = "input.chiffre, select, input.form-control";

const cellsOf = (row) => [...row.querySelectorAll(CELLS)];

function neighbour(cell, step) {
  const column = cell.closest("td").cellIndex;
  let row = cell.closest("tr");
  do {
    row = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  } while (row && !row.cells[column]?.querySelector(CELLS));
  return row?.cells[column].querySelector(CELLS);
}

function choose(cell, text) {
  if (cell.tagName !== "SELECT") {
    cell.value = text;
    return;
  }
  const found = [...cell.options].find((option) => option.text.toLowerCase() === text.toLowerCase());
  if (found) cell.value = found.value;
}

function paste(event) {
  const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
  if (!event.target.matches("input.chiffre") || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  let cell = event.target;
  for (const line of text.split(/\r?\n/)) {
    if (!cell) break;
    const cells = cellsOf(cell.closest("tr"));
    const from = cells.indexOf(cell);
    line.split("\t").forEach((words, rank) => cells[from + rank] && choose(cells[from + rank], words.trim()));
    cell = neighbour(cell, 1);
  }
  event.target.dispatchEvent(new Event("input", { bubbles: true }));
}

function move(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches("input.chiffre")) return;
  const next = neighbour(event.target, step);
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.select?.();
}

for (const form of document.querySelectorAll("form[data-chiffres]")) {
  form.addEventListener("keydown", move);
  form.addEventListener("paste", paste);
}
