/* The arbitration board as a spreadsheet: each edit posted alone, totals and gauges taken from the answer.
   The name of a cell is c-<action>-<source>-<version>-<cents>: its place, and what its reader saw. */

const form = document.querySelector("[data-board]");
const said = form.querySelector("[data-board-said]");
const conflicts = form.querySelector("[data-board-conflicts]");
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
const shown = new Map();
let version = form.dataset.version;
let queue = Promise.resolve();

const isCell = (element) => element.classList?.contains("cellule");
const find = (action, source) => form.querySelector(`[name^="c-${action}-${source}-"]`);

function say(text, failed = false) {
  said.textContent = text;
  said.classList.toggle("en-erreur", failed);
}

function apply(answer, sent) {
  version = answer.version;
  for (const cell of answer.cells) {
    const input = find(cell.action, cell.source);
    if (!input) continue;
    const waiting = input === document.activeElement && input.value !== shown.get(input) && !sent.has(input);
    input.name = waiting ? input.name : `c-${cell.action}-${cell.source}-${cell.version}-${cell.cents}`;
    if (waiting) continue;
    if (input.value === sent.get(input) || !sent.has(input)) input.value = cell.text;
    input.classList.add("modifiee");
    shown.set(input, cell.text);
  }
  for (const [id, text] of Object.entries(answer.texts)) {
    const place = document.getElementById(id);
    if (place && place.textContent !== text) place.textContent = text;
  }
  for (const [id, html] of Object.entries(answer.parts)) document.getElementById(id).innerHTML = html;
  for (const input of sent.keys()) input.removeAttribute("aria-invalid");
  for (const name of Object.keys(answer.errors)) form.querySelector(`[name="${name}"]`)?.setAttribute("aria-invalid", "true");
  for (const conflict of answer.conflicts) ask(conflict);
  const errors = Object.values(answer.errors);
  say(errors.length ? errors.join(" ") : answer.saved, errors.length > 0);
}

/* Somebody else wrote this cell meanwhile: both values, and a choice. */
function ask(conflict) {
  const [action, source] = conflict.place.split("-");
  const input = find(action, source);
  if (!input) return;
  const box = document.createElement("div");
  const text = document.createElement("span");
  text.textContent = conflict.text;
  const button = (label, act) => {
    const one = document.createElement("button");
    one.type = "button";
    one.className = "btn btn-sm";
    one.textContent = label;
    one.addEventListener("click", () => {
      box.remove();
      act();
      input.focus();
    });
    return one;
  };
  box.append(text, button(`Garder ${conflict.theirs}`, () => {}), button(`Écrire ${conflict.mine}`, () => {
    input.value = conflict.typed;
    save([input]);
  }));
  conflicts.append(box);
}

function save(inputs) {
  const changed = inputs.filter((input) => input.value.trim() !== shown.get(input));
  if (!changed.length) return;
  queue = queue.then(() => send(changed));
}

async function send(inputs) {
  const sent = new Map(inputs.map((input) => [input, input.value]));
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, version });
  for (const [input, value] of sent) body.set(input.name, value);
  say("Enregistrement…");
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" });
    const told = await answer.json();
    if (told.error) say(told.error, true);
    else apply(told, sent);
  } catch {
    say("Pas enregistré : la connexion a manqué. Appuyez sur Entrée dans la case pour réessayer.", true);
  }
}

/* --- Keyboard and paste --------------------------------------------------------------------- */

const lineOf = (input) => [...input.closest("tr").querySelectorAll(".cellule")];

function inColumn(input, step) {
  const column = input.closest("td").cellIndex;
  let row = input.closest("tr");
  do {
    row = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  } while (row && !row.cells[column]?.querySelector(".cellule"));
  return row?.cells[column].querySelector(".cellule");
}

function go(input) {
  input?.focus();
  input?.select();
}

form.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!isCell(input)) return;
  const atStart = input.selectionStart === 0;
  const atEnd = input.selectionEnd === input.value.length;
  const line = lineOf(input);
  const next = {
    ArrowDown: () => inColumn(input, 1),
    ArrowUp: () => inColumn(input, -1),
    ArrowLeft: () => atStart && line[line.indexOf(input) - 1],
    ArrowRight: () => atEnd && line[line.indexOf(input) + 1],
    Enter: () => inColumn(input, event.shiftKey ? -1 : 1) || input,
  }[event.key];
  if (event.key === "Escape") {
    input.value = shown.get(input);
    input.removeAttribute("aria-invalid");
    input.select();
  } else if (next) {
    const found = next();
    if (!found) return;
    event.preventDefault();
    if (event.key === "Enter") save([input]);
    go(found);
  }
});

form.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
  if (!isCell(event.target) || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  const touched = [];
  let row = event.target;
  for (const line of text.split(/\r?\n/)) {
    if (!row) break;
    const cells = lineOf(row);
    const from = cells.indexOf(row);
    line.split("\t").forEach((value, rank) => {
      const cell = cells[from + rank];
      if (!cell) return;
      cell.value = value.trim();
      touched.push(cell);
    });
    row = inColumn(row, 1);
  }
  save(touched);
});

form.addEventListener("focusin", (event) => isCell(event.target) && event.target.select());
form.addEventListener("change", (event) => isCell(event.target) && save([event.target]));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  save([...shown.keys()]);
});
for (const input of form.querySelectorAll(".cellule")) {
  shown.set(input, input.value);
  input.inputMode = "decimal";
}
form.querySelector("[data-board-submit]").hidden = true;
