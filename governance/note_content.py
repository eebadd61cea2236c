"""What a note prints: its texts with every field replaced, and the figures of its point, as strings."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.html import format_html, format_html_join

from actions.enums import ActionStatus
from cite_educative.common.dates import date_fr
from cite_educative.common.money import ZERO, euros, short_euros, total
from cite_educative.common.words import euros_in_words
from governance.content import envelope_rows, meeting_lines, money_table, signatory
from governance.convocation_content import named
from governance.enums import NoteKind
from governance.figures import figures_of, item_fundings, planned_amounts
from governance.note_fields import FIELDS, NBSP, merged_texts
from governance.note_positions import position_rows
from partners.tables import siret_fr

TABLE = (
    '<table><thead><tr><th scope="col">Action</th><th scope="col">Bénéficiaire</th><th scope="col">SIRET</th>'
    '<th scope="col" class="amount">Montant</th></tr></thead><tbody>{}</tbody>'
    '<tfoot><tr><th scope="row" colspan="3">Total</th><td class="amount">{}</td></tr></tfoot></table>'
)
LINES = (
    '<table><thead><tr><th scope="col">Ligne</th><th scope="col" class="amount">Disponible</th>'
    '<th scope="col" class="amount">Proposé</th><th scope="col" class="amount">Reste</th></tr></thead>'
    "<tbody>{}</tbody></table>"
)
GRANT_ROW = '<tr><th scope="row">{} {}</th><td>{}</td><td>{}</td><td class="amount">{}</td></tr>'
LINE_ROW = (
    '<tr><th scope="row">{}</th><td class="amount">{}</td><td class="amount">{}</td><td class="amount">{}</td></tr>'
)


VOTED = {
    "programmed": "Montants programmés par les pilotes.",
    "proposed": "Montants proposés à la programmation, que les pilotes n’ont pas encore arrêtés.",
    "requested": "Montants demandés par les porteurs, qui n’ont pas encore été instruits.",
}


@dataclass(frozen=True)
class Money:
    """The fundings of a note and what it proposes for each, `{funding pk: Decimal | None}`.

    `basis`: for a report, what its amounts are.
    """

    fundings: list
    amounts: dict
    basis: str = ""

    @property
    def total(self):
        return total(self.amounts.values()) or ZERO

    @property
    def requested(self):
        return total(funding.requested for funding in self.fundings)


def note_money(note):
    """Nothing for a refused action. A report votes one line alone, and what the pilots programmed of it before what was only proposed or asked."""
    fundings = [row for row in item_fundings(note.item) if row.action.status != ActionStatus.REJECTED]
    if note.kind != NoteKind.REPORT:
        return Money(fundings, planned_amounts(fundings))
    if note.source_id:
        fundings = [funding for funding in fundings if funding.source_id == note.source_id]
    step = _step_to_vote(fundings)
    amounts = {funding.pk: getattr(funding, step) for funding in fundings}
    kept = [funding for funding in fundings if amounts[funding.pk]]
    return Money(kept, {funding.pk: amounts[funding.pk] for funding in kept}, VOTED[step])


def _step_to_vote(fundings):
    """The furthest step that these fundings reached: an action left out of it receives nothing."""
    return next((step for step in VOTED if any(getattr(one, step) is not None for one in fundings)), "requested")


def grant_rows(money):
    """One row per action, its holder and what it receives; actions that receive nothing are left out."""
    rows = {}
    for funding in money.fundings:
        amount = money.amounts[funding.pk]
        if amount is not None:
            rows.setdefault(funding.action_id, {"action": funding.action, "amounts": []})["amounts"].append(amount)
    return [
        {
            "code": row["action"].code or "",
            "title": row["action"].title,
            "holder": row["action"].holder.name,
            "siret": siret_fr(row["action"].holder.siret) or "non connu",
            "amount": euros(total(row["amounts"])),
        }
        for row in rows.values()
    ]


def note_words(note, money, *, on):
    """What each field becomes, `{name: text or clean HTML}`."""
    meeting, grants = note.item.meeting, grant_rows(money)
    lines = meeting_lines(meeting)
    years = dict.fromkeys(int(funding.budget_year) for funding in money.fundings)
    return {
        "cite": lines["cite"],
        "reunion": lines["meeting_short"],
        "destinataire": note.addressee or "…",
        "ligne": note.source.label if note.source_id else "…",
        "exercice": " et ".join(map(str, years)) or lines["year"],
        "nombre_actions": _count(len(grants), "action"),
        "nombre_porteurs": _count(len({grant["holder"] for grant in grants}), "porteur"),
        "montant": short_euros(money.total),
        "montant_en_lettres": euros_in_words(money.total),
        "montant_demande": short_euros(money.requested),
        "date": date_fr(on),
        "date_reunion": date_fr(timezone.localdate(meeting.starts_at), weekday=True),
        **_blocks(grants, euros(money.total), envelope_rows(figures_of(money.fundings, money.amounts))),
    }


def _blocks(grants, amount, envelopes):
    listed = [(one["title"], one["holder"], one["amount"]) for one in grants]
    rows = [(one["code"], one["title"], one["holder"], one["siret"], one["amount"]) for one in grants]
    lines = [(one["source"], one["available"], one["planned"], one["remaining"]) for one in envelopes]
    return {
        "actions": format_html("<ul>{}</ul>", format_html_join("", "<li>{}, {}\u00a0: {}</li>", listed)),
        "tableau_subventions": format_html(TABLE, format_html_join("", GRANT_ROW, rows), amount),
        "lignes_budgetaires": format_html(LINES, format_html_join("", LINE_ROW, lines)),
    }


def _count(number, noun):
    return f"{number}{NBSP}{noun}{'s' if number > 1 else ''}"


def example_words(cite):
    """For the preview of a template: the examples of the fields, and tables of two rows."""
    grants = [
        {"code": "CE-01", "title": "Lire ensemble", "holder": "Association Horizon", "siret": "123 456 789 00012"},
        {"code": "CE-02", "title": "Mercredis du sport", "holder": "Union sportive", "siret": "non connu"},
    ]
    amounts = (f"4{NBSP}500,00{NBSP}€", f"3{NBSP}150,50{NBSP}€")
    rows = [grant | {"amount": amount} for grant, amount in zip(grants, amounts, strict=True)]
    line = {
        "source": "État, P147",
        "available": f"20{NBSP}000,00{NBSP}€",
        "planned": f"7{NBSP}650,50{NBSP}€",
        "remaining": f"12{NBSP}349,50{NBSP}€",
    }
    examples = {name: field.example for name, field in FIELDS.items()} | {"cite": cite.name}
    return examples | _blocks(rows, examples["montant"], [line])


def note_content(note, *, version, issued_on, issued_by):
    """The note as it stands now, its figures read from the item's actions."""
    item, money = note.item, note_money(note)
    figures, words = figures_of(money.fundings, money.amounts), note_words(note, money, on=issued_on)
    position = list(item.meeting.items.values_list("pk", flat=True)).index(item.pk) + 1
    return {
        **meeting_lines(item.meeting),
        **merged_texts(note, words),
        "exercise": words["exercice"],
        "kind": note.kind,
        "kind_label": note.get_kind_display(),
        "addressee": note.addressee,
        **_letter_parts(note),
        "item": str(position),
        "reference": note.reference,
        "version": str(version),
        "replaces": str(version - 1) if version > 1 else "",
        "issued_on": date_fr(issued_on),
        "issued_by": signatory(issued_by, note.cite),
        "title": note.title,
        "cost": euros(money.total),
        "cost_in_words": euros_in_words(money.total),
        "costs": [
            {"label": figure.source.label, "amount": euros(figure.planned)} for figure in figures if figure.planned
        ],
        "envelopes": envelope_rows(figures),
        "options": _options(note),
        "positions": position_rows(item) if note.prints_positions else [],
        "table": money_table(money.fundings, money.amounts),
        "grants": grant_rows(money) if note.kind == NoteKind.REPORT else [],
        "basis": money.basis,
        "source": note.source.label if note.source_id else "",
        "follow_up": note.follow_up,
    }


def _letter_parts(note):
    if note.kind != NoteKind.LETTER:
        return {}
    signatories = note.signatories.in_protocol_order() if note.pk else ()
    return {"place": note.place, "signatories": [named(mandate) for mandate in signatories]}


def _options(note):
    return [
        {
            "label": option.label,
            "interest": option.interest,
            "risk": option.risk,
            "cost": euros(option.cost),
            "is_proposed": option.is_proposed,
        }
        for option in note.options.all()
    ]


def working_texts(note):
    """Those of the working note, its fields replaced as of today."""
    words = note_words(note, note_money(note), on=timezone.localdate())
    return merged_texts(note, words) | {"follow_up": note.follow_up}


def decision_text(note):
    """What the decision of its point begins with: the proposal as issued, or with today's amounts once they changed.

    A report and a letter are decided elsewhere.
    """
    if note.kind in (NoteKind.REPORT, NoteKind.LETTER):
        return ""
    money, last = note_money(note), note.versions.first()
    if last and last.content["cost"] == euros(money.total):
        return last.content["proposal"]
    return working_texts(note)["proposal"]
