"""How partners work together: meetings, presence of the pilots, what becomes of decisions. Days are those of the period."""

from collections import Counter
from statistics import median

from django.db.models import Min
from django.utils import timezone

from actions.enums import Outcome
from actions.models import Funding
from cite_educative.common.money import ZERO
from evaluation.computed.registry import Computed, computation
from evaluation.computed.words import NBSP, Decimal, capital, count, date_fr, day, decimal_fr, listed, share
from evaluation.enums import Unit
from governance.enums import DecisionStatus, EffectKind, Execution, MeetingStatus, Presence
from governance.execution import with_execution
from governance.models import Attendance, Decision, DecisionEffect, Meeting
from governance.quorum import THERE
from partners.enums import Role

NOT_COUNTED = (MeetingStatus.POSTPONED, MeetingStatus.IN_PROGRESS)


def within(period):
    """A condition on moments: the days of the period, in local time."""
    return {"starts_at__date__gte": period.starts_on, "starts_at__date__lte": period.ends_on}


def held_meetings(cite, period):
    return Meeting.objects.filter(body__cite=cite, **within(period)).held()


@computation("meetings_held", "Réunions tenues parmi les réunions prévues", Unit.PERCENT)
def meetings_held(cite, period):
    """One put off without a date is not counted; one put off to a date is the same row with that date."""
    past = Meeting.objects.filter(body__cite=cite, starts_at__lt=timezone.now(), **within(period))
    meetings = list(past.exclude(status__in=NOT_COUNTED).select_related("body").order_by("starts_at", "pk"))
    held = set(past.held().values_list("pk", flat=True))
    rows = tuple(
        (row.body.label, date_fr(row.starts_at), capital(row.get_status_display()), "oui" if row.pk in held else "non")
        for row in meetings
    )
    told = (
        f"Réunions des instances dont la date est passée, {period}{NBSP}: {len(held)} tenues sur {len(meetings)} prévues. Une réunion "
        "annulée compte parmi les prévues, une réunion reportée compte à sa nouvelle date."
    )
    url = listed("governance:meetings", annee=period.year)
    columns = ("Instance", "Date", "État", "Tenue")
    return Computed(share(len(held), len(meetings)), len(held), len(meetings), told, url, columns, rows)


def pilot_seats(cite, period):
    """`{(meeting, seat): (side label, whether it was taken)}` of the pilots expected in meetings held.

    As for the quorum: a seat is taken when its titular is present or represented, or when a substitute is present.
    """
    rows = Attendance.objects.filter(meeting__in=held_meetings(cite, period), mandate__role=Role.PILOT)
    rows = rows.exclude(presence=Presence.GUEST).select_related("mandate__side").order_by("meeting", "pk")
    seats = {}
    for row in rows:
        key = row.meeting_id, row.mandate.substitute_of_id or row.mandate_id
        seats[key] = row.mandate.side, row.presence in THERE or seats.get(key, (None, False))[1]
    return seats


def presence_rows(seats):
    """(side, present, expected, rate) in protocol order."""
    expected, there = Counter(), Counter()
    for side, is_taken in seats.values():
        expected[side] += 1
        there[side] += is_taken
    sides = sorted(expected, key=lambda side: side.order)
    return tuple(
        (side.label, str(there[side]), str(expected[side]), f"{decimal_fr(share(there[side], expected[side]))}{NBSP}%")
        for side in sides
    )


PRESENCE_COLUMNS = ("Pilote", "Présences", "Attendus", "Taux")


@computation("pilots_present", "Présence des pilotes", Unit.PERCENT)
def pilots_present(cite, period):
    seats = pilot_seats(cite, period)
    there = sum(is_taken for _, is_taken in seats.values())
    meetings = len({meeting for meeting, _ in seats})
    told = (
        f"Pilotes présents ou représentés, siège par siège, dans {count(meetings, 'réunion tenue', 'réunions tenues')}, {period}{NBSP}: "
        f"{there} sur {len(seats)} attendus."
    )
    return Computed(
        share(there, len(seats)),
        there if seats else None,
        len(seats) if seats else None,
        told,
        listed("governance:meetings", annee=period.year, etat="tenues"),
        PRESENCE_COLUMNS,
        presence_rows(seats),
    )


