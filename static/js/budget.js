/* The totals of the budget while it is typed, and arrows from one amount to the next. The server decides. */

const IN_KIND = ["86", "87"];
const written = new Intl.NumberFormat("fr-FR", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

const euros = (cents) => `${written.format(cents / 100).replace(/\u202f/g, "\u00a0")}\u00a0€`;

/* Cents of what is typed; 0 for what only the server can read. */
function cents(text) {
  const plain = text.replace(/[\s\u00a0\u202f€]/g, "").replace(",", ".");
  return /^\d+(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : 0;
}

function fill(root, name, code, amount) {
  const place = root.querySelector(`[data-${name}="${code}"]`);
  if (place) place.textContent = euros(amount);
}

function sumColumn(column) {
  const posts = new Map();
  for (const field of column.querySelectorAll("[data-montant]")) {
    posts.set(field.dataset.montant, (posts.get(field.dataset.montant) ?? 0) + cents(field.value));
  }
  const sums = { cash: 0, inKind: 0 };
  for (const [code, amount] of posts) {
    fill(column, "sous-total", code, amount);
    sums[IN_KIND.includes(code) ? "inKind" : "cash"] += amount;
  }
  return sums;
}

function sentences(charges, income) {
  const gap = charges.cash - income.cash;
  const inKind = charges.inKind - income.inKind;
  const said = [];
  if (gap > 0) said.push(`Charges et produits ne s’équilibrent pas\u00a0: il manque ${euros(gap)} de produits.`);
  if (gap < 0) said.push(`Charges et produits ne s’équilibrent pas\u00a0: il y a ${euros(-gap)} de produits de trop.`);
  if (inKind > 0) said.push(`Les contributions en nature ne s’équilibrent pas\u00a0: le 86 dépasse le 87 de ${euros(inKind)}.`);
  if (inKind < 0) said.push(`Les contributions en nature ne s’équilibrent pas\u00a0: le 87 dépasse le 86 de ${euros(-inKind)}.`);
  return said;
}

function say(said) {
  const place = document.querySelector("[data-equilibre]");
  const lines = said.length ? said : ["Le budget est équilibré."];
  place.replaceChildren(...lines.map((words) => {
    const line = document.createElement("p");
    line.className = said.length ? "ecart" : "equilibre-juste";
    line.textContent = words;
    return line;
  }));
}

function update(form) {
  const sums = {};
  for (const side of ["charge", "income"]) {
    const column = form.querySelector(`[aria-labelledby="colonne-${side}"]`);
    sums[side] = sumColumn(column);
    fill(column, "total", side, sums[side].cash);
    fill(column, "total-nature", side, sums[side].cash + sums[side].inKind);
  }
  say(sentences(sums.charge, sums.income));
}

function move(event, form) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches("[data-montant]")) return;
  const fields = [...form.querySelectorAll("[data-montant]")];
  const next = fields[fields.indexOf(event.target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.select();
}

for (const form of document.querySelectorAll("form[data-budget]")) {
  form.addEventListener("input", (event) => event.target.matches("[data-montant]") && update(form));
  form.addEventListener("keydown", (event) => move(event, form));
}
