"""Essential data of grants, as the State asks who grants to publish them: SCDL « subventions » 2.0.2, UTF-8, commas.

Law for a digital Republic (2016), decree 2017-779, order of 17 November 2017: obligatory above 23 000 € a year and
beneficiary, allowed below. Only what the publishing organisation granted itself, by its own acts.
"""

import csv
import re
from dataclasses import dataclass
from io import StringIO

from actions.enums import AgreementState
from actions.finances.payments import is_refund, payment_days
from actions.models import AgreementLine, Funding, FundingEntry, Payment
from cite_educative.common.money import ZERO
from partners.models import Organisation

COLUMNS = (
    *("nomAttribuant", "idAttribuant", "dateConvention", "referenceDecision", "nomBeneficiaire", "idBeneficiaire"),
    *("rnaBeneficiaire", "objet", "montant", "nature", "conditionsVersement", "datesPeriodeVersement", "idRAE"),
    *("notificationUE", "pourcentageSubvention", "dispositifAide"),
)
SIRET, RNA = re.compile(r"\d{14}"), re.compile(r"W\d{9}")
LONGEST_OBJECT = 256
FORMULA = ("=", "+", "-", "@")
CASH, IN_KIND = "aide en numéraire", "aide en nature"
ONCE, SPREAD, OTHER = "unique", "échelonné", "autre"


@dataclass(frozen=True)
class Grant:
    """One line to publish. `faults` are sentences for what the schema refuses; the line is then left out."""

    funding: Funding
    values: dict
    faults: tuple


def publishers_of(cite):
    """The organisations that a line of the Cité stands for."""
    return Organisation.objects.filter(pk__in=cite.funding_sources.order_by().values("organisation")).order_by("name")


def grants_of(cite, organisation, year):
    """`[Grant]` of what this organisation granted in this civil year, in four queries."""
    fundings = Funding.objects.filter(
        source__cite=cite, source__organisation=organisation, budget_year=year, granted__gt=ZERO
    )
    fundings = fundings.with_release().select_related("action__holder", "action__call", "act", "source__organisation")
    fundings = list(fundings.order_by("granted_on", "action__code", "source__order", "pk"))
    days, signed = _payment_days(fundings), _signed_days(fundings)
    return [_grant(funding, organisation, days.get(funding.pk, []), signed.get(funding.pk)) for funding in fundings]


def _payment_days(fundings):
    """The days of what was paid and of what is planned."""
    payments = Payment.objects.filter(funding__in=fundings)
    days = payment_days(payments, FundingEntry.objects.filter(funding__in=fundings))
    for payment in payments:
        if payment.is_open and not is_refund(payment):
            days.setdefault(payment.funding_id, []).append(payment.due_on)
    return {key: sorted(found) for key, found in days.items()}


def _signed_days(fundings):
    """`{funding pk: day}` of the signed agreement that holds it; an amendment does not change it."""
    lines = AgreementLine.objects.filter(funding__in=fundings, agreement__state=AgreementState.SIGNED)
    return dict(lines.order_by("-agreement__signed_on").values_list("funding", "agreement__signed_on"))


def _grant(funding, organisation, days, signed_on):
    holder, act = funding.action.holder, funding.act
    agreed_on = signed_on or (funding.granted_on if act.decided_on else None)
    values = {
        "nomAttribuant": organisation.name,
        "idAttribuant": organisation.siret,
        "dateConvention": agreed_on.isoformat() if agreed_on else "",
        "referenceDecision": act.number,
        "nomBeneficiaire": holder.name if holder else "",
        "idBeneficiaire": holder.siret if holder else "",
        "rnaBeneficiaire": holder.rna if holder else "",
        "objet": funding.action.title[:LONGEST_OBJECT],
        "montant": f"{funding.granted:.2f}",
        "nature": IN_KIND if funding.in_kind else CASH,
        "conditionsVersement": (ONCE if len(days) == 1 else SPREAD) if days else OTHER,
        "datesPeriodeVersement": _period(funding, days),
        "idRAE": "",
        "notificationUE": "non",
        "pourcentageSubvention": "1",
        "dispositifAide": funding.action.call.label if funding.action.call else "",
    }
    faults = () if funding.is_released else ("les notifications de cette ligne ne sont pas libérées",)
    return Grant(funding, values, (*faults, *_faults(values)))


def _period(funding, days):
    """The days of payment; without any, from the grant to the end of the civil year that pays."""
    first, last = (days[0], days[-1]) if days else (funding.granted_on, None)
    end = last.isoformat() if last else f"{int(funding.budget_year)}-12-31"
    return first.isoformat() if first.isoformat() == end else f"{first.isoformat()}/{max(end, first.isoformat())}"


def _faults(values):
    if not SIRET.fullmatch(values["idAttribuant"]):
        yield "le SIRET du financeur manque"
    if not values["dateConvention"]:
        yield "l’acte n’a pas de date, et aucune convention n’est signée"
    if not values["nomBeneficiaire"]:
        yield "le porteur manque"
    if any(values[name].startswith(FORMULA) for name in ("objet", "nomBeneficiaire", "dispositifAide")):
        yield "un texte commence par un signe qu’un tableur exécuterait (=, +, -, @)\u00a0: corrigez-le"
    if values["idBeneficiaire"] and not SIRET.fullmatch(values["idBeneficiaire"]):
        yield "le SIRET du porteur n’a pas quatorze chiffres"
    if values["rnaBeneficiaire"] and not RNA.fullmatch(values["rnaBeneficiaire"]):
        yield "le numéro RNA du porteur n’est pas un W suivi de neuf chiffres"
    if not values["idBeneficiaire"] and not values["rnaBeneficiaire"]:
        yield "le porteur n’a ni SIRET ni RNA"


def open_data_csv(grants):
    """The file to publish: lines without fault only."""
    buffer = StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(grant.values for grant in grants if not grant.faults)
    return buffer.getvalue()
