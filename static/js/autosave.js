/* Saves a form while it is being written; keeps a draft in the browser when the network fails. */

const DELAY = 2000;

class Autosave {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosave;
    this.status = form.querySelector("[data-autosave-status]");
    this.key = `brouillon:${this.url}`;
    this.timer = null;
    this.sending = false;
    this.initial = JSON.stringify(this.fields());
    this.restore();
    form.addEventListener("input", () => this.schedule());
    form.addEventListener("change", () => this.schedule());
    form.addEventListener("submit", () => this.leave());
    window.addEventListener("online", () => localStorage.getItem(this.key) && this.save());
  }

  schedule() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), DELAY);
  }

  leave() {
    clearTimeout(this.timer);
    if (navigator.onLine) localStorage.removeItem(this.key);
  }

  fields() {
    const kept = new FormData(this.form);
    kept.delete("csrfmiddlewaretoken");
    return [...kept.entries()].filter(([, value]) => typeof value === "string");
  }

  async save() {
    if (this.sending) {
      this.schedule();
      return;
    }
    this.sending = true;
    const body = new FormData(this.form);
    try {
      const answer = await fetch(this.url, {
        method: "POST", body, headers: { "X-Autosave": "1" }, credentials: "same-origin", redirect: "manual",
      });
      this.report(answer);
    } catch {
      this.keepDraft("Pas de réseau\u00a0: votre texte est gardé dans ce navigateur.");
    } finally {
      this.sending = false;
    }
  }

  report(answer) {
    if (answer.ok) {
      localStorage.removeItem(this.key);
      const version = answer.headers.get("X-Version");
      if (version && this.form.elements.version) this.form.elements.version.value = version;
      this.say(`Enregistré à ${new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" })}`, "fait");
      this.form.dispatchEvent(new Event("autosaved"));
    } else if (answer.status === 409) {
      this.keepDraft("Une autre personne a modifié ce texte. Enregistrez pour comparer les deux versions.");
    } else if (answer.status === 422) {
      this.say("Pas encore enregistré\u00a0: un champ est à compléter ou à corriger.", "echec");
    } else {
      this.keepDraft("Enregistrement automatique impossible\u00a0: votre texte est gardé dans ce navigateur.");
    }
  }

  keepDraft(sentence) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ initial: this.initial, fields: this.fields() }));
      this.say(sentence, "echec");
    } catch {
      this.say("Enregistrement impossible. Copiez votre texte avant de quitter la page.", "echec");
    }
  }

  /* A draft written over another text than the one shown is out of date: it is dropped. */
  restore() {
    const draft = JSON.parse(localStorage.getItem(this.key));
    if (!draft) return;
    if (draft.initial !== this.initial) {
      localStorage.removeItem(this.key);
      return;
    }
    for (const [name, value] of draft.fields) {
      for (const field of this.form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type !== "checkbox" && field.type !== "radio") field.value = value;
        else if (field.value === value) field.checked = true;
      }
    }
    this.say("Le texte resté dans ce navigateur a été repris. Relisez-le, puis enregistrez.", "echec");
  }

  say(sentence, state) {
    if (!this.status) return;
    this.status.dataset.etat = state;
    this.status.textContent = sentence;
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
