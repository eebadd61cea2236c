"""What the pages of the communication plan say: agreements still missing, months, photos, figures of a year."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils import timezone

from actions.models import ActionPhoto, Programme
from governance.enums import CommunicationState, PressAnswer
from governance.models import CommunicationItem, ReservePeriod

SOON = timedelta(days=60)
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class CommunicationFigures:
    """Of one civil year. `reached` and `cost` are None when no item says them: not known is not zero."""

    year: int
    done: int
    reached: int | None
    cost: Decimal | None


def communication_figures(cite, year):
    """What was really published in the year: the annual review and the plan read the same figures."""
    done = CommunicationItem.objects.filter(cite=cite, state=CommunicationState.DONE, done_on__year=year)
    found = done.aggregate(number=Count("pk"), reached=Sum("reached"), cost=Sum("cost"))
    return CommunicationFigures(year, found["number"], found["reached"], found["cost"])


def programme_of(cite, today=None):
    """The label of today, else the last one; None when the Cité has none yet."""
    today = today or timezone.localdate()
    programmes = Programme.objects.filter(cite=cite).order_by("-starts_on", "-pk")
    return programmes.filter(starts_on__lte=today, ends_on__gte=today).first() or programmes.first()


def strategy_of(cite):
    programme = programme_of(cite)
    return getattr(programme, "communication_strategy", None) if programme else None


# --- Agreements -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class SideLine:
    """One side and what its press service said; `agreement` is None when nothing was asked."""

    side: object
    agreement: object | None
    can_enter: bool = False

    @property
    def is_given(self):
        return self.agreement is not None and self.agreement.answer == PressAnswer.GIVEN

    @property
    def is_refused(self):
        return self.agreement is not None and self.agreement.answer == PressAnswer.REFUSED

    @property
    def code(self):
        if self.is_given:
            return "favorable"
        return "defavorable" if self.is_refused else "attendu" if self.agreement else "afaire"

    @property
    def said(self):
        return self.agreement.said if self.agreement else "à demander"


def side_lines(item, sides, can_enter=lambda side: False):
    """In protocol order; reads `item.agreements`, prefetched or not."""
    known = {row.side_id: row for row in item.agreements.all()}
    return [SideLine(side, known.get(side.pk), can_enter(side)) for side in sides]


def missing_sentence(item, lines):
    """What "prêt" or "diffusé" hides; "" when every side agreed or the item is not there yet."""
    if item.state not in (CommunicationState.READY, CommunicationState.DONE):
        return ""
    refused = [line.side.label for line in lines if line.is_refused]
    missing = [line.side.label for line in lines if not line.is_given and not line.is_refused]
    parts = [f"il manque l’accord de\u00a0: {', '.join(missing)}"] if missing else []
    parts += [f"accord refusé par\u00a0: {', '.join(refused)}"] if refused else []
    said = "\u00a0; ".join(parts)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


# --- Calendar -------------------------------------------------------------------------------------


def asked_month(text, today):
    """The first day of the month that an address names; this month for anything else."""
    year, _, month = text.partition("-")
    if year.isascii() and month.isascii() and year.isdigit() and month.isdigit() and len(text) <= 7:
        year, month = int(year), int(month)
        if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12:
            return date(year, month, 1)
    return today.replace(day=1)


def month_page(items, cite, first, today):
    """One month: its days, each with its items and its period of reserve; two queries."""
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    by_day = {}
    for item in items.filter(day__range=(first, last)).order_by("day", "pk"):
        by_day.setdefault(item.day, []).append(item)
    periods = list(ReservePeriod.objects.filter(cite=cite, starts_on__lte=last, ends_on__gte=first))
    days = [first + timedelta(days=number) for number in range(last.day)]
    before, after = first - timedelta(days=1), last + timedelta(days=1)
    return {
        "title": f"{MONTHS[first.month - 1]} {first.year}",
        "start": first.isoweekday(),
        "days": [_day(day, by_day.get(day, []), periods, today) for day in days],
        "periods": periods,
        "count": sum(map(len, by_day.values())),
        "before": f"{before:%Y-%m}",
        "before_label": f"{MONTHS[before.month - 1]} {before.year}",
        "after": f"{after:%Y-%m}",
        "after_label": f"{MONTHS[after.month - 1]} {after.year}",
    }


def _day(day, items, periods, today):
    reserve = next((period.label for period in periods if period.starts_on <= day <= period.ends_on), "")
    return {"day": day, "items": items, "reserve": reserve, "is_today": day == today}


# --- Photos ---------------------------------------------------------------------------------------


def photo_groups(user, cite, today=None):
    """Those that may be used, those whose leave ends soon, those that may no longer be shown.

    Every photo has had an authorisation or shows nobody (`photo_is_authorised`): without one means taken back or
    expired. Nothing leads to these.
    """
    today = today or timezone.localdate()
    photos = ActionPhoto.objects.visible_to(user).filter(action__cite=cite)
    photos = photos.select_related("action", "consent__person").order_by("action__code", "pk")
    late = Q(consent__withdrawn_on__isnull=False) | Q(consent__expires_on__lt=today)
    ending = Q(consent__expires_on__range=(today, today + SOON))
    return {
        "usable": photos.exclude(late).exclude(ending),
        "ending": photos.exclude(late).filter(ending),
        "over": photos.filter(late),
    }
