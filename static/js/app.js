/* Entry point. Every page works without it; modules only shorten gestures. */

import { startAutosave } from "./autosave.js";
import { startDrafts } from "./drafts.js";
import { startForms } from "./forms.js";
import { startFrame } from "./frame.js";

document.documentElement.classList.add("js");
startFrame();
startForms(document);
startAutosave(document);
startDrafts(document);
document.addEventListener("htmx:load", (event) => {
  startForms(event.detail.elt);
  startAutosave(event.detail.elt);
  startDrafts(event.detail.elt);
});
