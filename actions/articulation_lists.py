"""The lists of ordinary policies and of other programmes: columns, rows of ready strings, values for the exports."""

from django.db.models import Sum
from django.urls import reverse
from django.utils.html import format_html

from actions.enums import MainstreamKind, Step, Valuation
from cite_educative.common.dates import date_fr
from cite_educative.common.money import DASH, short_euros
from cite_educative.common.tables import Column

# --- Ordinary policies ----------------------------------------------------------------------------

MAINSTREAM_COLUMNS = [
    Column("label", "Apport", sort="label", css="sans-mot", width=50),
    Column("institution", "Institution", sort="institution__name"),
    Column("target", "Pour", width=50),
    Column("kind", "En quoi", sort="kind", width=18),
    Column("valued", "Valorisé", kind="money", total=True),
    Column("cash", "Versé", kind="money", total=True),
    Column("measure", "Autre mesure", width=20),
    Column("scheme", "Dispositif", sort="scheme__label", shown=False, width=18),
    Column("budget_year", "Exercice", kind="count", sort="budget_year"),
    Column("source", "D’où vient l’information", shown=False),
    Column("informed_on", "Connu le", kind="date", shown=False),
    Column("note", "Précisions", shown=False, width=50),
]


def mainstream_totals(rows):
    """Euros valued and euros spent, apart; what is not in euros is in no sum."""
    sums = dict(
        rows.filter(kind=MainstreamKind.EUROS).order_by().values_list("valuation").annotate(total=Sum("amount"))
    )
    return {"valued": sums.get(Valuation.VALUED), "cash": sums.get(Valuation.CASH)}


def measure(row):
    """ "36 heures"; "" when nobody counted."""
    if row.quantity is None:
        return ""
    number = f"{row.quantity.normalize():f}".replace(".", ",")
    return f"{number}\u00a0{row.unit or row.get_kind_display()}"


def target(row):
    """The action, the objective, or the whole Cité."""
    if row.action:
        return str(row.action)
    return f"Objectif «\u00a0{row.objective}\u00a0»" if row.objective else "Toute la Cité"


def mainstream_line(row, *, edits=False):
    is_euros = row.kind == MainstreamKind.EUROS
    return {
        "pk": row.pk,
        "label": row.label,
        "institution": row.institution.name,
        "target": target(row),
        "scheme": row.scheme.label if row.scheme else "",
        "kind": row.get_kind_display(),
        "amount": short_euros(row.amount) if is_euros or row.amount is not None else "",
        "valuation": row.get_valuation_display() if row.amount is not None else "",
        "measure": measure(row),
        "source": row.source,
        "note": row.note,
        "informed_on": date_fr(row.informed_on),
        "edits": edits,
    }


def mainstream_row(can_edit):
    """`can_edit(row)`: whose line leads to its form."""

    def row(instance):
        line = mainstream_line(instance)
        amounts = {Valuation.CASH: "cash", Valuation.VALUED: "valued"}
        place = amounts[instance.valuation]
        target_text = line["target"]
        if instance.action:
            url = reverse("actions:action_mainstream", args=[instance.action_id])
            target_text = format_html('<a href="{}">{}</a>', url, target_text)
        return {
            **{name: line[name] for name in ("label", "institution", "kind", "measure")},
            "url": reverse("actions:mainstream_update", args=[instance.pk]) if can_edit(instance) else "",
            "target": target_text,
            "notes": {"label": line["scheme"]},
            place: short_euros(instance.amount) if instance.kind == MainstreamKind.EUROS else "",
            "budget_year": str(instance.budget_year),
        }

    return row


def mainstream_values(instance):
    line = mainstream_line(instance)
    place = "cash" if instance.valuation == Valuation.CASH else "valued"
    return {
        **{name: line[name] for name in ("label", "institution", "target", "kind", "scheme", "measure", "source", "note")},
        place: instance.amount if instance.kind == MainstreamKind.EUROS else None,
        "budget_year": int(instance.budget_year),
        "informed_on": instance.informed_on,
    }  # fmt: skip


# --- Other programmes -----------------------------------------------------------------------------

OUTSIDE_COLUMNS = [
    Column("title", "Subvention", sort="title", css="sans-mot", width=60),
    Column("holder", "Porteur", sort="holder_name", width=40),
    Column("programme", "Programme", sort="programme", width=24),
    Column("funder", "Financeur", sort="funder", width=24),
    Column("place", "Territoire", sort="place", width=24),
    Column("amount", "Montant", kind="money", sort="amount"),
    Column("step", "Ce montant est", sort="step", width=14),
    Column("reference", "Référence", sort="reference", width=18),
    Column("budget_year", "Exercice", kind="count", sort="budget_year"),
    Column("row_number", "Ligne du fichier", kind="count", shown=False),
    Column("file", "Fichier", shown=False),
]


def outside_sums(rows):
    """[(words, amount text)] of what is filtered, each kind of amount apart."""
    sums = rows.order_by().values_list("step").annotate(total=Sum("amount"))
    return [
        {"label": Step(step).label, "text": short_euros(amount)} for step, amount in sorted(sums) if amount is not None
    ]


def outside_row(can_write):
    def row(grant):
        holder = grant.holder.name if grant.holder else grant.holder_name
        if grant.holder:
            url = reverse("actions:articulation_holder", args=[grant.holder_id])
            holder = format_html('<a href="{}">{}</a>', url, holder)
        return {
            "title": grant.title or "Subvention sans intitulé",
            "url": reverse("actions:outside_update", args=[grant.pk]) if can_write else "",
            "holder": holder,
            "notes": {} if grant.holder else {"holder": "pas dans l’annuaire de la Cité"},
            "programme": grant.programme,
            "funder": grant.funder or DASH,
            "place": grant.place or place_of(grant) or DASH,
            "amount": short_euros(grant.amount),
            "step": grant.get_step_display() if grant.amount is not None else "",
            "reference": grant.reference,
            "budget_year": str(grant.budget_year),
        }

    return row


def place_of(grant):
    return ", ".join(str(row) for row in (grant.neighbourhood, grant.commune) if row)


def outside_values(grant):
    return {
        "title": grant.title,
        "holder": grant.holder.name if grant.holder else grant.holder_name,
        "programme": grant.programme,
        "funder": grant.funder,
        "place": grant.place or place_of(grant),
        "amount": grant.amount,
        "step": grant.get_step_display(),
        "reference": grant.reference,
        "budget_year": int(grant.budget_year),
        "row_number": grant.row_number,
        "file": grant.run.filename if grant.run else "",
    }
