"""Which funding source each funder of the file is: a line of the Cité, one to be created, or a question."""

import re

from actions.circuits import CIRCUIT_CHOICES, CIRCUITS
from actions.imports.structures import Question, SourceRef
from actions.imports.words import quoted
from actions.models import FundingSource
from cite_educative.common.search import normalise

DEFAULT = "funder"
GUESSES = (
    ("family_fund", r"\bcaf\b|allocations familiales"),
    ("school_fund", r"fonds du college|college chef de file"),
    ("intercommunality", r"\bcud\b|agglo|metropole|communaute (urbaine|de communes)|\bepci\b|\bgpso\b|interco"),
    ("state_direct", r"\betat\b|\bp ?147\b|\bbop\b|\b147\b|prefecture|\banct\b|politique de la ville|\bd?sden\b|rectorat|"
                     r"education nationale|\bdrac\b|\bars\b|ministere|\bddets\b|\bdrajes\b|\bddct\b.*etat"),
    ("commune", r"\bville\b|\bcommune\b|mairie|municip"),
)  # fmt: skip


class Funders:
    """`resolve(text)` gives a SourceRef, or None and one question more; `faults` are answers that cannot be used."""

    def __init__(self, cite, answers):
        self.answers = answers
        self.sources = list(FundingSource.objects.filter(cite=cite).select_related("organisation").order_by("pk"))
        self.questions, self.faults = {}, []
        self._known, self._refs, self._sirets = {}, {}, {}
        self._lines = {}
        for source in self.sources:
            ref = self._refs.setdefault(
                normalise(source.label), SourceRef(normalise(source.label), source.label, source)
            )
            names = {source.label, source.short_label, source.organisation.name, source.organisation.acronym}
            for name in filter(None, map(normalise, names)):
                self._known.setdefault(name, []).append(ref)

    def resolve(self, text, line):
        name = f"{DEFAULT}:{normalise(text)}" if text else DEFAULT
        if self.answers.get(name) not in (None, "", {}):
            return self._answered(name, text)
        known = self._known.get(normalise(text), []) if text else []
        exact = [ref for ref in known if normalise(text) == ref.key] or known
        if len(exact) == 1:
            return exact[0]
        self._lines.setdefault(name, {})[id(line)] = line
        if name not in self.questions:
            self.questions[name] = self._question(name, text)
        return None

    def _question(self, name, text):
        asked = (
            f"Quel est le financeur {quoted(text)}\u00a0?"
            if text
            else "Le fichier ne nomme pas le financeur de ces montants. Lequel est-ce\u00a0?"
        )
        choices = [({"source": source.label}, source.label) for source in self.sources]
        choices += [
            ({"new": code, "name": text, "organisation": text}, f"À créer\u00a0: {label}")
            for code, label in CIRCUIT_CHOICES
        ]
        return Question(
            name, asked, kind="funder", choices=tuple((_value(value), label) for value, label in choices),
            proposal=self._proposal(text), help="Choisissez une ligne de financement de la Cité, ou créez-la.",
        )  # fmt: skip

    def _proposal(self, text):
        if not text:
            return {"source": self.sources[0].label} if len(self.sources) == 1 else None
        key = normalise(text)
        circuit = next((code for code, pattern in GUESSES if re.search(pattern, key)), "other")
        family = circuit.split("_")[0]
        same = [source for source in self.sources if source.circuit.split("_")[0] == family]
        if len(same) == 1 and circuit not in ("other", "commune"):
            return {"source": same[0].label}
        return {"new": circuit, "name": text[:120], "organisation": text[:255]}

    def _answered(self, name, text):
        answer = self.answers[name]
        if isinstance(answer, str):
            answer = {"source": answer}
        if not isinstance(answer, dict):
            return self._fault(name, "La réponse sur le financeur n’a pas la forme attendue (voir docs/import.md).")
        if answer.get("source"):
            ref = self._refs.get(normalise(answer["source"]))
            return ref or self._fault(
                name,
                f"Aucune ligne de financement de la Cité ne s’appelle {quoted(answer['source'])}. "
                f"Lignes connues\u00a0: {', '.join(source.label for source in self.sources) or 'aucune'}.",
            )
        circuit = answer.get("new")
        label = str(answer.get("name") or text or "").strip()
        if circuit not in CIRCUITS:
            return self._fault(name, f"Choisissez un circuit parmi\u00a0: {', '.join(CIRCUITS)}.")
        if not label:
            return self._fault(name, "Donnez un nom à la nouvelle ligne de financement.")
        organisation = str(answer.get("organisation") or label).strip()
        key = normalise(label)
        return self._refs.setdefault(key, SourceRef(key, label[:120], None, organisation[:255], circuit))

    def _fault(self, name, sentence):
        if (name, sentence) not in self.faults:
            self.faults.append((name, sentence))
        return None

    def lines(self, name):
        return list(self._lines.get(name, {}).values())


def _value(value):
    return f"source:{value['source']}" if "source" in value else f"new:{value['new']}"
