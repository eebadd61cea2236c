"""The arbitration board: requests of a call, amounts of one scenario, envelopes. Figures only, nothing to print."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, F, Q, Sum

from actions.finances.cells import ASIDE, board_sources
from actions.models import Action, ActionComment, Envelope, Funding, Opinion, ScenarioLine
from actions.wording import territory_words
from cite_educative.common.money import ZERO, total

GROUPINGS = {"axe": "axe", "commune": "commune", "qpv": "quartier", "porteur": "porteur"}
# What the board reads of a request; anything else would cost a query each.
READ = (
    "code",
    "title",
    "scope",
    "status",
    "call",
    "cite",
    "renews",
    "holder__name",
    "holder__kind",
    "axis__label",
    "axis__order",
)
SEVERAL, NOWHERE, NO_AXIS = "Intercommunal", "Territoire non précisé", "Sans axe"


@dataclass(frozen=True)
class Place:
    """One cell of the scenario; `version` is 0 while nothing was ever written there."""

    amount: Decimal | None = None
    version: int = 0


EMPTY = Place()


@dataclass
class BoardRow:
    action: Action
    territory: str
    groups: dict  # grouping → (rank, label)
    requested: Decimal | None = None
    last_year: Decimal | None = None
    verdicts: dict = field(default_factory=dict)  # side pk → set of verdicts
    comments: int = 0
    in_kind: set = field(default_factory=set)  # sources that bring a contribution in kind: no cell
    asked: dict = field(default_factory=dict)  # source pk → euros
    cells: dict = field(default_factory=dict)  # source pk → Place

    def amount(self, source):
        return self.cells.get(source.pk, EMPTY).amount

    def uses(self, source):
        return source.pk in self.asked or source.pk in self.in_kind or self.amount(source) is not None

    @cached_property
    def proposed(self):
        """Asked once the board is loaded."""
        return total(place.amount for place in self.cells.values())


@dataclass(frozen=True)
class BoardEnvelope:
    """Euros. `programmed` is that of the other requests of the year; `total` is None while nothing is announced."""

    source: object
    total: Decimal | None
    programmed: Decimal
    proposed: Decimal

    @property
    def available(self):
        return None if self.total is None else self.total - self.programmed

    @property
    def left(self):
        return None if self.total is None else self.available - self.proposed


@dataclass(frozen=True)
class Sums:
    requested: Decimal | None
    last_year: Decimal | None
    asked: dict
    by_source: dict
    proposed: Decimal | None


@dataclass(frozen=True)
class Board:
    """`rows` are those that the filters keep; the envelopes count every request of the call."""

    call: object
    scenario: object
    sources: list
    every_row: list
    rows: list
    envelopes: list

    def sums(self, rows):
        return Sums(
            total(row.requested for row in rows),
            total(row.last_year for row in rows),
            {source.pk: total(row.asked.get(source.pk) for row in rows) for source in self.sources},
            {source.pk: total(row.amount(source) for row in rows) for source in self.sources},
            total(row.proposed for row in rows),
        )

    def narrowed(self):
        """Without the columns that no request solicits and where this scenario writes nothing; whole if none is used."""
        used = [source for source in self.sources if any(row.uses(source) for row in self.every_row)]
        return replace(self, sources=used or self.sources)

    def grouped(self, grouping):
        """`[(label, rows)]` in the order of the programme, else of the alphabet."""
        groups = defaultdict(list)
        for row in self.rows:
            groups[row.groups[grouping]].append(row)
        return [(label, groups[rank, label]) for rank, label in sorted(groups)]


def load_board(call, scenario, filters, *, user, totals_only=False):
    """`filters`: `{"axe" | "commune" | "qpv" | "porteur": label, "avis": verdict}`. Twelve queries at most.

    `totals_only` leaves out what an edit cannot move: last year, and opinions when no filter asks for them.
    """
    sources = board_sources(call)
    rows = _rows(call)
    _add_fundings(rows, call)
    if not totals_only:
        _add_last_year(rows)
        _add_comments(rows, user)
    if "avis" in filters or not totals_only:
        _add_verdicts(rows, user)
    columns = {source.pk for source in sources}
    if scenario is not None:
        lines = ScenarioLine.objects.filter(scenario=scenario, source__in=columns).order_by()
        for action, source, amount, version in lines.values_list("action", "source", "amount", "version"):
            if action in rows:
                rows[action].cells[source] = Place(amount, version)
    every = list(rows.values())
    kept = [row for row in every if _keeps(row, filters)]
    return Board(call, scenario, sources, every, kept, _envelopes(call, sources, rows))


def _rows(call):
    actions = Action.objects.filter(call=call).exclude(status__in=ASIDE).order_by("code", "pk")
    actions = list(actions.select_related("holder", "axis").only(*READ))
    communes, quarters = _names(actions, Action.communes), _names(actions, Action.neighbourhoods)
    return {
        action.pk: BoardRow(
            action,
            territory_words(action.scope, communes[action.pk]),
            _groups(action, communes[action.pk], quarters[action.pk]),
        )
        for action in actions
    }


def _names(actions, relation):
    """`{action pk: names}` of the places of one kind: pairs, because rows of the board read nothing else of them."""
    name = relation.field.m2m_reverse_field_name()
    pairs = relation.through.objects.filter(action__in=[action.pk for action in actions])
    found = defaultdict(list)
    for action, place in pairs.order_by(f"{name}__name").values_list("action", f"{name}__name"):
        found[action].append(place)
    return found


def _groups(action, communes, quarters):
    return {
        "axe": (action.axis.order, action.axis.label) if action.axis else (99, NO_AXIS),
        "commune": _only(communes, SEVERAL if communes or action.scope == "intercommunal" else NOWHERE),
        "qpv": _only(quarters, "Plusieurs quartiers" if quarters else "Aucun quartier précisé"),
        "porteur": (0, action.holder.name),
    }


def _only(names, otherwise):
    return (0, names[0]) if len(names) == 1 else (1, otherwise)


def _add_fundings(rows, call):
    fundings = Funding.objects.filter(action__in=list(rows), budget_year=call.budget_year).order_by()
    for action, source in fundings.filter(in_kind=True).values_list("action", "source"):
        rows[action].in_kind.add(source)
    requested = fundings.in_cash().filter(requested__isnull=False).values("action", "source")
    for action, source, amount in requested.annotate(sum=Sum("requested")).values_list("action", "source", "sum"):
        rows[action].asked[source] = amount
    for row in rows.values():
        row.requested = total(row.asked.values())


def _add_last_year(rows):
    renewed = defaultdict(list)
    for row in rows.values():
        if row.action.renews_id:
            renewed[row.action.renews_id].append(row)
    granted = (
        Funding.objects.in_cash().filter(action__in=list(renewed), budget_year=F("action__budget_year")).order_by()
    )
    for action, amount in granted.values("action").annotate(sum=Sum("granted")).values_list("action", "sum"):
        for row in renewed[action]:
            row.last_year = amount


def _add_comments(rows, user):
    """How many the reader may read."""
    comments = ActionComment.objects.visible_to(user).filter(action__in=list(rows)).order_by()
    for action, number in comments.values("action").annotate(number=Count("pk")).values_list("action", "number"):
        rows[action].comments = number


def _add_verdicts(rows, user):
    opinions = Opinion.objects.visible_to(user).current().filter(action__in=list(rows), side__isnull=False)
    for action, side, verdict in opinions.order_by().values_list("action", "side", "verdict"):
        rows[action].verdicts.setdefault(side, set()).add(verdict)


def _keeps(row, filters):
    for name, wanted in filters.items():
        if name == "avis":
            if not any(wanted in verdicts for verdicts in row.verdicts.values()):
                return False
        elif row.groups[name][1] != wanted:
            return False
    return True


def _envelopes(call, sources, rows):
    announced = Envelope.objects.filter(source__in=sources, budget_year=call.budget_year)
    totals = {one.source_id: one.available for one in announced}
    elsewhere = Funding.objects.in_cash().filter(source__in=sources, budget_year=call.budget_year)
    elsewhere = elsewhere.filter(~Q(action__call=call) | Q(action__call=None)).order_by()
    programmed = dict(elsewhere.values("source").annotate(sum=Sum("programmed")).values_list("source", "sum"))
    return [
        BoardEnvelope(
            source,
            totals.get(source.pk),
            programmed.get(source.pk) or ZERO,
            total(row.amount(source) for row in rows.values()) or ZERO,
        )
        for source in sources
    ]
