"""How the plan stands beside the contrat de ville and ordinary policies, for one programme and one year.

Only what the reader may see is counted. An objective may answer several themes: columns are never added up.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import RowNumber

from actions.enums import ActionStatus, Step
from actions.models import Action, ContractTheme, Funding, MainstreamAbsence, MainstreamContribution, Objective, Scheme
from actions.public_money import NOT_FUNDED, euros_total, followed_actions, hours_total, readable_mainstream
from actions.readable import readable_sums

SPENT = (Step.PROGRAMMED, Step.GRANTED)
SUMMED = ("label", "kind", "amount", "valuation", "quantity", "unit")  # of a contribution


@dataclass
class ObjectiveRow:
    """`themes` are keys of `ContractTheme`; `schemes` are [(scheme, number of actions)]."""

    objective: Any
    themes: frozenset
    count: int
    programmed: Decimal | None
    granted: Decimal | None
    schemes: list = field(default_factory=list)


@dataclass
class ThemeColumn:
    theme: Any
    objectives: int = 0
    actions: int = 0


@dataclass
class Table:
    rows: list
    columns: list
    without_objective: int

    @property
    def bare_objectives(self):
        """Objectives that answer no theme of the contrat de ville."""
        return [row.objective for row in self.rows if not row.themes]

    @property
    def bare_themes(self):
        """Themes that no objective answers."""
        return [column.theme for column in self.columns if not column.objectives]

    @property
    def idle_themes(self):
        """Themes that an objective answers, without any action yet."""
        return [column.theme for column in self.columns if column.objectives and not column.actions]


def counted_actions(user, cite, year, *, drafts):
    """What the tables count: everything readable of the year but what was rejected or abandoned."""
    actions = Action.objects.visible_to(user).filter(cite=cite, budget_year=year)
    return actions.exclude(status__in=NOT_FUNDED if drafts else (*NOT_FUNDED, ActionStatus.DRAFT))


def articulation_table(user, programme, year, *, drafts=True):
    """Objectives × themes of the contrat de ville, in five queries; `drafts` counts those that the reader shares."""
    cite = programme.cite
    actions = counted_actions(user, cite, year, drafts=drafts)
    counts = dict(actions.order_by().values_list("objective").annotate(count=Count("pk")))
    money = {row["objective"]: row for row in _money(user, cite, actions)}
    schemes = _schemes(followed_actions(user, cite).filter(pk__in=actions.order_by().values("pk")))
    themes, answered = _themes(cite)
    rows = [
        ObjectiveRow(
            objective,
            frozenset(answered.get(objective.pk, ())),
            counts.get(objective.pk, 0),
            *(money.get(objective.pk, {}).get(f"sum_{step}") for step in SPENT),
            schemes=schemes.get(objective.pk, []),
        )
        for objective in Objective.objects.filter(axis__programme=programme).select_related("axis")
    ]
    return Table(rows, _columns(themes, rows), counts.get(None, 0))


def _themes(cite):
    """The themes in their order, and `{objective: themes that it answers}`, in one query: a row for each pair."""
    themes, answered = {}, {}
    for theme in ContractTheme.objects.filter(cite=cite).annotate(answering=F("objectives")):
        themes.setdefault(theme.pk, theme)
        answered.setdefault(theme.answering, set()).add(theme.pk)
    return list(themes.values()), answered


def _columns(themes, rows):
    """Themes in use, and retired ones that an objective still answers."""
    used = {pk for row in rows for pk in row.themes}
    columns = []
    for theme in themes:
        if theme.is_active or theme.pk in used:
            answering = [row for row in rows if theme.pk in row.themes]
            columns.append(ThemeColumn(theme, len(answering), sum(row.count for row in answering)))
    return columns


def _money(user, cite, actions):
    fundings = Funding.objects.in_cash().filter(
        action__in=actions.order_by().values("pk"), budget_year=F("action__budget_year")
    )
    sums = {f"sum_{step}": amount for step, amount in readable_sums(user, SPENT, cite=cite).items()}
    return fundings.order_by().values(objective=F("action__objective")).annotate(**sums)


def _schemes(actions):
    """{objective: [(scheme label, number of actions)]}."""
    links = Action.schemes.through.objects.filter(action__in=actions.order_by().values("pk"))
    found = {}
    for objective, label, count in (
        links.order_by("scheme__order", "scheme__label")
        .values_list("action__objective", "scheme__label")
        .annotate(count=Count("pk"))
    ):
        found.setdefault(objective, []).append((label, count))
    return found


# --- Schemes --------------------------------------------------------------------------------------


def scheme_links(user, cite, year):
    """The links between schemes and actions of the year, scheme after scheme."""
    actions = followed_actions(user, cite).filter(budget_year=year).exclude(status__in=NOT_FUNDED)
    links = Action.schemes.through.objects.filter(action__in=actions.order_by().values("pk"))
    return links.order_by("scheme__order", "scheme__label", "scheme", "action__code", "action")


def scheme_rows(links):
    """[(scheme, [action])] of some `scheme_links`, in one query."""
    links = links.select_related("scheme", "action__holder")
    return [(scheme, [link.action for link in found]) for scheme, found in groupby(links, lambda link: link.scheme)]


def scheme_counts(cite, links):
    """[(scheme, number of these links)] of the schemes in use or linked, in two queries."""
    numbers = dict(links.order_by().values_list("scheme").annotate(number=Count("pk")))
    schemes = Scheme.objects.filter(cite=cite)
    return [(one, numbers.get(one.pk, 0)) for one in schemes if one.is_active or one.pk in numbers]


def unlinked_count(user, cite, year):
    """Actions without any scheme."""
    links = Action.schemes.through.objects.filter(action=OuterRef("pk"))
    actions = followed_actions(user, cite).filter(~Exists(links), budget_year=year)
    return actions.exclude(status__in=NOT_FUNDED).count()


# --- Ordinary policies ----------------------------------------------------------------------------


@dataclass(frozen=True)
class InstitutionRow:
    institution: Any
    contributions: list
    cash: Decimal | None
    valued: Decimal | None
    hours: Decimal | None

    @property
    def others(self):
        """What is brought in neither euros nor hours."""
        return [row for row in self.contributions if row.kind not in ("euros", "hours")]


def institution_rows(user, cite, year, *, drafts=True, with_targets=False):
    """Contributions of the year by institution, in one query; `with_targets`: with what each one is for."""
    grouped = {}
    rows = readable_mainstream(user, cite).filter(budget_year=year)
    if not drafts:
        rows = rows.filter(Q(action=None) | ~Q(action__status=ActionStatus.DRAFT))
    if with_targets:
        rows = rows.select_related("institution", "action", "objective", "scheme")
    else:
        rows = rows.select_related("institution").only(*SUMMED, "institution__name")
    for row in rows:
        grouped.setdefault(row.institution, []).append(row)
    return [
        InstitutionRow(
            institution, found, euros_total(found, "cash"), euros_total(found, "valued"), hours_total(found)
        )
        for institution, found in sorted(grouped.items(), key=lambda pair: pair[0].name)
    ]


@dataclass(frozen=True)
class Mobilised:
    """Actions of the year by what they say of ordinary policies: how many, and the first ones of each sort."""

    some: int
    explained_count: int
    silent_count: int
    explained: list  # [(action, reason)]
    silent: list  # [action]


def mobilisation(user, cite, year, *, shown=None):
    """Of what was filed: nothing is expected of a draft yet. `shown` limits each list. One query."""
    contributions = MainstreamContribution.objects.filter(action=OuterRef("pk"))
    reason = MainstreamAbsence.objects.filter(action=OuterRef("pk")).values("reason")
    actions = followed_actions(user, cite).filter(budget_year=year)
    actions = actions.exclude(status__in=(*NOT_FUNDED, ActionStatus.DRAFT)).annotate(
        why_not=Subquery(reason),
        said=Case(
            When(Exists(contributions), then=Value("some")),
            When(why_not__gt="", then=Value("explained")),
            default=Value("silent"),
        ),
        count=Window(Count("pk"), partition_by="said"),
        place=Window(RowNumber(), partition_by="said", order_by=("code", "pk")),
    )
    # One is enough of those that mobilise something: only their number is told.
    kept = Q(said="some", place=1) | (~Q(said="some") & (Q(place__lte=shown) if shown else Q()))
    read = actions.filter(kept).select_related("holder").only("code", "title", "holder__name")
    found, counts = {"some": [], "explained": [], "silent": []}, {}
    for action in read.order_by("code", "pk"):
        found[action.said].append(action)
        counts[action.said] = action.count
    return Mobilised(
        some=counts.get("some", 0),
        explained_count=counts.get("explained", 0),
        silent_count=counts.get("silent", 0),
        explained=[(action, action.why_not) for action in found["explained"]],
        silent=found["silent"],
    )
