"""« Ce qui m’attend » : what each role has to do, computed from facts, so that a line vanishes when it is done."""

from dataclasses import dataclass, field

from actions.enums import JOURNAL_ROLES
from cite_educative.home.awaiting import articulation, calls, personal, state_exports, statements, steering
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
                    *steering.unheard(cite),
                    *steering.envelopes(cite, current_year(request)),
                    *steering.imports(user, cite),
                    *state_exports.exports(user, cite),
                ]
                tasks += steering.ending_mandates(cite)
            elif user.access.has(cite.pk, Role.PILOT):
                tasks += steering.notes_to_read(user, cite)
            if user.access.has(cite.pk, Role.LEAD, Role.FINANCE):
                tasks += steering.acts(cite, current_year(request))
                tasks += statements.to_check(user, cite)
                tasks += statements.ending_agreements(cite)
            if cite.pk in user.access.steered:
                tasks += calls.renewals(cite)
                tasks += articulation.doubles_to_check(user, cite, current_year(request))
                tasks += steering.sheets_sent_back(user, cite)
            if cite.pk in user.access.held:
                tasks += _of_holder(user, cite)
            if cite.pk not in user.access.steered and user.access.has(cite.pk, Role.HOLDER, Role.REFERENT):
                tasks += personal.own_reports(user, cite, current_year(request))
            if user.access.communes.get(cite.pk) and cite.pk not in user.access.steered:
                tasks += personal.sheets_to_refresh(user, cite, current_year(request))
            if user.access.has(cite.pk, *JOURNAL_ROLES):
                tasks += personal.next_steps(user, cite)
            tasks += personal.mentions(user, cite)
            tasks += personal.own_mandates(user, cite)
            tasks += personal.opinions(user, cite)
            tasks += personal.failed_files(user)
            tasks += personal.failed_letters(user)
        request._awaiting = Awaiting(tasks)
    return request._awaiting


def _of_holder(user, cite):
    yield from calls.to_answer(user, cite)
    yield from personal.own_sheets(user, cite)
    yield from personal.own_pieces(user, cite)
    yield from statements.owed(user, cite)
