"""« Ce qui m’attend » : what each role has to do, computed from facts, so that a line vanishes when it is done."""

from dataclasses import dataclass, field

from actions.enums import JOURNAL_ROLES
from cite_educative.home.awaiting import (
    articulation,
    calls,
    consultations,
    evaluation,
    figures,
    governance,
    minutes,
    notes,
    personal,
    state_exports,
    statements,
    steering,
)
from cite_educative.home.awaiting.task import GROUPS
from partners.context import current_cite, current_year
from partners.enums import Role


@dataclass(frozen=True)
class Awaiting:
    tasks: list = field(default_factory=list)

    @property
    def count(self):
        return len(self.tasks)

    @property
    def groups(self):
        named = [(group, [task for task in self.tasks if task.group == group]) for group in GROUPS]
        return [(group, tasks) for group, tasks in named if tasks]


def awaiting(request):
    """For the user, in the chosen Cité and year; computed once per request."""
    if not hasattr(request, "_awaiting"):
        cite, user = current_cite(request), request.user
        tasks = []
        if cite:
            if user.access.has(cite.pk, Role.LEAD):
                tasks += [
                    *steering.meetings(cite),
                    *steering.envelopes(cite, current_year(request)),
                    *state_exports.exports(user, cite),
                ]
                tasks += [*steering.ending_mandates(cite), *consultations.to_close(cite)]
            elif user.access.has(cite.pk, Role.PILOT):
                tasks += _of_pilot(user, cite)
            if user.access.has(cite.pk, Role.LEAD, Role.FINANCE):
                tasks += steering.acts(cite, current_year(request))
                tasks += statements.to_check(user, cite)
                tasks += statements.ending_agreements(cite)
            if cite.pk in user.access.steered:
                tasks += _of_team(user, cite, current_year(request))
            if cite.pk in user.access.held:
                tasks += _of_holder(user, cite)
            if cite.pk not in user.access.steered and user.access.has(cite.pk, Role.HOLDER, Role.REFERENT):
                tasks += personal.own_reports(user, cite, current_year(request))
            if user.access.communes.get(cite.pk) and cite.pk not in user.access.steered:
                tasks += personal.sheets_to_refresh(user, cite, current_year(request))
            if user.access.has(cite.pk, *JOURNAL_ROLES):
                tasks += personal.next_steps(user, cite)
            if cite.pk in user.access.figure_readers:
                tasks += [*figures.late(user, cite), *figures.waiting(user, cite)]
            tasks += governance.own_points(user, cite)
            tasks += personal.mentions(user, cite)
            tasks += personal.own_mandates(user, cite)
            tasks += personal.opinions(user, cite)
            tasks += notes.to_review(user, cite)
            tasks += personal.rare(user, cite)
        request._awaiting = Awaiting(tasks)
    return request._awaiting


def _of_pilot(user, cite):
    yield from consultations.to_answer(user, cite)
    yield from steering.notes_to_read(user, cite)
    yield from minutes.to_review(user, cite)


def _of_team(user, cite, year):
    yield from minutes.unfinished(user, cite)
    yield from calls.renewals(cite)
    yield from governance.preparation(user, cite)
    yield from governance.waiting(user, cite)
    yield from articulation.doubles_to_check(user, cite, year)
    yield from steering.sheets_sent_back(user, cite)
    yield from evaluation.reports_to_validate(user, cite)


def _of_holder(user, cite):
    yield from calls.to_answer(user, cite)
    yield from personal.own_sheets(user, cite)
    yield from personal.own_pieces(user, cite)
    yield from statements.owed(user, cite)
    yield from evaluation.own_reports(user, cite)
