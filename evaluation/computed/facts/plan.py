"""Part C of the review: the strategy and the actions of the year; and G4, the indicators that are followed."""

from collections import Counter
from datetime import date

from actions.enums import AGE_BANDS, ActionStatus, NationalObjective, RequestKind
from actions.models import Action, ActionPublic, Objective
from evaluation.computed.activity import ACTION_COLUMNS, action_cells, action_list
from evaluation.computed.registry import Computed, fact
from evaluation.computed.reports import validated_reports
from evaluation.computed.retained import kept_actions, programmed_actions
from evaluation.computed.words import NBSP, capital, count, listed, persons, thousands
from evaluation.enums import Unit
from evaluation.models import Indicator
from governance.communication import programme_of

RENEWED = (RequestKind.RENEWAL, RequestKind.CHANGED)
TIMES = {
    "during_school": "temps scolaire",
    "around_school": "temps périscolaire",
    "outside_school": "temps extrascolaire",
    "during_holidays": "vacances",
}


def _spread(numbers):
    """ "axe un : 3, axe deux : 1" of `{label: number}`; None when there is nothing."""
    return ", ".join(f"{label}{NBSP}: {number}" for label, number in numbers.items() if number) or None


def _kept(year):
    return f"Actions programmées ou accordées en {year}, actions abandonnées exclues"


@fact("c1", "Axes et objectifs nationaux")
def axes(cite, year):
    programme = programme_of(cite, date(year, 12, 31))
    found = list(programme.axes.all()) if programme else []
    objectives = Counter(Objective.objects.filter(axis__in=found).order_by().values_list("axis", flat=True))
    rows = tuple((row.get_national_objective_display(), row.label, str(objectives[row.pk])) for row in found)
    told = (
        f"Axes du programme «{NBSP}{programme or 'aucun'}{NBSP}» et objectif national de chacun{NBSP}: {len(found)}."
    )
    columns = ("Objectif national", "Axe", "Objectifs")
    value = "\u00a0; ".join(f"{row.label} ({row.get_national_objective_display()})" for row in found)
    return Computed(value or None, told=told, url=listed("actions:plan"), columns=columns, rows=rows)


@fact("c2", "Actions nouvelles, reconduites, abandonnées")
def actions(cite, year):
    found = list(programmed_actions(cite, year).select_related("holder").order_by("code", "pk"))
    natures = [_nature(action) for action in found]
    numbers = Counter(natures)
    value = ", ".join(
        (
            count(numbers["nouvelle"], "nouvelle", "nouvelles"),
            count(numbers["reconduite"], "reconduite", "reconduites"),
            count(numbers["abandonnée"], "abandonnée", "abandonnées"),
        )
    )
    told = f"Actions programmées ou accordées en {year}{NBSP}: {len(found)}, dont {value}."
    rows = tuple((*action_cells(action), capital(nature)) for action, nature in zip(found, natures, strict=True))
    return Computed(value, told=told, url=action_list(year), columns=(*ACTION_COLUMNS, "Nature"), rows=rows)


def _nature(action):
    if action.status == ActionStatus.ABANDONED:
        return "abandonnée"
    return "reconduite" if action.renews_id or action.request_kind in RENEWED else "nouvelle"


@fact("c3", "Répartition par objectif et par thématique")
def objectives(cite, year):
    kept = kept_actions(cite, year)
    codes = Counter(kept.order_by().values_list("axis__national_objective", flat=True))
    by_objective = {NationalObjective(code).label: codes[code] for code in NationalObjective.values}
    by_objective["Sans axe"] = codes[None]
    links = Action.themes.through.objects.filter(action__in=kept.order_by().values("pk"))
    by_theme = Counter(links.order_by("theme__label").values_list("theme__label", flat=True))
    rows = tuple(
        (kind, label, str(number))
        for kind, numbers in (("Objectif national", by_objective), ("Thématique", by_theme))
        for label, number in numbers.items()
    )
    told = (
        f"{_kept(year)}, par objectif national de leur axe puis par thématique{NBSP}: {sum(codes.values())}. Une action de deux thématiques "
        "compte dans chacune."
    )
    columns = ("Répartition", "Libellé", "Actions")
    return Computed(_spread(by_objective), told=told, url=action_list(year), columns=columns, rows=rows)


