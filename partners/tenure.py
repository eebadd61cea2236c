"""How long mandates last: their state on a day, the list of a Cité's, the history of a seat, mission letters."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.dates import date_fr, period_fr
from cite_educative.common.tables import Column
from partners.enums import Period
from partners.models import MissionLetter
from partners.models.network import NOTICE, protocol_key
from partners.services import seat_history
from partners.tables import mandate_period, mandate_quality

ENDING = "ending"
# state → (code, label) of its status
STATES = {
    Period.ACTIVE: ("encours", "En cours"),
    ENDING: ("attendu", "Se termine bientôt"),
    Period.COMING: ("preparation", "À venir"),
    Period.ENDED: ("close", "Terminé"),
}
MANDATE_COLUMNS = (
    Column("person", "Personne et rôle", sort=("protocol", "titular"), width=30, css="nb"),
    Column("role", "Rôle", width=30, shown=False),
    Column("quality", "Qualité", sort="title", width=40),
    Column("organisation", "Organisme", sort="organisation__search_text", width=40),
    Column("side", "Collège", width=25, shown=False),
    Column("seat", "Siège ou communes", width=40, export=False),
    Column("place", "Siège", width=40, shown=False),
    Column("communes", "Communes", shown=False),
    Column("starts_on", "Du, au", kind="date", sort="starts_on"),
    Column("ends_on", "Jusqu’au", kind="date", sort="ends_on", shown=False),
    Column("standing", "État, lettre", css="nb", export=False),
    Column("state", "État", shown=False),
    Column("letter", "Lettre de mission", shown=False),
)


def state_of(mandate, today):
    """A key of `STATES`."""
    if mandate.starts_on > today:
        return Period.COMING
    if mandate.ends_on is None or mandate.ends_on > today + NOTICE:
        return Period.ACTIVE
    return ENDING if mandate.ends_on >= today else Period.ENDED


def status_of(mandate, today):
    code, label = STATES[state_of(mandate, today)]
    return {"code": code, "label": label}


# --- The list -------------------------------------------------------------------------------------


def mandates_for_list(mandates):
    """With what the columns read and sort by, in a fixed number of queries."""
    return (
        mandates.select_related("person", "organisation", "side", "seat", "substitute_of__person")
        .prefetch_related("communes")
        .annotate(
            protocol=protocol_key(),
            titular=Coalesce("substitute_of", "pk"),
            has_letter=Exists(MissionLetter.objects.filter(mandate=OuterRef("pk"))),
        )
    )


def mandate_values(mandate):
    role = mandate.role_label
    if mandate.substitute_of:
        role = f"suppléance de {mandate.substitute_of.person.formal_name}"
    return {
        "person": mandate.person.formal_name,
        "quality": mandate.title,
        "role": role,
        "organisation": mandate.organisation.name,
        "side": str(mandate.side or ""),
        "place": str(mandate.seat or ""),
        "communes": ", ".join(commune.name for commune in mandate.communes.all()),
        "starts_on": mandate.starts_on,
        "ends_on": mandate.ends_on,
        "state": STATES[state_of(mandate, timezone.localdate())][1],
        "letter": "jointe" if mandate.has_letter else "",
    }


def mandate_row(mandate):
    values, state = mandate_values(mandate), state_of(mandate, timezone.localdate())
    until = f"au {date_fr(mandate.ends_on)}" if mandate.ends_on else ""
    said = "" if state == Period.ACTIVE else values["state"]
    standing, letter = [*filter(None, (said, "lettre jointe" if mandate.has_letter else "")), "", ""][:2]
    return values | {
        "seat": values["place"] or values["communes"] or values["side"],
        "standing": standing,
        "starts_on": date_fr(mandate.starts_on),
        "notes": {"person": values["role"], "starts_on": until, "standing": letter},
        "url": reverse("partners:person", args=[mandate.person_id]),
    }


def mandate_facts(mandate):
    """For `_facts.html`: what a correction does not change."""
    facts = (
        ("Rôle", mandate.role_label),
        ("Organisme", mandate.organisation.name),
        ("Collège", mandate.side and mandate.side.label),
        ("Siège", mandate.seat and mandate.seat.label),
        ("Supplée", mandate.substitute_of and mandate.substitute_of.person.formal_name),
    )
    return [{"label": label, "value": value} for label, value in facts if value]


def ending_lines(mandates):
    return [
        {
            "url": reverse("partners:mandate_edit", args=[mandate.pk]),
            "name": mandate.person.formal_name,
            "quality": mandate_quality(mandate),
            "ends_on": date_fr(mandate.ends_on),
        }
        for mandate in mandates
    ]


# --- A seat in time -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """A stretch of a seat's history: one titular with the substitutes, or nobody (`pk` is then None)."""

    period: str
    status: dict
    pk: int | None = None
    name: str = ""
    url: str = ""
    quality: str = ""
    is_over: bool = False
    substitutes: list = field(default_factory=list)


def seat_timeline(seat, *, today, hides_names=False):
    """Spans, latest first; what is between two titulars, or after the last one, is a vacancy. One query."""
    rows = list(seat_history(seat))
    spans, free_from = [], None
    for titular in (row for row in rows if row.substitute_of_id is None):
        if free_from and titular.starts_on > free_from:
            spans.append(_vacancy(free_from, titular.starts_on))
        substitutes = [row for row in rows if row.substitute_of_id == titular.pk]
        spans.append(_span(titular, today, hides_names, substitutes))
        free_from = titular.ends_on and titular.ends_on + timedelta(days=1)
    if free_from and (seat.closed_on is None or seat.closed_on > free_from):
        spans.append(_vacancy(free_from, seat.closed_on))
    return spans[::-1]


def _vacancy(start, end):
    """`end` is the first day that is not vacant, None when there is none."""
    period = period_fr(start, end - timedelta(days=1)) if end else f"depuis le {date_fr(start)}"
    if end is None and start > timezone.localdate():
        period = f"à partir du {date_fr(start)}"
    return Span(period=period, status={"code": "attendu", "label": "Siège vacant"})


def _span(mandate, today, hides_names, substitutes=()):
    who = {"name": mandate.person.formal_name, "url": reverse("partners:person", args=[mandate.person_id])}
    return Span(
        pk=mandate.pk,
        period=mandate_period(mandate, today),
        status=status_of(mandate, today),
        is_over=state_of(mandate, today) == Period.ENDED,
        quality="" if hides_names else mandate_quality(mandate),
        substitutes=[_span(one, today, hides_names) for one in substitutes],
        **({"name": mandate_quality(mandate)} if hides_names else who),
    )


# --- Mission letters ------------------------------------------------------------------------------


def mission_letters(letters):
    """Lines for `_mission_letters.html`, latest first; `letters` are those that the user may see."""
    rows = letters.select_related("mandate__organisation", "mandate__person").order_by("-created_at", "-pk")
    return [
        {
            "url": reverse("partners:mission_letter", args=[letter.pk]),
            "filename": letter.filename,
            "signed": f"signée le {date_fr(letter.signed_on)}" if letter.signed_on else "sans date de signature",
            "added": date_fr(letter.created_at),
            "mandate": f"{letter.mandate.role_label}, {letter.mandate.organisation}",
        }
        for letter in rows
    ]
