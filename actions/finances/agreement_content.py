"""What an agreement says, from its lines and its clauses: shown as a draft, frozen when it is issued."""

from datetime import date

from actions.enums import PaymentKind
from actions.finances.clauses import visas
from actions.finances.statements import columns_of, planned_lines
from actions.models import AgreementSignature
from cite_educative.common.dates import date_fr, period_fr
from cite_educative.common.merge import merged
from cite_educative.common.money import ZERO, euros, round_cents
from cite_educative.common.words import euros_in_words
from partners.enums import PRIVATE_KINDS

CAPACITY = "la personne habilitée"
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
        "funder": _party(agreement.funder, agreement.cite),
        "holder": _party(agreement.holder, agreement.cite),
        "visas": visas(
            _acts(lines),
            is_private=agreement.holder.kind in PRIVATE_KINDS,
            amended=str(agreement.amends) if agreement.amends_id else "",
        ),
        "amount": words["montant"],
        "clauses": [
            {"title": clause["title"], "paragraphs": merged(clause["text"], words).split("\n")}
            for clause in agreement.clauses
        ],
        "lines": [
            {"code": line.funding.action.code or "", "title": line.funding.action.title, "amount": euros(line.amount)}
            for line in lines
        ],
        "annexes": [] if agreement.amends_id else _annexes(agreement, lines),
    }


def capacity_of(organisation, cite):
    """Of who signs for it: as its last signature in this Cité was noted, else words that suit everybody."""
    noted = AgreementSignature.objects.filter(organisation=organisation, agreement__cite=cite)
    return noted.exclude(capacity=CAPACITY).order_by("-pk").values_list("capacity", flat=True).first() or CAPACITY


def _party(organisation, cite):
    return {
        "name": organisation.name,
        "siret": organisation.siret or "",
        "address": ", ".join(filter(None, map(str.strip, organisation.address.splitlines()))),
        "capacity": capacity_of(organisation, cite),
    }


def _annexes(agreement, lines):
    """The sheet and the budget of each action, as they are the day the agreement is issued."""
    actions = {line.funding.action_id: line.funding.action for line in lines}
    return [_annex(action, agreement.budget_year) for action in actions.values()]


def _annex(action, year):
    texts = [("Description", action.summary), *((str(text), text.body) for text in action.texts.order_by("pk"))]
    lines = planned_lines(action, year)
    return {
        "title": str(action),
        "facts": [{"label": label, "value": value} for label, value in _facts(action) if value],
        "texts": [{"label": label, "text": text} for label, text in texts if text.strip()],
        "budget": columns_of(lines) if lines else [],
    }


def _facts(action):
    return (
        ("Public", action.audience),
        ("Personnes attendues", str(action.expected_reach or "")),
        ("Dates", period_fr(action.starts_on, action.ends_on) or action.period_text),
        ("Coût total", euros(action.total_cost) if action.total_cost is not None else ""),
    )


def _acts(lines):
    return list(dict.fromkeys(_act(line.funding) for line in lines))


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
        "actes": "\u00a0; ".join(_acts(lines)),
        "versements": "\n".join(_installment(part) for part in whole_installments(agreement, lines)),
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


def whole_installments(agreement, lines):
    """Those of the whole agreement: each the sum of those of its lines, as they will be paid."""
    parts = [installments(agreement, line.amount) for line in lines]
    return [
        (same[0][0], sum((part[1] for part in same), ZERO), same[0][2], same[0][3])
        for same in zip(*parts, strict=True)
    ]


def _installment(part):
    kind, amount, due_on, condition = part
    return f"– {kind.label}\u00a0: {euros(amount)}, prévu le {date_fr(due_on)} ({condition})"
