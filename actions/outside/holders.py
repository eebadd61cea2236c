"""Which organisation of the Cité each holder of the table is; nobody becomes a partner because a table names it."""

from actions.imports.structures import HolderRef, Question
from actions.imports.words import quoted
from cite_educative.common.search import normalise
from cite_educative.common.spreadsheets import Field
from partners.models import Organisation
from partners.services.matching import OrganisationMatcher, likeness, name_key, trigrams

NEAR = 0.72
NOBODY = "none"


class OutsideHolders:
    """`resolve(line)` gives a `HolderRef`, its `organisation` None when it is no partner of the Cité.

    A SIRET or the same name is sure; a near name is asked, and nobody unless answered.
    """

    def __init__(self, cite, answers):
        self._answers = answers
        self._own = set(Organisation.objects.in_cite(cite).values_list("pk", flat=True))
        self._matcher = OrganisationMatcher(cite)
        self._refs, self.questions = {}, {}

    def resolve(self, line):
        name, siret = line.get(Field.HOLDER_NAME), line.get(Field.HOLDER_SIRET)
        if not name:
            line.errors.append("Cette ligne n’a pas de porteur\u00a0: écrivez son nom.")
            return None
        key = name_key(name), siret
        if key not in self._refs:
            found = self._find(line, name, siret)
            self._refs[key] = HolderRef(name[:255], siret or name_key(name), found, siret)
        return self._refs[key]

    def _find(self, line, name, siret):
        found, proposals = self._matcher.match(name, siret)
        if found:
            return found if found.pk in self._own else None
        near = [one for one in proposals if one.pk in self._own and _likeness(name, one) >= NEAR]
        if not near:
            return None
        question = f"holder:{normalise(name)}"
        answer = self._answers.get(question)
        if not answer:
            self.questions[question] = _question(question, line, name, near)
        return next((one for one in near if str(one.pk) == answer), None)

    @property
    def refs(self):
        return list(self._refs.values())


def _likeness(name, organisation):
    grams = trigrams(name_key(name))
    names = filter(None, (organisation.name, organisation.acronym))
    return max(likeness(grams, trigrams(name_key(one))) for one in names)


def _question(question, line, name, near):
    return Question(
        question,
        f"Le porteur {quoted(name)} (ligne {line.number}) est-il un organisme de la Cité\u00a0?",
        choices=(
            (NOBODY, "Non, ce n’est aucun d’eux"),
            *((str(one.pk), f"Oui, c’est {one.name}") for one in near),
        ),
        proposal=NOBODY,
        required=False,
    )