@fact("c4", "Tranches d’âge")
def ages(cite, year):
    kept = kept_actions(cite, year)
    aimed = ActionPublic.objects.filter(action__in=kept.order_by().values("pk"), kind__in=AGE_BANDS)
    numbers, expected = Counter(), {}
    for kind, awaited in aimed.order_by().values_list("kind", "expected"):
        numbers[kind] += 1
        if awaited is not None:
            expected[kind] = expected.get(kind, 0) + awaited
    rows = tuple((kind.label, str(numbers[kind]), thousands(expected.get(kind))) for kind in AGE_BANDS)
    told = f"{_kept(year)}, par tranche d’âge visée{NBSP}: une action de deux tranches compte dans chacune. Les personnes sont celles attendues."
    columns = ("Tranche d’âge", "Actions", "Personnes attendues")
    value = _spread({kind.label: numbers[kind] for kind in AGE_BANDS})
    return Computed(value, told=told, url=action_list(year), columns=columns, rows=rows)


@fact("c5", "Enfants, jeunes, parents et professionnels touchés")
def publics(cite, year):
    """A public that no report counts is left out: it is not known, which is not zero."""
    known = [one for one in validated_reports(cite, year) if one.publics]
    sums = {}
    for one in known:
        for label, number in one.publics.items():
            sums[label] = sums.get(label, 0) + number
    rows = tuple((str(one.action), *(persons(one.publics.get(label)) for label in sums)) for one in known)
    told = (
        f"Personnes touchées d’après {count(len(known), 'bilan validé', 'bilans validés')} de {year}, public par public{NBSP}: une même "
        "personne peut être comptée par deux actions."
    )
    value = ", ".join(f"{label}{NBSP}: {persons(number)}" for label, number in sums.items()) or None
    columns = ("Action", *(capital(label) for label in sums))
    totals = ("Total", *(persons(number) for number in sums.values())) if known else ()
    return Computed(value, told=told, url=action_list(year), columns=columns, rows=rows, totals=totals)


@fact("c6", "Types de porteurs")
def holders(cite, year):
    found = kept_actions(cite, year).select_related("holder")
    by_kind, organisations = Counter(), {}
    for action in found:
        kind = action.holder.get_kind_display()
        by_kind[kind] += 1
        organisations.setdefault(kind, set()).add(action.holder_id)
    rows = tuple((capital(kind), str(len(organisations[kind])), str(number)) for kind, number in by_kind.most_common())
    told = f"{_kept(year)}, par nature du porteur{NBSP}: {by_kind.total()}."
    columns = ("Nature du porteur", "Porteurs", "Actions")
    value = _spread(dict(by_kind.most_common()))
    return Computed(value, told=told, url=action_list(year), columns=columns, rows=rows)


@fact("c7", "Temps de l’enfant")
def times(cite, year):
    found = list(kept_actions(cite, year).order_by().values_list(*TIMES))
    numbers = {label: sum(row[rank] for row in found) for rank, label in enumerate(TIMES.values())}
    untold = sum(not any(row) for row in found)
    rows = tuple((capital(label), str(number)) for label, number in (*numbers.items(), ("temps non précisé", untold)))
    told = f"{_kept(year)}, par temps de l’enfant{NBSP}: {len(found)}. Une action de deux temps compte dans chacun."
    return Computed(_spread(numbers), told=told, url=action_list(year), columns=("Temps", "Actions"), rows=rows)


@fact("g4", "Indicateurs suivis", Unit.NUMBER)
def indicators(cite, year):
    found = list(Indicator.objects.filter(cite=cite, is_active=True))
    rows = tuple(
        (row.code, row.name, capital(row.get_level_display()), capital(row.get_nature_display())) for row in found
    )
    told = f"Indicateurs du protocole suivis aujourd’hui{NBSP}: {len(found)}."
    columns = ("Code", "Indicateur", "Niveau", "Origine")
    return Computed(len(found), told=told, url=listed("evaluation:home"), columns=columns, rows=rows)
