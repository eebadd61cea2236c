"""What the filters of the list offer this reader, and the views that were named, all in one query."""

from collections import defaultdict

from django.db.models import CharField, Exists, F, IntegerField, OuterRef, Value
from django.db.models.functions import ExtractYear

from actions.models import Action, Axis, Call, FundingSource, Objective, SavedView, Scheme, Theme
from partners.context import current_cite
from partners.models import Commune, Neighbourhood, School

NOTHING = Value(0, output_field=IntegerField())


def offered(request):
    """`{filter: [(key, label)]}` in the order of the lists; read once a request."""
    if not hasattr(request, "_offered"):
        request._offered = _read(request.user, current_cite(request))
    return request._offered


def _read(user, cite):
    first, *others = (_columns(name, *found) for name, found in _sources(user, cite).items())
    found = defaultdict(list)
    for name, key, label, *order in first.union(*others, all=True):
        found[name].append((order, label, str(key)))
    return {name: [(key, label) for _, label, key in sorted(rows)] for name, rows in found.items()}


def _columns(name, rows, label="label", first=NOTHING, second=NOTHING, key="pk"):
    """A union compares columns by place."""
    return rows.order_by().values_list(Value(name, output_field=CharField()), key, label, first, second)


def _sources(user, cite):
    """(rows, label, first order, second order): newest programmes and calls first."""
    axes = Axis.objects.of_cite(cite).visible_to(user)
    visible = Action.objects.visible_to(user).filter(cite=cite)
    schools = Action.schools.through.objects.filter(school=OuterRef("pk"), action__cite=cite)
    communes = Commune.objects.filter(cites=cite)
    quarters = Neighbourhood.objects.filter(cites=cite)
    calls = Call.objects.visible_to(user).filter(cite=cite)
    no_label = Value("", output_field=CharField())
    return {
        "axe": (axes, "label", -ExtractYear("programme__starts_on"), F("order")),
        "objectif": (
            Objective.objects.filter(axis__in=axes.order_by().values("pk")),
            "label",
            -ExtractYear("axis__programme__starts_on"),
            F("axis__order") * 1000 + F("order"),
        ),
        "thematique": (Theme.objects.visible_to(user).filter(cite=cite), "label", NOTHING, F("order")),
        "territoire": (communes, "name"),
        "quartier": (quarters, "name"),
        "financeur": (FundingSource.objects.visible_to(user).filter(cite=cite), "label", NOTHING, F("order")),
        "appel": (calls, "label", -F("budget_year")),
        "dispositif": (Scheme.objects.visible_to(user).filter(cite=cite), "label", NOTHING, F("order")),
        "etablissement": (School.objects.filter(Exists(schools)), "name"),
        "vue": (SavedView.objects.visible_to(user).filter(cite=cite), "name"),
        "exercice": (visible.distinct(), no_label, -F("budget_year"), NOTHING, "budget_year"),
    }


def years(request, current):
    """Years that have a visible action, and the one chosen, the last first."""
    known = {int(key) for key, _ in offered(request).get("exercice", ())}
    return [str(year) for year in sorted({*known, int(current)}, reverse=True)]
