"""What the filters of the list offer this reader, and the views that were named, all in one query."""

from collections import defaultdict

from django.db.models import CharField, Exists, F, IntegerField, OuterRef, Value
from django.db.models.functions import ExtractYear

from actions.models import Action, Axis, Call, FundingSource, Objective, SavedView, Scheme, Theme
from partners.context import current_cite
from partners.models import Commune, Neighbourhood, School

NOTHING = Value(0, output_field=IntegerField())
NO_LABEL = Value("", output_field=CharField())


def offered(request, *, everything):
    """`{filter: [(key, label)]}` in the order of the lists, of the first filters or of all; read once a request."""
    known = request.__dict__.setdefault("_offered", {})
    if everything not in known:
        known[everything] = _read(request.user, current_cite(request), everything)
    return known[everything]


def _read(user, cite, everything):
    sources = _first_sources(user, cite) | (_later_sources(user, cite) if everything else {})
    first, *others = (_columns(name, *found) for name, found in sources.items())
    found = defaultdict(list)
    for name, key, label, *order in first.union(*others, all=True):
        found[name].append((order, label, str(key)))
    return {name: [(key, label) for _, label, key in sorted(rows)] for name, rows in found.items()}


def _columns(name, rows, label="label", first=NOTHING, second=NOTHING, key="pk"):
    """A union compares columns by place."""
    return rows.order_by().values_list(Value(name, output_field=CharField()), key, label, first, second)


def _axes(user, cite):
    return Axis.objects.of_cite(cite).visible_to(user)


def _first_sources(user, cite):
    """(rows, label, first order, second order): newest programmes first."""
    return {
        "axe": (_axes(user, cite), "label", -ExtractYear("programme__starts_on"), F("order")),
        "territoire": (Commune.objects.filter(cites=cite), "name"),
        "financeur": (FundingSource.objects.visible_to(user).filter(cite=cite), "label", NOTHING, F("order")),
        "vue": (SavedView.objects.visible_to(user).filter(cite=cite), "name"),
    }


def _later_sources(user, cite):
    """The same; newest calls first."""
    visible = Action.objects.visible_to(user).filter(cite=cite)
    schools = Action.schools.through.objects.filter(school=OuterRef("pk"), action__cite=cite)
    return {
        "objectif": (
            Objective.objects.filter(axis__in=_axes(user, cite).order_by().values("pk")),
            "label",
            -ExtractYear("axis__programme__starts_on"),
            F("axis__order") * 1000 + F("order"),
        ),
        "thematique": (Theme.objects.visible_to(user).filter(cite=cite), "label", NOTHING, F("order")),
        "quartier": (Neighbourhood.objects.filter(cites=cite), "name"),
        "appel": (Call.objects.visible_to(user).filter(cite=cite), "label", -F("budget_year")),
        "dispositif": (Scheme.objects.visible_to(user).filter(cite=cite), "label", NOTHING, F("order")),
        "etablissement": (School.objects.filter(Exists(schools)), "name"),
        "exercice": (visible.distinct(), NO_LABEL, -F("budget_year"), NOTHING, "budget_year"),
    }


def years(request, current):
    """Years that have a visible action, and the one chosen, the last first."""
    known = {int(key) for key, _ in offered(request, everything=True).get("exercice", ())}
    return [str(year) for year in sorted({*known, int(current)}, reverse=True)]
