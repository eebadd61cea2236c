"""The year in four figures, and the actions of each commune."""

from dataclasses import dataclass

from django.db.models import BigIntegerField, Case, Count, Sum, When

from actions.enums import ActionStatus, Scope, Step
from actions.models import Action, Envelope
from actions.readable import sums
from cite_educative.common.money import euros

SHOWN = (Step.PROGRAMMED, Step.GRANTED, Step.PAID)
BETWEEN = 0  # the place of an intercommunal action, whose communes are not counted one by one
FILED = (ActionStatus.DRAFT, ActionStatus.ABANDONED)


def _share(part, whole, of_what):
    if part is None or not whole:
        return ""
    return f"{round(part * 100 / whole)}\u00a0% {of_what}"


def year_figures(user, cite, year):
    """Four at most, as dicts of `_figures.html`, over one same set of actions, a dash for what nobody knows.

    Who reads every action in full has them all, a referent the local ones, a holder its own; other readers have one
    figure, what was granted to the actions published.
    """
    actions = Action.objects.visible_to(user).filter(cite=cite, budget_year=year).exclude(status__in=FILED)
    access = user.access
    if cite.pk in access.money_readers:
        return _with_envelopes(user, cite, year, actions)
    if cite.pk in access.full_readers:
        return _steps(actions, user, "par les pilotes")
    if cite.pk in access.communes or cite.pk in access.institutions:
        return _steps(actions.local_to(access), user, "sur les actions que vous suivez")
    if cite.pk in access.held:
        return _steps(actions.filter(holder__in=access.held[cite.pk]), user, "sur vos actions")
    granted = sums(actions.filter(published_at__isnull=False), user, [Step.GRANTED])[Step.GRANTED]
    return [{"label": "Accordé aux actions publiées", "value": euros(granted, cents=False), "note": ""}]


def _steps(actions, user, about, notified=None):
    """What is programmed, granted and paid over these actions; `about` is said when there is no share to say."""
    known = sums(actions, user, SHOWN)
    programmed, granted, paid = (known[step] for step in SHOWN)
    notes = (
        _share(programmed, notified, "du notifié") or about,
        _share(granted, programmed, "du programmé") or "par les financeurs",
        _share(paid, granted, "de l’accordé"),
    )
    return [
        {"label": step.label.capitalize(), "value": euros(known[step], cents=False), "note": note}
        for step, note in zip(SHOWN, notes, strict=True)
    ]


def _with_envelopes(user, cite, year, actions):
    envelopes = Envelope.objects.visible_to(user).filter(source__cite=cite, budget_year=year)
    notified = envelopes.aggregate(total=Sum("notified"), number=Count("notified"))
    total, number = notified["total"], notified["number"]
    note = f"{number} financeur{'s' if number > 1 else ''}" if number else "aucune saisie"
    first = {"label": f"Enveloppes notifiées {year}", "value": euros(total, cents=False), "note": note}
    return [first, *_steps(actions, user, "", total)]


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
        actions.order_by()
        .annotate(
            place=Case(
                When(scope=Scope.INTERCOMMUNAL, then=BETWEEN), default="communes", output_field=BigIntegerField()
            )
        )
        .values_list("place")
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
    return [Place("Intercommunal", counts.get(BETWEEN, 0)), *places]
