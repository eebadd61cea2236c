"""Which line of the Cité each funder of an export is. An export never creates one: it is named, or left aside."""

from actions.imports.funders import DEFAULT, Funders
from actions.imports.structures import Question
from actions.imports.words import quoted
from cite_educative.common.search import normalise

SKIP = "skip"


class ExportFunders(Funders):
    def resolve(self, text, line):
        name = f"{DEFAULT}:{normalise(text)}" if text else DEFAULT
        if self.answers.get(name) == SKIP:
            return None
        found = super().resolve(text, line)
        return found if found and found.source else None

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
