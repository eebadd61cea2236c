"""Which line of the Cité each funder of an export is. An export never creates one: it is named, or left aside."""

from dataclasses import replace

from actions.imports.funders import DEFAULT, Funders
from actions.imports.structures import Question
from actions.imports.words import listed, quoted
from cite_educative.common.search import normalise

SKIP = "skip"


class ExportFunders(Funders):
    def __init__(self, cite, answers):
        super().__init__(cite, answers)
        self._asked, self._partners = set(), {}

    def resolve(self, text, line, *, is_partner=False):
        """A co-funder (`is_partner`) that no line of the Cité is may be told; nothing waits for it."""
        name = f"{DEFAULT}:{normalise(text)}" if text else DEFAULT
        if self.answers.get(name) == SKIP:
            return None
        found = super().resolve(text, line)
        if found and found.source:
            return found
        if is_partner:
            self._partners.setdefault(name, text)
        else:
            self._asked.add(name)
        if name in self.questions:
            self.questions[name] = replace(self.questions[name], required=name in self._asked)
        return None

    @property
    def notes(self):
        left = [quoted(text) for name, text in self._partners.items() if name in self.questions]
        if not left:
            return []
        return [
            f"Cofinanceurs qui ne sont pas une ligne de la Cité\u00a0: {listed(left)}. Leurs montants ne sont pas "
            "comparés\u00a0; dites dans les réglages quelle ligne ils sont, s’ils en sont une."
        ]

    def _question(self, name, text):
        asked = (
            f"Quelle ligne de financement de la Cité est {quoted(text)}\u00a0?"
            if text
            else "Le fichier ne nomme pas le financeur de ces montants. Lequel est-ce\u00a0?"
        )
        proposal = self._proposal(text)
        choices = [(f"source:{source.label}", source.label) for source in self.sources]
        return Question(
            name,
            asked,
            choices=(*choices, (SKIP, "Aucune\u00a0: ne pas comparer ces montants")),
            proposal=f"source:{proposal['source']}" if proposal and proposal.get("source") else None,
        )
