"""The coverage matrix: how many actions, and how much money, answer each objective for each age, theme or commune.

Only what the reader may see is counted, in SQL, whatever the number of actions. An action counts once in its row, and
in every column where it belongs: the sum of a row may be less than the sum of its cells.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Sum, Value, When

from actions.enums import AGE_BANDS, PublicKind, Scope, Stage, Step
from actions.models import Action, ActionPublic, Funding, Objective, Theme
from actions.readable import readable_fundings, with_readable_stage
from cite_educative.common.money import total
from partners.models import Commune

WITHOUT = "sans"
BETWEEN_COMMUNES = "intercommunal"
UNKNOWN_PLACE = "inconnu"
ADULTS = (PublicKind.PARENTS, PublicKind.PROFESSIONALS)
NOT_COVERING = (Stage.REJECTED, Stage.ABANDONED)


@dataclass(frozen=True)
class Column:
    """`key` is the value of the list's filter; `is_gap` for what is not said ("sans âge")."""

    key: str
    label: str
    is_gap: bool = False


@dataclass(frozen=True)
class Amounts:
    """What funders granted, and what pilots programmed where no grant is known yet; None is unknown."""

    granted: Decimal | None = None
    programmed: Decimal | None = None

    @property
    def known(self):
        return total([self.granted, self.programmed])


@dataclass(frozen=True)
class Cell:
    count: int
    amounts: Amounts


EMPTY = Cell(0, Amounts())


@dataclass(frozen=True)
class Row:
    """`key` is the value of the list's filter, "" for objectives of other programmes."""

    key: str
    label: str
    total: Cell
    cells: list
    objective: Objective | None = None


def covering_actions(user, cite, year, *, commune="", public="", theme=""):
    """Visible actions of the year that were neither rejected nor abandoned, as far as the reader may know.

    `commune`, `public` and `theme` are values of the list's filters.
    """
    actions = with_readable_stage(Action.objects.visible_to(user).filter(cite=cite, budget_year=year), user, cite=cite)
    actions = actions.exclude(readable_stage__in=NOT_COVERING)
    if commune:
        actions = actions.filter(in_place(commune))
    if public:
        actions = actions.filter(for_public(public))
    return actions.filter(on_theme(theme)) if theme else actions


def in_place(value):
    if value == BETWEEN_COMMUNES:
        return Q(scope=Scope.INTERCOMMUNAL)
    links = Action.communes.through.objects.filter(action=OuterRef("pk"))
    if value == UNKNOWN_PLACE:
        return Q(scope=Scope.COMMUNAL) & ~Exists(links)
    return Q(Exists(links.filter(commune=value)))


def for_public(value):
    publics = ActionPublic.objects.filter(action=OuterRef("pk"))
    return Q(~Exists(publics)) if value == WITHOUT else Q(Exists(publics.filter(kind=value)))


def on_theme(value):
    links = Action.themes.through.objects.filter(action=OuterRef("pk"))
    return Q(~Exists(links)) if value == WITHOUT else Q(Exists(links.filter(theme=value)))


# --- Columns --------------------------------------------------------------------------------------


def age_columns():
    kinds = [*AGE_BANDS, *ADULTS]
    return [*(Column(kind.value, kind.label.capitalize()) for kind in kinds), Column(WITHOUT, "Sans âge", True)]


def theme_columns(cite, actions):
    """Themes in use, and those retired that actions still name."""
    named = Action.themes.through.objects.filter(action__in=actions.order_by().values("pk")).values("theme")
    themes = Theme.objects.filter(cite=cite).filter(Q(is_active=True) | Q(pk__in=named))
    return [*(Column(str(theme.pk), theme.label) for theme in themes), Column(WITHOUT, "Sans thématique", True)]


def commune_columns(cite):
    communes = [Column(str(row.pk), row.name) for row in Commune.objects.filter(cites=cite)]
    return [
        *communes,
        Column(BETWEEN_COMMUNES, "Intercommunal"),
        Column(UNKNOWN_PLACE, "Territoire inconnu", True),
    ]


# --- The matrix -----------------------------------------------------------------------------------

AGES, THEMES, COMMUNES = "ages", "thematiques", "communes"
DIMENSIONS = {AGES: "publics__kind", THEMES: "themes", COMMUNES: "communes"}
ALL = object()


