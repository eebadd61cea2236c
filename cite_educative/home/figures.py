"""The year in four figures, and the actions of each commune."""

from dataclasses import dataclass

from django.db.models import Count, Sum

from actions.enums import ActionStatus, Scope, Step
from actions.models import Action, Envelope
from actions.readable import sums
from cite_educative.common.money import euros

SHOWN = (Step.PROGRAMMED, Step.GRANTED, Step.PAID)
FILED = (ActionStatus.DRAFT, ActionStatus.ABANDONED)


def _share(part, whole, of_what):
    if part is None or not whole:
        return ""
    return f"{round(part * 100 / whole)}\u00a0% {of_what}"


def year_figures(user, cite, year):
    """Four at most, as dicts of `_figures.html`; each role sees the sums it may read, a dash for what nobody knows."""
    actions = Action.objects.visible_to(user).filter(cite=cite, budget_year=year).exclude(status__in=FILED)
    known = sums(actions, user, SHOWN)
    programmed, granted, paid = (known[step] for step in SHOWN)
    # Others read each sum on different actions: a share of one in the other would mean nothing.
    reads_all = cite.pk in user.access.money_readers
    figures = [
        {"label": "Programmé", "value": euros(programmed, cents=False), "note": "par les pilotes"},
        {
            "label": "Accordé",
            "value": euros(granted, cents=False),
            "note": (reads_all and _share(granted, programmed, "du programmé")) or "par les financeurs",
        },
        {
            "label": "Versé",
            "value": euros(paid, cents=False),
            "note": _share(paid, granted, "de l’accordé") if reads_all else "",
        },
    ]
    if reads_all:
        envelopes = Envelope.objects.visible_to(user).filter(source__cite=cite, budget_year=year)
        notified = envelopes.aggregate(total=Sum("notified"), number=Count("notified"))
        figures[0]["note"] = _share(programmed, notified["total"], "du notifié")
        number = notified["number"]
        note = f"{number} financeur{'s' if number > 1 else ''}" if number else "aucune saisie"
        figures.insert(
            0, {"label": f"Enveloppes notifiées {year}", "value": euros(notified["total"], cents=False), "note": note}
        )
    return figures


@dataclass(frozen=True)
class Place:
    """Where actions are; `pk` is the commune's, None for what is no commune."""

    label: str
    count: int
    latitude: float | None = None
    longitude: float | None = None
    pk: int | None = None


def actions_by_commune(user, cite, year):
    """Intercommunal actions first, then each commune of the Cité; an action on two communes counts in both."""
    actions = Action.objects.visible_to(user).filter(cite=cite, budget_year=year).exclude(status__in=FILED)
    counts = dict(
        actions.filter(scope=Scope.COMMUNAL)
        .order_by()
        .values_list("communes")
        .annotate(number=Count("pk", distinct=True))
    )
    places = [
        Place(commune.name, counts.get(commune.pk, 0), commune.latitude, commune.longitude, commune.pk)
        for commune in cite.communes.order_by("name")
    ]
    places.sort(key=lambda place: -place.count)
    elsewhere = counts.get(None, 0)
    if elsewhere:
        places.append(Place("Commune non renseignée", elsewhere))
    return [Place("Intercommunal", actions.filter(scope=Scope.INTERCOMMUNAL).count()), *places]
