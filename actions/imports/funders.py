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
STATE_BODIES = re.compile(
    r"prefecture|sden\b|rectorat|education nationale|\bdrac\b|\bars\b|ministere|\bddets\b|\bdrajes\b"
)
BARE = {"ville", "la ville", "commune", "mairie", "agglo", "agglomeration", "metropole", "interco", "epci"}
LINKS = {"de", "du", "des", "d", "la", "le", "les", "l", "et"}


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
        """A line whose name agrees, a new one when none is near; None, to be answered, as soon as there is a doubt."""
        if not text:
            return None
        key = normalise(text)
        circuit = next((code for code, pattern in GUESSES if re.search(pattern, key)), "other")
        agreeing = [source for source in self.sources if _agrees(key, circuit, source)]
        if len(agreeing) == 1:
            return {"source": agreeing[0].label}
        family = _family(circuit)
        is_near = family not in ("other", "commune") and any(
            _family(source.circuit) == family for source in self.sources
        )
        if agreeing or is_near:
            return None
        return {"new": circuit, "name": text[:120], "organisation": _organisation(text, key, circuit)}

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
        key = normalise(label)
        organisation = str(answer.get("organisation") or "").strip()
        if not organisation and key in BARE:
            return self._fault(
                name, f"Dites quel organisme finance {quoted(label)}, par exemple «\u00a0Ville de …\u00a0»."
            )
        organisation = organisation or label
        return self._refs.setdefault(key, SourceRef(key, label[:120], None, organisation[:255], circuit))

    def _fault(self, name, sentence):
        if (name, sentence) not in self.faults:
            self.faults.append((name, sentence))
        return None

    def lines(self, name):
        return list(self._lines.get(name, {}).values())


def _family(circuit):
    return circuit.split("_")[0]


def _agrees(key, circuit, source):
    """All the words are in one of its names: "caf" for "caf du nord". One word more, as in "caf oise", tells them apart."""
    words = set(key.split()) - LINKS
    for name in (source.label, source.short_label, source.organisation.name, source.organisation.acronym):
        other = [word for word in normalise(name).split() if word not in LINKS]
        if not words or not words <= set(other):
            continue
        if _family(source.circuit) == _family(circuit) or (circuit == "other" and other[0] in words):
            return True
    return False


def _organisation(text, key, circuit):
    """The State pays its programmes; a bare « Ville » says no town, so that None is to be answered."""
    if circuit == "state_direct" and not STATE_BODIES.search(key):
        return "État"
    return None if key in BARE else text[:255]


def _value(value):
    return f"source:{value['source']}" if "source" in value else f"new:{value['new']}"
