"""What an agreement says, from its lines and its clauses: shown as a draft, frozen when it is issued."""

from datetime import date

from actions.enums import PaymentKind
from actions.finances.clauses import merged
from cite_educative.common.dates import date_fr
from cite_educative.common.money import ZERO, euros, round_cents
from cite_educative.common.words import euros_in_words

SIGNED, REPORTED = "convention signée de tous", "compte rendu financier accepté"


def agreement_content(agreement, lines):
    """A JSON of texts. `lines` come with their funding, its action and its act."""
    words = _words(agreement, lines)
    return {
        "number": agreement.number,
        "title": agreement.title,
        "is_amendment": agreement.amends_id is not None,
        "amends": str(agreement.amends) if agreement.amends_id else "",
        "cite": agreement.cite.name,
        "accent": agreement.cite.accent_colour,
        "year": int(agreement.budget_year),
        "funder": {"name": agreement.funder.name, "siret": agreement.funder.siret or ""},
        "holder": {"name": agreement.holder.name, "siret": agreement.holder.siret or ""},
        "amount": words["montant"],
        "clauses": [
            {"title": clause["title"], "paragraphs": merged(clause["text"], words).split("\n")}
            for clause in agreement.clauses
        ],
        "lines": [
            {"code": line.funding.action.code or "", "title": line.funding.action.title, "amount": euros(line.amount)}
            for line in lines
        ],
    }


def _words(agreement, lines):
    amount = sum((line.amount for line in lines), ZERO)
    return {
        "porteur": agreement.holder.name,
        "siret": agreement.holder.siret or "non connu",
        "financeur": agreement.funder.name,
        "exercice": str(int(agreement.budget_year)),
        "objet": agreement.title,
        "actions": "\n".join(f"– {line.funding.action}\u00a0: {euros(line.amount)}" for line in lines),
        "montant": euros(amount),
        "montant_en_lettres": euros_in_words(amount),
        "actes": "\u00a0; ".join(dict.fromkeys(_act(line.funding) for line in lines)),
        "versements": "\n".join(_installment(part) for part in installments(agreement, amount)),
        "debut": date_fr(agreement.starts_on),
        "fin": date_fr(agreement.ends_on),
        "date_bilan": date_fr(date(int(agreement.budget_year) + 1, 6, 30)),
        "convention": str(agreement.amends) if agreement.amends_id else "",
    }


def _act(funding):
    return f"{funding.act} du {date_fr(funding.granted_on)}"


def installments(agreement, amount):
    """`[(kind, amount, due_on, condition)]` that add up to `amount`, in euros: one payment, or an advance and a balance."""
    if not agreement.balance_percent:
        return [(PaymentKind.SINGLE, amount, agreement.first_due_on, SIGNED)]
    balance = round_cents(amount * agreement.balance_percent / 100)
    return [
        (PaymentKind.ADVANCE, amount - balance, agreement.first_due_on, SIGNED),
        (PaymentKind.BALANCE, balance, agreement.balance_due_on, REPORTED),
    ]


def _installment(part):
    kind, amount, due_on, condition = part
    return f"– {kind.label}\u00a0: {euros(amount)}, prévu le {date_fr(due_on)} ({condition})"
