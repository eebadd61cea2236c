"""What validated reports say of each action: the only source of the persons reached."""

from collections import Counter
from dataclasses import dataclass, field

from actions.models import Action
from evaluation.enums import Breakdown, Category, GoalReached, Measure, Public
from evaluation.models import ReportGoal
from evaluation.reach import validated_reach
from evaluation.reach import validated_reports as last_reports

AGES = Category.of(Breakdown.AGE)
SAYS_NOTHING = ("", GoalReached.UNKNOWN)


@dataclass(frozen=True)
class ActionReach:
    """One action of one civil year. None is not known.

    `ages`: `{Category: persons}` of the bands that are known; `publics`: `{words: persons}`, "enfants", "parents"…
    Where a report does not tell boys from girls, or who lives elsewhere, a part is that of all the persons reached.
    """

    action: Action
    persons: int | None = None
    participations: int | None = None
    females: int | None = None
    sex_known: int | None = None
    residents: int | None = None
    residence_known: int | None = None
    ages: dict = field(default_factory=dict)
    publics: dict = field(default_factory=dict)
    goals_reached: int = 0
    goals_known: int = 0


def validated_reports(cite, year):
    """One `ActionReach` per action with a validated report of this year, in the order of codes; constant queries."""
    reports = last_reports(cite, year)
    cells = {report.action_id: {} for report in reports}
    for row in validated_reach(cite, year):
        cells[row.action][row.measure, row.category] = row.value
    reached, known = _goals(reports)
    actions = Action.objects.filter(pk__in=cells).select_related("holder").order_by("code", "pk")
    return [_of_action(action, cells[action.pk], reached[action.pk], known[action.pk]) for action in actions]


def _of_action(action, cells, goals_reached, goals_known):
    def persons(category):
        return cells.get((Measure.PERSONS, category))

    females, males, everybody = persons(Category.FEMALE), persons(Category.MALE), persons(Category.ALL)
    return ActionReach(
        action,
        persons=everybody,
        participations=cells.get((Measure.PARTICIPATIONS, Category.ALL)),
        females=females,
        sex_known=everybody if females is None or males is None else females + males,
        residents=persons(Category.QPV),
        residence_known=everybody,
        ages={band: persons(band) for band in AGES if persons(band) is not None},
        publics={public.label: persons(public) for public in Public if persons(public) is not None},
        goals_reached=goals_reached,
        goals_known=goals_known,
    )


def _goals(reports):
    """(reached, known), two `{action: number}` of the goals whose outcome is told."""
    told = ReportGoal.objects.filter(report__in=reports).exclude(reached__in=SAYS_NOTHING).order_by()
    rows = list(told.values_list("report__action", "reached"))
    return Counter(key for key, outcome in rows if outcome == GoalReached.REACHED), Counter(key for key, _ in rows)
