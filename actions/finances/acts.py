"""Funders' acts as pages show them: the list, one act and what it grants beside what was programmed."""

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from actions.amounts import difference
from actions.models import ActFile, FunderAct, Funding
from cite_educative.common.dates import date_fr
from cite_educative.common.money import euros, short_euros, total
from cite_educative.common.tables import Column

NO_FILE = "pas de fichier"


def acts_of(user, cite):
    """With the number and the sum of what each grants today, and of its files: one query of rows."""
    files = ActFile.objects.filter(act=OuterRef("pk")).order_by().values("act").annotate(number=Count("pk"))
    acts = FunderAct.objects.visible_to(user).filter(cite=cite).select_related("organisation", "call")
    return _with_grants(acts.annotate(files_count=Subquery(files.values("number"))), {})


def acts_of_year(acts, year):
    """Those that grant for this civil year, with what they grant for it alone; those that grant nothing, by their day."""
    grants = Funding.objects.filter(act=OuterRef("pk"))
    idle = Q(decided_on__year=int(year)) | Q(decided_on=None)
    kept = Q(Exists(grants.filter(budget_year=year))) | ~Exists(grants) & idle
    return _with_grants(acts.filter(kept), {"budget_year": year})


def _with_grants(acts, narrowed):
    granted = Funding.objects.in_cash().filter(act=OuterRef("pk"), **narrowed).order_by().values("act")
    return acts.annotate(
        fundings_count=Subquery(granted.annotate(number=Count("pk")).values("number")),
        granted_sum=Subquery(granted.annotate(amount=Sum("granted")).values("amount")),
    )


def act_columns():
    return [
        Column("act", "Acte", sort=("kind", "number"), css="sans-mot", width=40),
        Column("decided_on", "Pris le", kind="date", sort="decided_on"),
        Column("organisation", "Financeur", sort="organisation__name", width=36),
        Column("label", "Objet", sort="label", width=50),
        Column("fundings", "Financements", kind="count", sort="fundings_count"),
        Column("granted", "Accordé", kind="money", sort="granted_sum", total=True),
        Column("files", "Fichier", sort="files_count"),
    ]


def act_row(act):
    return {
        "act": capfirst(act),
        "url": reverse("actions:act", args=[act.pk]),
        "decided_on": date_fr(act.decided_on) if act.decided_on else "–",
        "organisation": act.organisation.name,
        "label": act.label or "–",
        "fundings": str(act.fundings_count or 0),
        "granted": short_euros(act.granted_sum),
        "files": "joint" if act.files_count else format_html('<span class="second">{}</span>', NO_FILE),
    }


def act_values(act):
    return {
        "act": capfirst(act),
        "decided_on": act.decided_on,
        "organisation": act.organisation.name,
        "label": act.label,
        "fundings": act.fundings_count or 0,
        "granted": act.granted_sum,
        "files": "joint" if act.files_count else NO_FILE,
    }


def act_lines(act):
    """What the act grants, action by action: `{"lines": […], "programmed", "granted", "gap"}`. One query."""
    fundings = list(act.fundings.select_related("action__holder", "source").order_by("action__code", "source__order"))
    cash = [funding for funding in fundings if not funding.in_kind]
    granted = total(funding.granted for funding in cash)
    programmed = total(funding.programmed for funding in cash)
    return {
        "lines": [_line(funding) for funding in fundings],
        "programmed": euros(programmed),
        "granted": euros(granted),
        "gap": difference(programmed, granted),
    }


def _line(funding):
    return {
        "funding": funding,
        "action": funding.action,
        "source": funding.source.label,
        "programmed": euros(funding.programmed),
        "programmed_note": funding.programmed_reference,
        "granted": euros(funding.granted),
        "gap": difference(funding.programmed, funding.granted),
        "reason": funding.gap_reason,
        "in_kind": funding.in_kind,
    }
