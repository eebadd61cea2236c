/* The order of the strategy and of an agenda: rows dragged by their handle, arrows that keep the focus. The server
   decides; what else tells the order (data-order-beside) is read again too. */

const tree = () => document.querySelector("[data-order-tree]");
let dragged = null;

function say(page) {
  const said = [...page.querySelectorAll(".messages .avis p")].map((one) => one.textContent.trim()).join(" ");
  document.querySelector("[data-order-said]").textContent = said;
  const failed = page.querySelector(".messages .avis-error");
  for (const old of document.querySelectorAll("#contenu > .messages")) old.remove();
  if (failed) tree().closest(".corps").before(failed.closest(".messages"));
}

async function send(url, body) {
  const answer = await fetch(url, { method: "POST", body, credentials: "same-origin" });
  if (!answer.ok) {
    window.location.reload();
    return false;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-order-tree]");
  if (!fresh) {
    window.location.reload();
    return false;
  }
  tree().replaceWith(document.adoptNode(fresh));
  const beside = page.querySelector("[data-order-beside]");
  if (beside) document.querySelector("[data-order-beside]").replaceWith(document.adoptNode(beside));
  window.htmx?.process(tree());
  say(page);
  return true;
}

async function move(event) {
  const form = event.target.closest("[data-order-form]");
  const button = event.submitter;
  if (!form || !button) return;
  event.preventDefault();
  const row = form.closest("[data-order-row]").id;
  const body = new FormData(form);
  body.set(button.name, button.value);
  if (!(await send(form.action, body))) return;
  const buttons = [...document.querySelectorAll(`#${row} [data-order-move]`)];
  const same = buttons.find((one) => one.dataset.orderMove === button.dataset.orderMove);
  (same?.disabled ? buttons.find((one) => !one.disabled) : same)?.focus();
}

/* --- Dragging ------------------------------------------------------------------------------- */

const rowOf = (element) => element.closest?.("[data-order-row]");

function following(row) {
  let next = row.nextElementSibling;
  while (next && !next.dataset.orderRow) next = next.nextElementSibling;
  return next;
}

/* Where the dragged row would go: {before, axis, mark, side}, or null where it may not. */
function target(event) {
  const row = rowOf(event.target);
  if (!dragged || !row || row === dragged) return null;
  const box = row.getBoundingClientRect();
  const isLower = event.clientY > box.top + box.height / 2;
  return targets[dragged.dataset.orderRow](row, isLower);
}

function pointTarget(row, isLower) {
  if (!isLower) return { before: row.dataset.pk, mark: row, side: "avant" };
  return { before: following(row)?.dataset.pk ?? "fin", mark: row, side: "apres" };
}

function axisTarget(row, isLower) {
  const group = dragged.closest("[data-order-group]");
  if (row.closest("[data-order-group]") !== group) return null;
  const axes = [...group.querySelectorAll('[data-order-row="axe"]')];
  if (row.dataset.orderRow === "axe" && !isLower) return { before: row.dataset.pk, mark: row, side: "avant" };
  const own = row.dataset.orderRow === "axe" ? row.dataset.pk : row.dataset.axis;
  const rank = axes.findIndex((axis) => axis.dataset.pk === own);
  const next = axes[rank + 1];
  return { before: next ? next.dataset.pk : "fin", mark: row, side: "apres" };
}

function objectiveTarget(row, isLower) {
  const next = following(row);
  if (row.dataset.orderRow === "axe") {
    const first = next?.dataset.orderRow === "objectif" ? next.dataset.pk : "fin";
    return { before: first, axis: row.dataset.pk, mark: row, side: "apres" };
  }
  if (!isLower) return { before: row.dataset.pk, axis: row.dataset.axis, mark: row, side: "avant" };
  const sibling = next?.dataset.axis === row.dataset.axis ? next.dataset.pk : "fin";
  return { before: sibling, axis: row.dataset.axis, mark: row, side: "apres" };
}

const targets = { axe: axisTarget, objectif: objectiveTarget, point: pointTarget };

function unmark() {
  for (const row of document.querySelectorAll(".depot-avant, .depot-apres")) {
    row.classList.remove("depot-avant", "depot-apres");
  }
}

function start(event) {
  if (!event.target.closest?.("[data-order-handle]")) return;
  dragged = rowOf(event.target);
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.id);
  event.dataTransfer.setDragImage(dragged, 16, 16);
  dragged.classList.add("deplace");
}

function over(event) {
  const place = target(event);
  unmark();
  if (!place) return;
  event.preventDefault();
  place.mark.classList.add(`depot-${place.side}`);
}

async function drop(event) {
  const place = target(event);
  unmark();
  if (!place) return;
  event.preventDefault();
  const form = dragged.querySelector("[data-order-form]");
  const id = dragged.id;
  const body = new FormData(form);
  body.set("avant", place.before);
  if (place.axis) body.set("axe", place.axis);
  if (await send(form.action, body)) document.getElementById(id)?.focus();
}

function end() {
  dragged?.classList.remove("deplace");
  dragged = null;
  unmark();
}

document.addEventListener("submit", move);
document.addEventListener("dragstart", start);
document.addEventListener("dragover", over);
document.addEventListener("drop", drop);
document.addEventListener("dragend", end);
