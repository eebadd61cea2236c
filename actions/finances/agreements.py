"""Agreements as pages show them: those to make, the list, one of them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import django_filters
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from actions.articulation_filters import YearFilterSet
from actions.enums import AgreementState
from actions.finances.agreement_content import whole_installments
from actions.models import Agreement, Funding, MoneyThresholds
from cite_educative.common.dates import date_fr
from cite_educative.common.money import ZERO, euros, short_euros, total
from cite_educative.common.tables import Column
from cite_educative.common.templatetags.formats import status_badge
from partners.enums import PRIVATE_KINDS
from partners.models import Organisation

SOON = timedelta(days=60)
BADGES = {
    AgreementState.DRAFT: "preparation",
    AgreementState.ISSUED: "instruction",
    AgreementState.SIGNED: "encours",
    AgreementState.CANCELLED: "abandonnee",
}


# --- To make --------------------------------------------------------------------------------------


READ = (  # thousands of fundings are read
    *("source__organisation", "source__organisation__name", "action__holder", "action__holder__name"),
    *("action__holder__kind", "action__title", "granted"),
)


@dataclass
class Awaited:
    """What one funder granted to one holder and no agreement holds. `is_due`: above the threshold of the law."""

    pair: tuple  # (funder pk, holder pk)
    funder: str
    holder: str
    titles: list = field(default_factory=list)
    amount: Decimal = ZERO
    is_due: bool = False


def awaited_agreements(cite, year):
    """`[Awaited]`, those that the law asks for first. Private holders only count for it (decree of 6 June 2001)."""
    found = {}
    limit, cumulated = MoneyThresholds.of(cite).agreement_above, granted_by_pair(cite, year)
    fundings = Funding.objects.agreeable().filter(source__cite=cite, budget_year=year)
    rows = fundings.order_by("action__code", "pk").values_list(*READ)
    for funder, funder_name, holder, holder_name, kind, title, granted in rows:
        if funder == holder:
            continue
        pair = funder, holder
        awaited = found.setdefault(pair, Awaited(pair, funder_name, holder_name))
        awaited.titles.append(title)
        awaited.amount += granted
        awaited.is_due = kind in PRIVATE_KINDS and limit is not None and cumulated[pair] > limit
    return sorted(found.values(), key=lambda one: (not one.is_due, one.holder, one.funder))


def granted_by_pair(cite, year):
    """`{(funder pk, holder pk): euros}` granted in cash this year."""
    rows = cite.funding_sources.filter(fundings__budget_year=year, fundings__in_kind=False).order_by()
    sums = rows.values_list("organisation", "fundings__action__holder").annotate(amount=Sum("fundings__granted"))
    found = defaultdict(lambda: ZERO)
    for funder, holder, amount in sums:
        found[funder, holder] += amount or ZERO
    return found


def awaited_lines(awaited):
    return [
        {
            "holder": one.holder,
            "funder": one.funder,
            "amount": euros(one.amount),
            "actions": one.titles,
            "is_due": one.is_due,
            "url": f"{reverse('actions:agreement_create')}?{_pair(*one.pair)}",
        }
        for one in awaited
    ]


def _pair(funder, holder):
    return urlencode({"financeur": funder, "porteur": holder})


def covered_pairs(cite, year):
    """`{(funder pk, holder pk)}` that a signed agreement holds."""
    rows = Agreement.objects.filter(cite=cite, budget_year=year, state=AgreementState.SIGNED)
    return set(rows.values_list("funder", "holder"))


# --- The list -------------------------------------------------------------------------------------


def _parties(role):
    def read(request):
        from_agreements = Agreement.objects.visible_to(request.user).order_by().values(role)
        return Organisation.objects.filter(pk__in=from_agreements)

    return read


class AgreementFilter(YearFilterSet):
    """Agreements and amendments of the Cité shown."""

    q = django_filters.CharFilter(label="Numéro, porteur ou objet", method="search")
    etat = django_filters.ChoiceFilter(
        field_name="state", label="État", choices=AgreementState.choices, empty_label="Tous"
    )
    financeur = django_filters.ModelChoiceFilter(
        field_name="funder", label="Financeur", queryset=_parties("funder"), empty_label="Tous"
    )

    class Meta:
        model = Agreement
        fields = ()

    @staticmethod
    def rows(user, cite):
        return Agreement.objects.visible_to(user).filter(cite=cite)

    def search(self, queryset, name, value):
        return queryset.filter(
            Q(number__icontains=value) | Q(title__icontains=value) | Q(holder__name__icontains=value)
        )


def agreements_of(user, cite):
    rows = Agreement.objects.visible_to(user).filter(cite=cite).select_related("funder", "holder", "amends")
    return rows.prefetch_related("signatures__organisation").with_standing()


def agreement_columns():
    return [
        Column("number", "Convention", sort=("number", "pk"), css="sans-mot", width=22),
        Column("holder", "Porteur", sort="holder__name", width=36),
        Column("funder", "Financeur", sort="funder__name", width=30),
        Column("amount", "Montant", kind="money", sort="standing_amount", total=True),
        Column("state", "État", kind="status", sort="state", width=16),
        Column("next", "Où elle en est", width=40),
        Column("ends_on", "Prend fin le", kind="date", sort="standing_ends_on"),
    ]


def agreement_row(agreement):
    return {
        "number": agreement.number or ("projet d’avenant" if agreement.amends_id else "projet"),
        "url": reverse("actions:agreement", args=[agreement.pk]),
        "holder": agreement.holder.name,
        "funder": agreement.funder.name,
        "amount": short_euros(_counted(agreement)),
        "state": status_badge(BADGES[agreement.state], agreement.get_state_display()),
        "next": next_words(agreement),
        "ends_on": date_fr(agreement.standing_ends_on),
    }


def agreement_values(agreement):
    return {
        "number": agreement.number,
        "holder": agreement.holder.name,
        "funder": agreement.funder.name,
        "amount": _counted(agreement),
        "state": agreement.get_state_display(),
        "next": next_words(agreement),
        "ends_on": agreement.standing_ends_on,
    }


def _counted(agreement):
    """What stands of it; None for an amendment, counted in what it amends, and for what was given up."""
    gone = agreement.amends_id or agreement.state == AgreementState.CANCELLED
    return None if gone else agreement.standing_amount


def agreements_total(rows):
    counted = Agreement.objects.filter(pk__in=rows.order_by().values("pk"), amends=None)
    counted = counted.exclude(state=AgreementState.CANCELLED).with_standing()
    return counted.aggregate(amount=Sum("standing_amount"))


def next_words(agreement, today=None):
    """What it waits for, or when it ends; `agreement` is read `with_standing()`."""
    today = today or timezone.localdate()
    if agreement.state == AgreementState.DRAFT:
        return "à relire et à établir"
    if agreement.state == AgreementState.CANCELLED:
        return agreement.cancel_reason or "abandonnée"
    if agreement.amends_id and agreement.state == AgreementState.SIGNED:
        return f"porte la convention à {euros(agreement.standing_amount)}"
    if agreement.state == AgreementState.ISSUED:
        return "; ".join(_waiting(one, agreement, today) for one in agreement.signatures.all() if not one.signed_on)
    ends_on = agreement.standing_ends_on
    if today > ends_on:
        return "arrivée à son terme"
    left = (ends_on - today).days
    soon = f", dans {left} jour{'s' if left > 1 else ''}" if ends_on - today <= SOON else ""
    return f"en cours jusqu’au {date_fr(ends_on)}{soon}"


def _waiting(signature, agreement, today):
    since = signature.sent_on or agreement.issued_on
    days = (today - since).days
    told = f"attend {signature.organisation}" if signature.sent_on else f"à envoyer à {signature.organisation}"
    reminded = f", relancée le {date_fr(signature.reminded_on)}" if signature.reminded_on else ""
    return f"{told}, {days} jour{'s' if days > 1 else ''}{reminded}" if days else f"{told}{reminded}"


# --- One agreement --------------------------------------------------------------------------------


def agreement_page(agreement, lines):
    amount = total(line.amount for line in lines)
    return {
        "lines": [
            {
                "action": line.funding.action,
                "source": line.funding.source.label,
                "granted": euros(line.funding.granted),
                "amount": euros(line.amount),
            }
            for line in lines
        ],
        "amount": euros(amount),
        "facts": [
            {"label": "Financeur", "value": agreement.funder.name},
            {"label": "Porteur", "value": agreement.holder.name},
            {"label": "Exercice", "value": str(int(agreement.budget_year))},
            {"label": "Durée", "value": f"du {date_fr(agreement.starts_on)} au {date_fr(agreement.ends_on)}"},
            *(
                {"label": kind.label.capitalize(), "value": f"{euros(part)}, prévu le {date_fr(due_on)}"}
                for kind, part, due_on, _ in whole_installments(agreement, lines)
            ),
        ],
        "badge": {"code": BADGES[agreement.state], "label": agreement.get_state_display()},
        "next": next_words(agreement),
    }
