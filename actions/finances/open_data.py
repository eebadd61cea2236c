"""Essential data of grants, as the State asks who grants to publish them: SCDL « subventions » 2.0.2, UTF-8, commas.

Law for a digital Republic (2016), decree 2017-779, order of 17 November 2017: obligatory above 23 000 € a year and
beneficiary, allowed below. Only what the publishing organisation granted itself, by its own acts.
"""

import csv
import re
from dataclasses import dataclass
from io import StringIO

from actions.enums import Step
from actions.models import Funding, FundingEntry
from cite_educative.common.money import ZERO
from partners.models import Organisation

COLUMNS = (
    *("nomAttribuant", "idAttribuant", "dateConvention", "referenceDecision", "nomBeneficiaire", "idBeneficiaire"),
    *("rnaBeneficiaire", "objet", "montant", "nature", "conditionsVersement", "datesPeriodeVersement", "idRAE"),
    *("notificationUE", "pourcentageSubvention", "dispositifAide"),
)
SIRET, RNA = re.compile(r"\d{14}"), re.compile(r"W\d{9}")
LONGEST_OBJECT = 256
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
    """`[Grant]` of what this organisation granted in this civil year, in two queries."""
    fundings = Funding.objects.filter(
        source__cite=cite, source__organisation=organisation, budget_year=year, granted__gt=ZERO
    )
    fundings = fundings.select_related("action__holder", "action__call", "act", "source__organisation")
    fundings = list(fundings.order_by("granted_on", "action__code", "source__order", "pk"))
    days = _payment_days(fundings)
    return [_grant(funding, organisation, days.get(funding.pk, [])) for funding in fundings]


def _payment_days(fundings):
    entries = FundingEntry.objects.filter(funding__in=fundings, step=Step.PAID, after__gt=ZERO)
    days = {}
    for key, day in entries.order_by("fact_on", "pk").values_list("funding", "fact_on"):
        days.setdefault(key, []).append(day)
    return days


def _grant(funding, organisation, days):
    holder, act = funding.action.holder, funding.act
    values = {
        "nomAttribuant": organisation.name,
        "idAttribuant": organisation.siret,
        "dateConvention": funding.granted_on.isoformat() if act.decided_on else "",
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
    return Grant(funding, values, tuple(_faults(values)))


def _period(funding, days):
    """The days of payment; not paid yet, from the grant to the end of the civil year that pays."""
    first, last = (days[0], days[-1]) if days else (funding.granted_on, None)
    end = last.isoformat() if last else f"{int(funding.budget_year)}-12-31"
    return first.isoformat() if first.isoformat() == end else f"{first.isoformat()}/{max(end, first.isoformat())}"


def _faults(values):
    if not SIRET.fullmatch(values["idAttribuant"]):
        yield "le SIRET du financeur manque"
    if not values["dateConvention"]:
        yield "l’acte n’a pas de date"
    if not values["nomBeneficiaire"]:
        yield "le porteur manque"
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
