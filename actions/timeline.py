"""The plan on a calendar: which actions run when, against school holidays and the day of today.

Places are percentages of a window of whole months, all of the same width: the drawing needs no style of its own.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.core.paginator import Paginator
from django.db.models import BooleanField, Case, Count, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.urls import reverse
from django.utils import timezone

from actions.enums import Scope, Stage
from actions.models import Action, HolidayPeriod, Milestone
from actions.tables import fetch_actions
from actions.wording import UNKNOWN_TERRITORY, dates_text
from cite_educative.common.dates import MONTHS, date_fr, period_fr
from partners.models import Commune

PER_PAGE = 60
START, LENGTH, GROUP, RANK = "debut", "mois", "par", "suite"
LENGTHS = (3, 6, 12)
AXIS, COMMUNE = "axe", "commune"
GROUPS = ((AXIS, "Par axe"), (COMMUNE, "Par commune"))
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
BEGINNINGS = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


@dataclass(frozen=True)
class Window:
    """So many whole months from the first day of one."""

    start: date
    months: int

    @classmethod
    def asked(cls, query, year):
        """What the address asks, else the year; what cannot be read is as if not asked."""
        found = MONTH.fullmatch(query.get(START, ""))
        start = date(int(found[1]), int(found[2]), 1) if found else date(year, 1, 1)
        length = query.get(LENGTH, "")
        return cls(start, int(length) if length in map(str, LENGTHS) else 12)

    @property
    def end(self):
        """Its last day."""
        return self.moved(self.months).start - timedelta(days=1)

    def moved(self, months):
        years, month = divmod(self.start.month - 1 + months, 12)
        return Window(date(min(max(self.start.year + years, 2000), 2099), month + 1, 1), self.months)

    def place(self, day):
        """Where the morning of a day stands, in percent: under 0 or over 100 outside."""
        length = (date(day.year + day.month // 12, day.month % 12 + 1, 1) - date(day.year, day.month, 1)).days
        months = (day.year - self.start.year) * 12 + day.month - self.start.month + (day.day - 1) / length
        return round(months * 100 / self.months, 2)

    def span(self, first, last):
        """(place, width) of a period, last day included, cut at the edges; None when it is outside."""
        left, right = max(self.place(first), 0), min(self.place(last + timedelta(days=1)), 100)
        return (left, round(right - left, 2)) if right > left else None

    def headings(self):
        starts = [self.moved(rank).start for rank in range(self.months)]
        return [
            {
                "short": BEGINNINGS[day.month - 1],
                "long": f"{MONTHS[day.month - 1]} {day.year}",
                "year": str(day.year) if day.month == 1 or not rank else "",
            }
            for rank, day in enumerate(starts)
        ]

    def __contains__(self, day):
        return self.start <= day <= self.end


def _percent(value):
    """As a drawing writes it, whatever the language of the page."""
    return f"{value:.2f}%"


# --- Which rows -----------------------------------------------------------------------------------


def _within(window):
    """Known to run in the window; of a single known day, that day."""
    begins = Q(starts_on__lte=window.end) | Q(starts_on=None, ends_on__gte=window.start, ends_on__lte=window.end)
    ends = Q(ends_on__gte=window.start) | Q(ends_on=None, starts_on__gte=window.start)
    return begins & ends


UNDATED = Q(starts_on=None, ends_on=None)


def tally(actions, window):
    """How many are drawn, how many run at other times, how many have no date; one query."""
    found = actions.order_by().aggregate(
        all=Count("pk"), drawn=Count("pk", filter=_within(window)), undated=Count("pk", filter=UNDATED)
    )
    return {**found, "elsewhere": found["all"] - found["drawn"] - found["undated"]}


def _ordered(actions, window, group):
    """Keys in the order of the page: by group, then by beginning; those without a date last, in the same order."""
    rows = actions.filter(_within(window) | UNDATED).annotate(
        is_undated=Case(When(UNDATED, then=Value(True)), default=Value(False), output_field=BooleanField())
    )
    if group == COMMUNE:
        communes = Commune.objects.filter(actions=OuterRef("pk")).order_by("name")
        links = Action.communes.through.objects.filter(action=OuterRef("pk")).order_by().values("action")
        rows = rows.annotate(
            how_many=Case(
                When(scope=Scope.INTERCOMMUNAL, then=Value(0)),
                default=Subquery(links.annotate(number=Count("pk")).values("number")),
                output_field=IntegerField(),
            ),
            first_commune=Subquery(communes.values("name")[:1]),
        )
        several = Case(
            When(how_many=0, then=Value(0)), When(how_many=1, then=Value(1)), When(how_many__gt=1, then=Value(2)),
            default=Value(3), output_field=IntegerField(),
        )  # fmt: skip
        one = Case(When(how_many=1, then=F("first_commune")), default=Value(""))
        order = (several, one)
    else:
        order = (
            F("axis__programme__starts_on").desc(nulls_last=True),
            F("axis__order").asc(nulls_last=True),
            F("axis").asc(nulls_last=True),
        )
    first = (F("starts_on").asc(nulls_last=True), F("ends_on").asc(nulls_last=True), "code", "pk")
    return rows.order_by("is_undated", *order, *first).values_list("pk", flat=True)


# --- The page -------------------------------------------------------------------------------------


def timeline(listing):
    """What the page shows: months, holidays, groups of rows, the counts of what is not drawn, links."""
    query = listing.request.GET
    window = Window.asked(query, _year(listing))
    group = query.get(GROUP) if query.get(GROUP) in dict(GROUPS) else AXIS
    counts = tally(listing.actions, window)
    pages = Paginator(_ordered(listing.actions, window, group), PER_PAGE)
    pages.count = counts["drawn"] + counts["undated"]
    page = pages.get_page(query.get(RANK))
    keys = list(page.object_list)
    found = {one.pk: one for one in fetch_actions(listing.user, listing.cite, keys, (), steps=())}
    actions = [found[key] for key in keys if key in found]
    marks = _milestones(listing.user, actions, window)
    today = timezone.localdate()
    holidays = holidays_of(listing.cite, window)
    return {
        "window": window,
        "period": period_fr(window.start, window.end),
        "months": window.headings(),
        "grid": [_percent(rank * 100 / window.months) for rank in range(1, window.months)],
        "today": _today(window, today),
        "holidays": holidays,
        "groups": _groups(actions, window, group, marks, today),
        "counts": counts,
        "page": page,
        "pages": _page_links(listing, page),
        **_links(listing, window, group, today),
    }


def _year(listing):
    """The year of the filter when there is one, else the one chosen in the frame."""
    asked = listing.request.GET.get("exercice", "")
    return int(asked) if re.fullmatch(r"20\d\d", asked) else int(listing.year)


def holidays_of(cite, window):
    """Periods of school holidays that the window shows."""
    periods = HolidayPeriod.objects.filter(cite=cite).between(window.start, window.end)
    drawn = [(period, window.span(period.starts_on, period.ends_on)) for period in periods]
    return [
        {
            "label": period.label,
            "when": period_fr(period.starts_on, period.ends_on),
            "left": _percent(span[0]),
            "width": _percent(span[1]),
        }
        for period, span in drawn
        if span
    ]


def _today(window, today):
    return {"left": _percent(window.place(today)), "label": date_fr(today)} if today in window else None


def _milestones(user, actions, window):
    """`{action: [milestone]}` of those that the window shows and the user may read; one query."""
    shown = Milestone.objects.visible_to(user).filter(
        action__in=[action.pk for action in actions], due_on__gte=window.start, due_on__lte=window.end
    )
    found = {}
    for milestone in shown.order_by("due_on", "pk"):
        found.setdefault(milestone.action_id, []).append(milestone)
    return found


def _groups(actions, window, group, marks, today):
    label = _commune_label if group == COMMUNE else _axis_label
    return [
        {
            "label": "Sans date" if undated else name,
            "is_undated": undated,
            "rows": [_row(action, window, marks.get(action.pk, ()), today) for action in rows],
        }
        for (undated, name), rows in groupby(actions, key=lambda one: (_is_undated(one), _name(one, label)))
    ]


def _name(action, label):
    return "" if _is_undated(action) else label(action)


def _is_undated(action):
    return action.starts_on is None and action.ends_on is None


def _axis_label(action):
    return action.axis.label if action.axis else "Sans axe"


def _commune_label(action):
    if action.scope == Scope.INTERCOMMUNAL:
        return "Intercommunal"
    names = [commune.name for commune in action.communes.all()]
    return names[0] if len(names) == 1 else "Plusieurs communes" if names else UNKNOWN_TERRITORY


def _row(action, window, milestones, today):
    return {
        "url": reverse("actions:detail", args=[action.pk]),
        "code": action.code,
        "title": action.title,
        "holder": action.holder.name,
        "stage": {"code": action.readable_stage, "label": Stage(action.readable_stage).label},
        "dates": dates_text(action),
        "bar": _bar(action, window),
        "marks": [
            {
                "left": _percent(window.place(one.due_on)),
                "label": one.label,
                "when": date_fr(one.due_on, year=today.year),
                "state": "fait" if one.done_on else "en retard" if one.is_late(today) else "prévu",
            }
            for one in milestones
        ],
    }


def _bar(action, window):
    """Of a single known day, that day alone; `goes_on` on the sides that the window cuts."""
    first, last = action.starts_on or action.ends_on, action.ends_on or action.starts_on
    span = window.span(first, last) if first else None
    if span is None:
        return None
    return {
        "left": _percent(span[0]),
        "width": _percent(span[1]),
        "is_open": action.starts_on is None or action.ends_on is None,
        "goes_before": first < window.start,
        "goes_after": last > window.end,
    }


# --- Links ----------------------------------------------------------------------------------------


def _links(listing, window, group, today):
    def to(**changes):
        return listing.url_with(drop=[RANK], **changes)

    def at(other):
        return to(**{START: f"{other.start:%Y-%m}"})

    current = Window(date(today.year, today.month, 1), window.months)
    return {
        "before": at(window.moved(-window.months)) if window.start.year > 2000 else "",
        "after": at(window.moved(window.months)) if window.end.year < 2099 else "",
        "now": "" if today in window else at(current),
        "lengths": [
            {"label": f"{months} mois", "url": to(**{LENGTH: str(months)}), "current": months == window.months}
            for months in LENGTHS
        ],
        "groupings": [{"label": label, "url": to(**{GROUP: key}), "current": key == group} for key, label in GROUPS],
        "undated_url": f"{reverse('actions:list')}?{_with_dates(listing, 'sans')}",
    }


def _with_dates(listing, value):
    query = listing.request.GET.copy()
    for name in (START, LENGTH, GROUP, RANK):
        query.pop(name, None)
    query["dates"] = value
    return query.urlencode()


def _page_links(listing, page):
    return {
        "previous": listing.url_with(**{RANK: str(page.number - 1)}) if page.has_previous() else "",
        "next": listing.url_with(**{RANK: str(page.number + 1)}) if page.has_next() else "",
    }
