/* Rows chosen for one gesture: how many, all of the page at once. Without scripts the boxes work alone. */

function startLot(form) {
  const boxes = [...document.querySelectorAll(`input[name="choix"][form="${form.id}"]`)];
  const all = form.querySelector("input[name=tout]");
  const told = form.querySelector("[data-lot-compte]");
  if (!boxes.length) return;
  const page = document.createElement("button");
  page.type = "button";
  page.className = "btn btn-sm btn-lien";
  form.append(page);
  const update = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    page.textContent = chosen === boxes.length ? "Décocher la page" : "Cocher la page";
    told.textContent = all.checked || !chosen ? "" : `${chosen} choisie${chosen > 1 ? "s" : ""}`;
    for (const box of boxes) box.disabled = all.checked;
    page.hidden = all.checked;
  };
  page.addEventListener("click", () => {
    const check = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = check;
    update();
  });
  for (const box of [...boxes, all]) box.addEventListener("change", update);
  window.addEventListener("pageshow", update);
  update();
}

for (const form of document.querySelectorAll("form[data-lot]")) startLot(form);
