/* Error summary, selects that submit, guard against leaving, − and + buttons, file names. */

const FOCUSABLE = "input:not([type=hidden]), select, textarea";

function once(root, selector, attach) {
  const found = [...root.querySelectorAll(selector)];
  if (root.matches?.(selector)) found.unshift(root);
  for (const element of found) {
    const mark = `started${selector.replace(/\W/g, "")}`;
    if (element[mark]) continue;
    element[mark] = true;
    attach(element);
  }
}

function focusSummary(summary) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    const field = target.matches(FOCUSABLE) ? target : target.querySelector(FOCUSABLE);
    (field ?? target).focus();
  });
}

function guard(form) {
  let isDirty = false;
  form.addEventListener("input", () => { isDirty = true; });
  form.addEventListener("submit", () => { isDirty = false; });
  form.addEventListener("autosaved", () => { isDirty = false; });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty && form.isConnected) event.preventDefault();
  });
}

function step(button) {
  button.addEventListener("click", () => {
    const field = button.parentElement.querySelector("input");
    const value = Number.parseInt(field.value, 10) || 0;
    field.value = Math.max(0, value + Number(button.dataset.step));
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/* Fields asked only with one answer: `data-shown-when="name=value"`. Without scripts they are always there. */
function showWhen(part) {
  const [name, value] = part.dataset.shownWhen.split("=");
  const form = part.closest("form");
  const update = () => { part.hidden = new FormData(form).get(name) !== value; };
  form.addEventListener("change", update);
  update();
}

function showFileName(field) {
  field.addEventListener("change", () => {
    const place = document.getElementById(`${field.id}_nom`);
    const file = field.files[0];
    if (!place) return;
    const size = file && (file.size / 1e6).toLocaleString("fr-FR", { maximumFractionDigits: 1 });
    place.textContent = file ? `${file.name} (${size}\u00a0Mo)` : "";
  });
}

/* Tells the server that the page was seen: it marks next time what is newer. */
function tellVisit(form) {
  fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" }).catch(() => {});
}

export function startForms(root) {
  once(root, "[data-error-summary]", focusSummary);
  once(root, "select[data-autosubmit]", (field) => field.addEventListener("change", () => field.form.requestSubmit()));
  once(root, "form[data-guard]", guard);
  once(root, "[data-step]", step);
  once(root, "[data-shown-when]", showWhen);
  once(root, "form[data-visit]", tellVisit);
  once(root, "input[type=file][data-file-name]", showFileName);
}