def decided_on(cite, year):
    """`{funding pk: day}` of the first decision, still in force, that programmed each funding of a civil year.

    The day typed with the amount where no decision of the register did it.
    """
    fundings = Funding.objects.in_cash().filter(source__cite=cite, budget_year=year, programmed__gt=ZERO)
    days = dict(fundings.values_list("pk", "programmed_on"))
    effects = DecisionEffect.objects.filter(
        funding__source__cite=cite,
        funding__budget_year=year,
        kind=EffectKind.PROGRAMME,
        after__gt=ZERO,
        gives_back=False,
        applied_at__isnull=False,
        decision__status=DecisionStatus.ADOPTED,
    )
    first = effects.order_by().values("funding").annotate(day=Min("decision__adopted_on"))
    return days | {row["funding"]: row["day"] for row in first if row["funding"] in days}


@computation("days_to_notice", "Délai entre la décision et la notification", Unit.DAYS, is_money=True)
def days_to_notice(cite, period):
    decided = decided_on(cite, period.year)
    fundings = Funding.objects.in_cash().filter(
        source__cite=cite, budget_year=period.year, outcome=Outcome.OPEN, notified_on__isnull=False
    )
    fundings = fundings.select_related("action", "source").order_by("action__code", "source__order", "pk")
    known = [(row, decided[row.pk], (row.notified_on - decided[row.pk]).days) for row in fundings if row.pk in decided]
    value = Decimal(str(median(days for *_, days in known))) if known else None
    told = (
        f"Médiane entre la décision qui programme et la notification, sur {count(len(known), 'financement notifié', 'financements notifiés')} "
        f"de {period.year}{NBSP}: {decimal_fr(value)}{f'{NBSP}jours' if known else ''}."
    )
    rows = tuple(
        (str(row.action), row.source.label, day(start), day(row.notified_on), str(days)) for row, start, days in known
    )
    columns = ("Action", "Financeur", "Décidé le", "Notifié le", "Jours")
    url = listed("actions:fundings", exercice=period.year, etape="programmed")
    return Computed(value, told=told, url=url, columns=columns, rows=rows)


def executed_day(decision):
    """The day it was executed, read `with_execution`; None while it is not."""
    if decision.execution != Execution.EXECUTED:
        return None
    if decision.executed_on:
        return decision.executed_on
    return decision.paid_on if decision.nb_amounts else decision.adopted_on


@computation("decisions_on_time", "Décisions exécutées à leur échéance", Unit.PERCENT, private_rows=True)
def decisions_on_time(cite, period):
    """A decision that another cancelled is no more to be executed."""
    adopted = Decision.objects.adopted().filter(
        body__cite=cite,
        adopted_on__range=(period.starts_on, period.ends_on),
        due_on__lt=timezone.localdate(),
    )
    decisions = list(with_execution(adopted).select_related("body").order_by("due_on", "pk"))
    days = {row.pk: executed_day(row) for row in decisions}
    on_time = sum(days[row.pk] is not None and days[row.pk] <= row.due_on for row in decisions)
    told = (
        f"Décisions adoptées, {period}, dont l’échéance est passée{NBSP}: {on_time} exécutées à l’échéance sur {len(decisions)}. Les "
        "décisions annulées et celles sans échéance ne comptent pas."
    )
    rows = tuple(
        (row.reference, row.title, day(row.due_on), capital(Execution(row.execution).label), day(days[row.pk]))
        for row in decisions
    )
    columns = ("Décision", "Objet", "Échéance", "Exécution", "Exécutée le")
    url = listed("governance:decisions", year=period.year)
    return Computed(share(on_time, len(decisions)), on_time, len(decisions), told, url, columns, rows)