def matrix(user, actions, objectives, columns, view):
    """([Row], Row): one per objective, one for the actions without, one for those of other programmes if any; the sum."""
    tallies = _tallies(user, actions, view)
    keys = [column.key for column in columns]
    known = [objective.pk for objective in objectives]
    others = {objective for objective, _ in tallies} - {*known, None}
    rows = [Row(str(one.pk), one.label, *_cells([one.pk], keys, tallies), objective=one) for one in objectives]
    rows.append(Row(WITHOUT, "Sans objectif", *_cells([None], keys, tallies)))
    if others:
        rows.append(Row("", "Objectifs d’un autre programme", *_cells(others, keys, tallies)))
    return rows, Row("", "Ensemble", *_cells([*known, None, *others], keys, tallies))


def _cells(pks, keys, tallies):
    cells = [_sum([tallies[pk, key] for pk in pks if (pk, key) in tallies]) for key in (ALL, *keys)]
    return cells[0], cells[1:]


def _sum(cells):
    if len(cells) == 1:
        return cells[0]
    granted = total(cell.amounts.granted for cell in cells)
    programmed = total(cell.amounts.programmed for cell in cells)
    return Cell(sum(cell.count for cell in cells), Amounts(granted, programmed)) if cells else EMPTY


def _tallies(user, actions, view):
    """`{(objective, column or ALL): Cell}`, by four queries."""
    rows = Action.objects.filter(pk__in=actions.order_by().values("pk")).order_by()
    tallies = {}
    for objective, value, cell in _grouped(user, rows, DIMENSIONS[view]):
        if value is not None:
            tallies[objective, str(value)] = cell
        elif view != COMMUNES:
            tallies[objective, WITHOUT] = cell
    parts = {}
    for objective, value, cell in _grouped(user, rows, "scope", known_place=view == COMMUNES):
        parts.setdefault((objective, ALL), []).append(cell)
        if view == COMMUNES and value:
            parts.setdefault((objective, value), []).append(cell)
    return tallies | {key: _sum(cells) for key, cells in parts.items()}


def _grouped(user, rows, relation, *, known_place=False):
    """(objective, value of the relation, Cell). `known_place`: by what is not one commune rather than by scope."""
    if known_place:
        relation = "place"
        rows = rows.annotate(place=_place(OuterRef("pk"), "scope"))
    counts = rows.values("objective", relation).annotate(count=Count("pk", distinct=True))
    money = {(row["objective"], row["of"]): row for row in _money(user, rows, relation)}
    for row in counts:
        known = money.get((row["objective"], row[relation]))
        amounts = Amounts(known["granted_sum"], known["programmed_sum"]) if known else Amounts()
        yield row["objective"], row[relation], Cell(row["count"], amounts)


def _place(action, scope):
    """ "intercommunal", "inconnu", or "" for an action of known communes."""
    links = Action.communes.through.objects.filter(action=action)
    return Case(
        When(**{scope: Scope.INTERCOMMUNAL}, then=Value(BETWEEN_COMMUNES)),
        When(~Exists(links), then=Value(UNKNOWN_PLACE)),
        default=Value(""),
        output_field=CharField(),
    )


def _money(user, rows, relation):
    """By funding: granted when the reader knows it, else programmed when she or he knows that."""
    granted = Q(pk__in=readable_fundings(user, Step.GRANTED).filter(granted__isnull=False).values("pk"))
    programmed = Q(pk__in=readable_fundings(user, Step.PROGRAMMED).values("pk")) & ~granted
    fundings = Funding.objects.in_cash().filter(action__in=rows.values("pk"), budget_year=F("action__budget_year"))
    of = _place(OuterRef("action"), "action__scope") if relation == "place" else F(f"action__{relation}")
    grouped = fundings.order_by().annotate(of=of).values("of", objective=F("action__objective"))
    return grouped.annotate(
        granted_sum=Sum("granted", filter=granted), programmed_sum=Sum("programmed", filter=programmed)
    )


def gaps(actions):
    """What the sheets do not say: number of actions for each filter of the list."""
    return actions.order_by().aggregate(
        objectif=Count("pk", filter=Q(objective=None)),
        public=Count("pk", filter=for_public(WITHOUT)),
        thematique=Count("pk", filter=on_theme(WITHOUT)),
        territoire=Count("pk", filter=in_place(UNKNOWN_PLACE)),
    )
