"""The list of the reports of a year: who filed, who is late."""

import django_filters
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from actions.models import Action
from cite_educative.common.dates import date_fr
from cite_educative.common.tables import Column
from cite_educative.common.templatetags.formats import status_badge
from evaluation.enums import Category, Measure, ReportKind, ReportState
from evaluation.models import ReportReach
from evaluation.models.reports import WRITTEN
from evaluation.numbers import FEW, MASKED, number_text
from evaluation.report_dues import not_filed, readable_actions, reporting_actions
from partners.context import current_cite

LATE, EXPECTED, RETURNED, FILED, VALIDATED = "retard", "attendu", "a-reprendre", "depose", "valide"
SITUATIONS = {
    LATE: "en retard",
    EXPECTED: "attendu",
    RETURNED: "à reprendre",
    FILED: "déposé, à valider",
    VALIDATED: "validé",
}
BADGES = {LATE: "retard", EXPECTED: "attendu", RETURNED: "attendu", FILED: "instruction", VALIDATED: "fait"}


def listed_actions(user, cite, year):
    """Actions that owe a final report of this year and that the user follows, with the persons it counts."""
    people = ReportReach.objects.filter(
        report__action=OuterRef("pk"),
        report__budget_year=int(year),
        report__kind=ReportKind.FINAL,
        measure=Measure.PERSONS,
        category=Category.ALL,
    ).exclude(report__state__in=WRITTEN)
    rows = reporting_actions(readable_actions(user, cite), year).select_related("holder")
    return rows.annotate(people=Subquery(people.values("reached")[:1]))


def situation_of(action, today):
    """`action` comes from `reporting_actions`."""
    if action.report_state == ReportState.VALIDATED:
        return VALIDATED
    if action.report_state == ReportState.FILED:
        return FILED
    if action.due_on < today:
        return LATE
    return RETURNED if action.report_state == ReportState.RETURNED else EXPECTED


def _in_situation(value, today):
    returned = Q(report_state=ReportState.RETURNED)
    return {
        VALIDATED: Q(report_state=ReportState.VALIDATED),
        FILED: Q(report_state=ReportState.FILED),
        LATE: not_filed() & Q(due_on__lt=today),
        RETURNED: returned & Q(due_on__gte=today),
        EXPECTED: not_filed() & Q(due_on__gte=today) & (~returned | Q(report_state__isnull=True)),
    }[value]


def _communes(request):
    return current_cite(request).communes.all()


class ReportFilter(django_filters.FilterSet):
    """Actions that owe a report."""

    q = django_filters.CharFilter(label="Titre, code ou porteur", method="search")
    situation = django_filters.ChoiceFilter(
        label="Bilan", choices=list(SITUATIONS.items()), empty_label="Tous", method="in_situation"
    )
    commune = django_filters.ModelChoiceFilter(
        label="Commune", field_name="communes", queryset=_communes, empty_label="Toutes"
    )

    class Meta:
        model = Action
        fields = ()

    def search(self, queryset, name, value):
        return queryset.filter(pk__in=Action.objects.search(value).order_by().values("pk"))

    def in_situation(self, queryset, name, value):
        return queryset.filter(_in_situation(value, timezone.localdate()))


def report_columns(*, reminds):
    return [
        Column("action", "Action et porteur", sort="title", css="sans-mot col-large", width=50),
        Column("due_on", "Dû le", kind="date", sort="due_on"),
        Column("situation", "Où il en est", kind="status", width=18),
        Column("people", "Personnes touchées", kind="count"),
        *([Column("reminded", "Dernière relance", width=24)] if reminds else []),
    ]


def report_row(action):
    key = situation_of(action, timezone.localdate())
    return {
        "action": format_html(
            '<a class="intitule" href="{}">{}</a><span class="sous">{}</span>',
            reverse("evaluation:action_reports", args=[action.pk]),
            action.title,
            action.holder.name,
        ),
        "due_on": date_fr(action.due_on),
        "situation": status_badge(BADGES[key], SITUATIONS[key]),
        "people": people_text(action),
        "reminded": _reminded(action, key),
    }


def people_text(action):
    """Fewer than five are masked; "–" while no report is filed."""
    if action.people is None:
        return "–"
    return MASKED if action.people < FEW else number_text(action.people)


def _reminded(action, key):
    last = last_reminder(action)
    if key not in (LATE, EXPECTED, RETURNED):
        return last or "–"
    url = reverse("evaluation:report_remind", args=[action.pk])
    hidden = f" le porteur de {action.title}"
    words = f"{last} " if last else ""
    return format_html('{}<a href="{}">Relancer<span class="visually-hidden">{}</span></a>', words, url, hidden)


def last_reminder(action):
    """ "30 avril 2027", and whether anybody could be written to; "" without one."""
    if action.reminded_on is None:
        return ""
    return f"{date_fr(action.reminded_on)}{'' if action.reminded else ', sans adresse'}"


def report_values(action):
    return {
        "action": f"{action}, {action.holder.name}",
        "due_on": action.due_on,
        "situation": SITUATIONS[situation_of(action, timezone.localdate())],
        "people": MASKED if action.people is not None and action.people < FEW else action.people,
        "reminded": last_reminder(action),
    }
