/* Saves a form while it is being written; what the server does not have is kept in the browser. */

import { Draft, clock, say } from "./drafts.js";

const DELAY = 2000;
const PATIENCE = 15_000;

class Autosave {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosave;
    this.timer = null;
    this.sending = false;
    this.waits = false;
    this.isNewer = false;
    this.draft = new Draft(form, this.url);
    form.addEventListener("input", () => this.schedule());
    form.addEventListener("change", () => this.schedule());
    form.addEventListener("submit", (event) => this.leave(event));
    window.addEventListener("online", () => this.waits && this.save());
    window.addEventListener("offline", () => this.draft.read() && this.offline());
  }

  /* Kept at once: the browser may be closed before the next saving. */
  schedule() {
    clearTimeout(this.timer);
    this.isNewer = true;
    this.draft.keep();
    this.timer = setTimeout(() => this.save(), DELAY);
  }

  leave(event) {
    clearTimeout(this.timer);
    if (navigator.onLine) {
      this.draft.keep("Enregistrement…", "attente");
      this.draft.markSent();
      return;
    }
    event.preventDefault();
    this.offline();
  }

  async save() {
    if (this.sending) {
      this.schedule();
      return;
    }
    this.sending = true;
    this.isNewer = false;
    const body = new FormData(this.form);
    try {
      const answer = await fetch(this.url, {
        method: "POST", body, headers: { "X-Autosave": "1" }, credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(PATIENCE),
      });
      this.report(answer);
    } catch {
      this.offline();
    } finally {
      this.sending = false;
    }
  }

  report(answer) {
    this.waits = false;
    if (answer.ok) {
      const version = answer.headers.get("X-Version");
      if (version && this.form.elements.version) this.form.elements.version.value = version;
      if (this.isNewer) this.draft.keep();
      else this.draft.clear();
      say(this.form, `Enregistré à ${clock()}`, "fait");
      this.form.dispatchEvent(new Event("autosaved"));
    } else if (answer.status === 409) {
      this.draft.keep("Une autre personne a modifié ce texte. Enregistrez pour comparer les deux versions.", "echec");
    } else if (answer.status === 422) {
      say(this.form, "Pas encore enregistré\u00a0: un champ est à compléter ou à corriger.", "echec");
    } else {
      this.draft.keep(`Enregistrement automatique impossible, gardé dans ce navigateur à ${clock()}`, "echec");
    }
  }

  offline() {
    this.waits = true;
    this.draft.keep(`Hors connexion, gardé dans ce navigateur à ${clock()}`, "echec");
  }
}

export function startAutosave(root) {
  const forms = [...root.querySelectorAll("form[data-autosave]")];
  if (root.matches?.("form[data-autosave]")) forms.push(root);
  for (const form of forms) {
    if (form.autosave) continue;
    form.autosave = new Autosave(form);
  }
}
