/* Search shortcut, menus, dialogs, copy, full screen and print: one listener each on the document. */

const TYPING = "input, textarea, select, [contenteditable]";

function focusSearch(event) {
  const field = document.querySelector("[data-search]");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.matches(TYPING)) return;
  if (!field || !field.offsetParent) return;
  event.preventDefault();
  field.focus();
  field.select();
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

function closeMenuOnEscape(event) {
  const menu = event.key === "Escape" && document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
}

async function copy(button) {
  const source = document.querySelector(button.dataset.copy);
  if (!source) return;
  await navigator.clipboard.writeText((source.value ?? source.innerText).trim());
  const label = button.lastChild;
  const before = label.textContent;
  label.textContent = "Copié";
  setTimeout(() => { label.textContent = before; }, 2000);
}

function openDialog(event, link) {
  const dialog = document.querySelector(link.dataset.dialog);
  if (!dialog) return;
  event.preventDefault();
  dialog.showModal();
}

function onClick(event) {
  closeMenus(event.target.closest("details[data-menu]"));
  const element = event.target.closest("[data-copy], [data-dialog], [data-dialog-close], [data-fullscreen], [data-print]");
  if (!element) return;
  if (element.dataset.copy) copy(element);
  else if (element.dataset.dialog) openDialog(event, element);
  else if ("fullscreen" in element.dataset) document.documentElement.requestFullscreen();
  else if ("dialogClose" in element.dataset) element.closest("dialog").close();
  else window.print();
}

export function startFrame() {
  document.addEventListener("keydown", focusSearch);
  document.addEventListener("keydown", closeMenuOnEscape);
  document.addEventListener("click", onClick);
}
