"""Statements as pages show them: who owes what, and one of them."""

from datetime import date, timedelta

import django_filters
from django.db.models import DateField, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from actions.enums import StatementState
from actions.finances.statements import (
    attestation,
    gap_limit,
    is_beyond,
    owing,
    result_sentence,
    result_warning,
    share_sentence,
    sums_of,
)
from actions.models import Action, FinancialStatement, Funding, usual_due_day
from cite_educative.common.dates import date_fr
from cite_educative.common.money import euros, short_euros, total
from cite_educative.common.tables import Column
from cite_educative.common.templatetags.formats import status_badge

SOON = timedelta(days=60)
EXPECTED, LATE, COMING, TO_CHECK, DONE = "attendu", "retard", "a-venir", "depose", "accepte"
SITUATIONS = {
    LATE: "en retard",
    EXPECTED: "attendu",
    COMING: "pas encore attendu",
    TO_CHECK: "déposé, à relire",
    DONE: "accepté",
}
STAGE_WORDS = {"d60": "60 jours avant", "d30": "30 jours avant", "late": "le lendemain", "hand": "à la main"}
TOTALS = {
    "granted": Sum("granted_sum"),
    "paid": Sum("paid_sum"),
    "spent": Sum("statement_spent"),
    "unspent": Sum("statement_unspent"),
}
BADGES = {LATE: "retard", EXPECTED: "attendu", COMING: "preparation", TO_CHECK: "instruction", DONE: "close"}


def statement_actions(user, cite, year):
    """Actions that owe a statement for this civil year, with what is known of it: one query of rows."""
    of_action = FinancialStatement.objects.filter(action=OuterRef("pk"), budget_year=year)
    sums = Funding.objects.in_cash().filter(action=OuterRef("pk"), budget_year=year).order_by().values("action")
    is_holder = cite.pk not in user.access.money_readers
    return (
        owing(Action.objects.visible_to(user).filter(cite=cite), year, told=is_holder)
        .select_related("holder")
        .annotate(
            statement_year=Value(int(year)),
            due_on=Coalesce(
                Subquery(of_action.values("due_on")), Value(usual_due_day(year)), output_field=DateField()
            ),
            statement_state=Subquery(of_action.values("state")),
            statement_filed_on=Subquery(of_action.values("filed_on")),
            statement_spent=Subquery(of_action.values("spent")),
            statement_unspent=Subquery(of_action.values("unspent")),
            statement_reminders=Subquery(of_action.values("reminders")),
            granted_sum=Subquery(sums.annotate(amount=Sum("granted")).values("amount")),
            paid_sum=Subquery(sums.annotate(amount=Sum("paid")).values("amount")),
        )
    )


def situation_of(state, due_on, today):
    if state == StatementState.ACCEPTED:
        return DONE
    if state == StatementState.FILED:
        return TO_CHECK
    if today > due_on:
        return LATE
    return EXPECTED if due_on - today <= SOON else COMING


def _in_situation(value, today):
    return {
        DONE: Q(statement_state=StatementState.ACCEPTED),
        TO_CHECK: Q(statement_state=StatementState.FILED),
        LATE: open_statements() & Q(due_on__lt=today),
        EXPECTED: open_statements() & Q(due_on__range=(today, today + SOON)),
        COMING: open_statements() & Q(due_on__gt=today + SOON),
    }[value]


def open_statements():
    """A condition on `statement_actions`: not filed yet."""
    return Q(statement_state__isnull=True) | Q(statement_state__in=[StatementState.DRAFT, StatementState.SENT_BACK])


class StatementFilter(django_filters.FilterSet):
    """Actions that owe a statement."""

    q = django_filters.CharFilter(label="Titre, code ou porteur", method="search")
    situation = django_filters.ChoiceFilter(
        label="Compte rendu", choices=list(SITUATIONS.items()), empty_label="Tous", method="in_situation"
    )

    class Meta:
        model = Action
        fields = ()

    def search(self, queryset, name, value):
        return queryset.filter(pk__in=Action.objects.search(value).order_by().values("pk"))

    def in_situation(self, queryset, name, value):
        return queryset.filter(_in_situation(value, timezone.localdate()))


