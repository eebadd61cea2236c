"""Rows that are in no database, on which the rules are asked.

Everything comes in two: the user's own (first commune, first organisation, first side, written by her) and another's.
Related rows are given as if prefetched, so that asking costs no query and always gives the same answer.
"""

from datetime import date

from actions.enums import ActionStatus, CommentAudience, Scope, Stage
from actions.models import (
    Action,
    ActionComment,
    Call,
    Difference,
    Exchange,
    Funding,
    FundingSource,
    LibraryItem,
    MainstreamContribution,
    Opinion,
    Scenario,
)
from cite_educative.documents.enums import State
from cite_educative.documents.models import GeneratedFile
from evaluation.models import Indicator, ProjectReview, ReviewAnswer, Survey
from governance.models import ActionPoint, Note, NoteReview
from partners.access import build_access
from partners.enums import Role, SideKind
from partners.models import Cite, Commune, Mandate, Organisation, Partnership, Person, Side, User

TODAY = date(2026, 1, 1)
CITE = Cite(pk=1, slug="exemple", name="Exemple")


def related(row, **rows):
    """Give `row` its related rows, as `prefetch_related` would."""
    row._prefetched_objects_cache = getattr(row, "_prefetched_objects_cache", {}) | rows
    return row


def rank(own):
    """The key of one's own rows, or of another's."""
    return 1 if own else 2


def user_as(role):
    """An account that acts in the Cité with this role only."""
    mandate = Mandate(
        pk=1,
        person=Person(pk=1),
        cite=CITE,
        organisation_id=1,
        role=role,
        side_id=1 if role == Role.PILOT else None,
        starts_on=TODAY,
    )
    related(mandate, communes=[Commune(pk=1)])
    user = User(pk=1, person_id=1)
    user.access = build_access([mandate], TODAY)
    return user


def cite(own):
    return CITE


def commune(own):
    return related(Commune(pk=rank(own)), cites=[CITE])


def side(own):
    return Side(pk=rank(own), cite=CITE, kind=SideKind.STATE)


def taught_cite(own):
    """One where the user's side is the Éducation nationale's, or is not."""
    return related(Cite(pk=CITE.pk), sides=[Side(pk=rank(own), kind=SideKind.EDUCATION)])


def organisation(own):
    parts = [Partnership(cite=CITE, organisation_id=rank(own))]
    return related(Organisation(pk=rank(own)), partnerships=parts, mandates=[])


def person(own):
    mandate = Mandate(person_id=rank(own), cite=CITE, starts_on=TODAY)
    return related(Person(pk=rank(own)), mandates=[mandate])


def source(own):
    return FundingSource(pk=rank(own), cite=CITE, side=side(own), organisation_id=rank(own))


def scenario(own):
    return Scenario(pk=rank(own), call=Call(cite=CITE), author_id=rank(own))


def action(status, **fields):
    """A builder of actions with this status: own ones are of the user's commune, holder and funder at once."""

    def build(own):
        row = Action(
            pk=rank(own),
            cite=CITE,
            holder_id=rank(own),
            status=status,
            **{"scope": Scope.COMMUNAL, **fields},
        )
        row.readable_stage = Stage.APPRAISAL
        return related(row, communes=[Commune(pk=rank(own))], fundings=[Funding(source=source(own))])

    return build


draft = action(ActionStatus.DRAFT)
filed = action(ActionStatus.SUBMITTED)
retained = action(ActionStatus.RETAINED)


def running(own):
    """One that goes on, and whose holder knows it."""
    row = retained(own)
    row.readable_stage = Stage.UNDER_WAY
    return row


def opinion(own):
    return Opinion(action=filed(own), side=side(own))


def named_opinion(own):
    """Asked of one person."""
    return Opinion(action=filed(own), person_id=rank(own))


def note_review(own):
    """Asked of the user's own side, or of another's."""
    return NoteReview(note=Note(cite=CITE), side=side(own))


def exchange(own):
    return Exchange(cite=CITE, author_id=rank(own), next_step="rappeler", next_step_owner_id=rank(own))


def library_item(own):
    return LibraryItem(cite=CITE, created_by_id=rank(own))


def contribution(own):
    """Of one's own institution, or of another's."""
    return MainstreamContribution(cite=CITE, institution_id=rank(own))


def comment(own):
    """Written by the user or by another, on a section of a sheet sent back."""
    sent_back = action(ActionStatus.SENT_BACK)(own)
    return ActionComment(action=sent_back, author_id=rank(own), audience=CommentAudience.HOLDER, block="public")


def difference(own):
    return Difference(action=filed(own), key="title")


def action_point(own):
    """What the user's organisation has to do, or another's."""
    return ActionPoint(cite=CITE, organisation_id=rank(own))


def indicator(own):
    """Followed by the user, or by another."""
    return Indicator(cite=CITE, owner_id=rank(own))


def closed_survey(own):
    return Survey(cite=CITE, published_on=TODAY, ended_on=TODAY, opens_on=TODAY, closes_on=TODAY)


def review_answer(own):
    """A question of the review given to the user, or to another."""
    return ReviewAnswer(review=ProjectReview(cite=CITE), owner_id=rank(own))


def suspension(own):
    """The name of a move made by hand."""
    return "suspend"


def failed_file(own):
    return GeneratedFile(state=State.FAILED)
