"""Who reports on which line of an action, who reads how it goes, and what is to be brought up to date.

An action in one commune has one line, the whole. Between communes each of them has its own, under the whole that the
team and the holder write.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.utils import timezone

from actions.enums import FOLLOWED_STAGES, Scope, Stage
from actions.freshness import STALE_AFTER
from actions.models import Action, ProgressReport
from actions.readable import with_readable_stage
from partners.enums import Role

FIRST_REPORT_AFTER = timedelta(days=30)
WHOLE = "L’ensemble de l’action"


@dataclass(frozen=True)
class Line:
    """`commune` is None for the whole; `latest` is its last report, or None."""

    commune: object
    latest: object = None

    @property
    def key(self):
        return self.commune.pk if self.commune else 0

    @property
    def label(self):
        return self.commune.name if self.commune else WHOLE


def lines_of(action):
    """The lines of this action, the whole first. Reads the prefetched communes."""
    communes = list(action.communes.all())
    if action.scope == Scope.INTERCOMMUNAL and not communes:
        communes = list(action.cite.communes.all())
    is_shared = action.scope == Scope.INTERCOMMUNAL or len(communes) > 1
    return [Line(None), *(Line(commune) for commune in communes if is_shared)]


def writable_lines(user, action):
    """The lines on which the user may report; `action` comes from `with_readable_stage`.

    None before the pilots have retained it, as far as the user may know, nor once it is over.
    """
    if action.readable_stage not in FOLLOWED_STAGES:
        return []
    access, lines = user.access, lines_of(action)
    if access.has(action.cite_id, Role.LEAD, Role.CO_LEAD):
        return lines
    own = access.communes.get(action.cite_id, frozenset())
    if len(lines) == 1:
        return lines if _carries(access, action) or any(one.pk in own for one in action.communes.all()) else []
    whole = lines[:1] if _carries(access, action) else []
    return whole + [line for line in lines[1:] if line.key in own]


def removes_photos(user, action):
    """The team whatever became of the action: a leave may be taken back once it is over."""
    return user.access.has(action.cite_id, Role.LEAD, Role.CO_LEAD) or bool(writable_lines(user, action))


def _carries(access, action):
    """Its holder, or the referent of an institution that funds it."""
    if action.holder_id in access.held.get(action.cite_id, ()):
        return True
    return action.is_funded_by(access.institutions.get(action.cite_id))


def reads_weather(user, action, line_key):
    """How an action goes, its difficulties and its delays are for the team, the pilots and those concerned."""
    access = user.access
    if action.cite_id in access.steered | access.piloted or _carries(access, action):
        return True
    own = access.communes.get(action.cite_id, frozenset())
    return line_key in own or (line_key == 0 and any(commune.pk in own for commune in action.communes.all()))


def reported_lines(user, action):
    """The lines with their last report, as far as the user reads reports at all. One query."""
    reports = ProgressReport.objects.visible_to(user).filter(action=action).latest_lines()
    latest = {report.line: report for report in reports.select_related("author__person", "commune")}
    return [Line(line.commune, latest.get(line.key)) for line in lines_of(action)]


# --- What is to be brought up to date -------------------------------------------------------------


def to_report(user, cite, year, *, today=None):
    """Actions of the year on which the user should report now, the one left longest first.

    Under way for a month, and without any word of the user's lines for `STALE_AFTER`. Told to the person concerned,
    about what she or he carries; the team has the filter of the list.
    """
    today = today or timezone.localdate()
    access = user.access
    own = Q(pk__in=[])
    if cite.pk in access.held:
        own |= Q(holder__in=access.held[cite.pk])
    communes = access.communes.get(cite.pk, frozenset())
    if communes:
        located = Action.communes.through.objects.filter(action=OuterRef("pk"))
        own |= Exists(located.filter(commune__in=communes)) | Q(scope=Scope.INTERCOMMUNAL) & ~Exists(located)
    mine = ProgressReport.objects.filter(action=OuterRef("pk"), line__in=[0, *communes]).order_by()
    last = Subquery(mine.values("action").annotate(last=Max("created_at")).values("last"))
    stale_before = timezone.now() - STALE_AFTER
    actions = with_readable_stage(Action.objects.visible_to(user).filter(own, cite=cite, budget_year=year), user)
    actions = actions.annotate(last_report=last).filter(
        Q(last_report__lt=stale_before) | Q(last_report__isnull=True),
        Q(starts_on__isnull=True) | Q(starts_on__lte=today - FIRST_REPORT_AFTER),
        readable_stage__in=[Stage.UNDER_WAY, Stage.PROGRAMMED, Stage.REPORT],
    )
    return actions.select_related("holder").order_by("last_report", "code", "pk")


def next_to_report(user, cite, year, *, after):
    """The one to offer when a report is saved, or None."""
    return to_report(user, cite, year).exclude(pk=after.pk).first()


def people_reached(report):
    """Persons of all kinds, None when none is known."""
    figures = [report.children, report.young, report.parents, report.professionals]
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known else None


def summed(lines):
    """What the lines of the communes add up to, by figure: a help to write the summary, never stored."""
    total, known = Counter(), set()
    for line in lines:
        for name in ("children", "young", "parents", "professionals"):
            value = getattr(line.latest, name, None) if line.commune else None
            if value is not None:
                total[name] += value
                known.add(name)
    return {name: total[name] for name in known}
