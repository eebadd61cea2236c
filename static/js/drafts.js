/* What is typed stays in the browser until the server has it; it is offered back, and goes when its author signs out. */

const PREFIX = "brouillon:";

export const clock = () => new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });

export function say(form, sentence, state) {
  const place = form.querySelector("[data-autosave-status]");
  if (!place) return;
  place.dataset.etat = state;
  place.textContent = sentence;
}

const isTold = ([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string";

const written = (entries) => JSON.stringify(
  entries.filter(([name]) => name !== "version").map(([name, value]) => [name, value.replaceAll("\r\n", "\n").trim()]),
);

export class Draft {
  constructor(form, address) {
    this.form = form;
    this.key = `${PREFIX}${document.body.dataset.user ?? ""}:${address}`;
    this.first = this.entries();
    this.offer();
  }

  entries() {
    return [...new FormData(this.form).entries()].filter(isTold);
  }

  /* What the form answers to: its version, or the rank of the row that it would create. */
  version() {
    return this.form.dataset.draftVersion ?? this.form.elements.version?.value ?? "";
  }

  keep(sentence, state) {
    const draft = { version: this.version(), entries: this.entries() };
    try {
      localStorage.setItem(this.key, JSON.stringify(draft));
      if (sentence) say(this.form, sentence, state);
    } catch {
      say(this.form, "Enregistrement impossible. Copiez votre texte avant de quitter la page.", "echec");
    }
  }

  markSent() {
    const draft = this.read();
    if (draft) localStorage.setItem(this.key, JSON.stringify({ ...draft, sent: true }));
  }

  clear() {
    localStorage.removeItem(this.key);
    this.box?.remove();
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  /* A row that was to be created has been, once the next rank moved; a text that has a version is the server's when it
     shows it, for somebody else may have moved that version. */
  offer() {
    const draft = this.read();
    if (!draft) return;
    const isNew = this.form.dataset.draftVersion !== undefined;
    const isSaved = isNew && draft.sent && draft.version !== this.version();
    if (isSaved || written(draft.entries) === written(this.first)) {
      this.clear();
      return;
    }
    const box = document.createElement("div");
    box.className = "avis brouillon";
    const text = document.createElement("p");
    text.textContent = draft.version === this.version()
      ? "Un texte que vous aviez tapé n’a pas été enregistré. Il est gardé dans ce navigateur."
      : "Un texte que vous aviez tapé n’a pas été enregistré, et celui-ci a changé depuis. Restaurez le vôtre pour les comparer.";
    box.append(text, this.button("Restaurer ce que vous aviez tapé", () => this.restore(draft)), this.button("L’oublier", () => this.clear()));
    this.box = box;
    this.form.prepend(box);
  }

  button(label, act) {
    const one = document.createElement("button");
    one.type = "button";
    one.className = "btn btn-sm";
    one.textContent = label;
    one.addEventListener("click", act);
    return one;
  }

  /* With the version on which it was written: the server then shows what somebody else wrote meanwhile. */
  restore(draft) {
    for (const field of this.form.elements) {
      if (!field.name || field.name === "csrfmiddlewaretoken") continue;
      const values = draft.entries.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (values.length && field.type !== "file") [field.value] = values;
    }
    this.box.remove();
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
    this.form.querySelector("textarea, input:not([type=hidden])").focus();
  }
}

/* A form that only its button saves: `data-draft` holds its address, `data-draft-version` what it answers to. */
function startDraft(form) {
  const draft = new Draft(form, form.dataset.draft);
  const keep = () => draft.keep(
    navigator.onLine ? `Pas encore enregistré, gardé dans ce navigateur à ${clock()}` : `Hors connexion, gardé dans ce navigateur à ${clock()}`,
    navigator.onLine ? "attente" : "echec",
  );
  form.addEventListener("input", keep);
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      keep();
    } else {
      draft.keep("Enregistrement…", "attente");
      draft.markSent();
    }
  });
}

function forget() {
  const own = `${PREFIX}${document.body.dataset.user ?? ""}:`;
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(own)) localStorage.removeItem(key);
  }
}

export function startDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) {
    if (form.draft) continue;
    form.draft = true;
    startDraft(form);
  }
  for (const form of root.querySelectorAll("form[data-sign-out]")) form.addEventListener("submit", forget);
}