def statement_columns():
    return [
        Column("action", "Action et porteur", sort="title", css="sans-mot col-large", width=50),
        Column("granted", "Accordé", kind="money", sort="granted_sum", total=True),
        Column("paid", "Versé", kind="money", sort="paid_sum", total=True),
        Column("due_on", "Dû le", kind="date", sort="due_on"),
        Column("situation", "Où il en est", kind="status", width=18),
        Column("spent", "Dépensé", kind="money", sort="statement_spent", total=True),
        Column("unspent", "Non employé", kind="money", sort="statement_unspent", total=True),
        Column("reminded", "Dernière relance", width=24),
    ]


def statement_row(action):
    key = situation_of(action.statement_state, action.due_on, timezone.localdate())
    words = "à corriger" if action.statement_state == StatementState.SENT_BACK else SITUATIONS[key]
    return {
        "action": format_html(
            '<a class="intitule" href="{}">{}</a><span class="sous">{}</span>',
            statement_url(action, action.statement_year),
            action.title,
            action.holder.name,
        ),
        "granted": short_euros(action.granted_sum),
        "paid": short_euros(action.paid_sum),
        "due_on": date_fr(action.due_on),
        "situation": status_badge(BADGES[key], words),
        "spent": short_euros(action.statement_spent),
        "unspent": short_euros(action.statement_unspent),
        "reminded": last_reminder(action.statement_reminders) or "–",
    }


def statement_url(action, year):
    """The address names the civil year when it is not the action's own."""
    url = reverse("actions:statement", args=[action.pk])
    return url if int(year) == action.budget_year else f"{url}?exercice={int(year)}"


def statement_values(action):
    key = situation_of(action.statement_state, action.due_on, timezone.localdate())
    return {
        "action": f"{action}, {action.holder.name}",
        "granted": action.granted_sum,
        "paid": action.paid_sum,
        "due_on": action.due_on,
        "situation": SITUATIONS[key],
        "spent": action.statement_spent,
        "unspent": action.statement_unspent,
        "reminded": last_reminder(action.statement_reminders),
    }


def last_reminder(reminders):
    """ "30 avril 2027 (60 jours avant)", and whether anybody could be written to; "" without one."""
    if not reminders:
        return ""
    last = reminders[-1]
    told = "" if last["sent_to"] else ", sans adresse"
    day = date.fromisoformat(last["on"])
    return f"{date_fr(day)} ({STAGE_WORDS[last['stage']]}{told})"


# --- One statement --------------------------------------------------------------------------------


def statement_page(statement, lines, fundings, *, told):
    """`told`: the fundings whose answer this reader may know."""
    today = timezone.localdate()
    key = situation_of(statement.state, statement.due_on, today)
    sums, limit = sums_of(lines), gap_limit(statement.action.cite)
    known = [funding for funding in fundings if funding.pk in told]
    return {
        "badge": {"code": BADGES[key], "label": statement.get_state_display() if statement.pk else SITUATIONS[key]},
        "statement_facts": [
            {"label": "Dû le", "value": date_fr(statement.due_on)},
            {"label": "Accordé", "value": euros(total(funding.granted for funding in known))},
            {"label": "Versé", "value": euros(total(funding.paid for funding in known))},
            *_filed_facts(statement),
        ],
        "reminder": last_reminder(statement.reminders),
        "result": result_sentence(sums),
        "result_warning": result_warning(statement, lines, sums),
        "share_sentence": share_sentence(total(funding.granted for funding in known), sums.income),
        "limit": limit,
        "beyond": {id(line) for line in lines if limit is not None and is_beyond(line, limit)},
        "attestation": attestation(statement, total(funding.granted for funding in known)),
        "content": statement.content or None,
    }


def _filed_facts(statement):
    if not statement.filed_on:
        return []
    where = f", {statement.get_filed_in_display()}" if statement.filed_in else ""
    return [
        {"label": "Déposé", "value": f"{date_fr(statement.filed_on)}{where}"},
        {"label": "Dépensé", "value": euros(statement.spent)},
        {"label": "Non employé", "value": euros(statement.unspent)},
        {"label": "Personnes touchées", "value": str(statement.people_reached or "–")},
    ]


def share_rows(statement):
    rows = statement.shares.with_refund().order_by("funding__source__order", "pk")
    return [
        {
            "share": row,
            "source": row.funding.source.label,
            "justified": euros(row.justified),
            "to_refund": euros(row.to_refund),
            "asked": date_fr(row.refund_asked_on) if row.refund_asked_on else "",
            "refunded": date_fr(row.came_back_on) if row.came_back_on else "",
        }
        for row in rows
    ]
