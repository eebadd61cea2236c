"""An accounting export against our payments: columns read, lines matched by reference. Writes nothing."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

from actions.models import Payment
from cite_educative.common.dates import date_fr, parse_date_fr
from cite_educative.common.money import MoneyError, euros, parse_euros
from cite_educative.common.search import normalise
from cite_educative.common.spreadsheets import SpreadsheetError, open_workbook, read_tables, signature

MOST_ROWS = 5000
YEAR_BEHIND = re.compile(r"(\d)\s*[/-]\s*20\d\d\b")
# What a column may be → (its label, the words of a title that tell it).
FIELDS = {
    "amount": ("Montant payé", ("montant", "ttc", "debit", "somme")),
    "on": (
        "Date du paiement",
        ("date de paiement", "date paiement", "date de reglement", "date reglement", "paye le"),
    ),
    "order": ("Numéro de mandat", ("mandat",)),
    "agreement": ("Numéro de convention", ("convention",)),
    "code": ("Code du versement (V…)", ("code versement", "code du versement", "notre reference")),
    "holder": ("Bénéficiaire", ("tiers", "beneficiaire", "creancier", "porteur")),
    "reference": ("Référence du paiement", ("virement", "reference du paiement", "reference paiement")),
}
REQUIRED = ("amount", "on")
KEYS = ("order", "agreement", "code", "holder")
MATCHED, TO_CONFIRM, UNKNOWN, ALREADY = "matched", "to-confirm", "unknown", "already"


@dataclass
class AccountingLine:
    """`candidates` are the payments it may be: one and sure when `status` is matched."""

    number: int
    amount: Decimal | None
    on: date | None
    told: dict
    status: str = UNKNOWN
    reason: str = ""
    candidates: list = field(default_factory=list)

    @property
    def reference(self):
        return (self.told["reference"] or self.told["order"])[:80]


# --- The file -------------------------------------------------------------------------------------


def read_export(content, filename):
    """(signature, titles, rows) of the largest table of the file. Raises `SpreadsheetError`."""
    tables = read_tables(open_workbook(BytesIO(content), filename))
    if not tables:
        raise SpreadsheetError("Ce fichier n’a aucune ligne à lire.")
    table = max(tables, key=lambda one: len(one.rows))
    columns = [(index, column) for index, column in enumerate(table.columns) if not column.virtual]
    rows = [[row.number, [_text(row.value(index)) for index, _ in columns]] for row in table.rows]
    if not rows:
        raise SpreadsheetError("Ce fichier n’a aucune ligne à lire.")
    if len(rows) > MOST_ROWS:
        raise SpreadsheetError(f"Ce fichier a plus de {MOST_ROWS} lignes\u00a0: exportez une période plus courte.")
    return signature(table.columns), [column.label for _, column in columns], rows


def _text(cell):
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.2f}".replace(".", ",")
    return str(cell).strip()


def propose(columns):
    """`{field: column}` of the titles that say what they are; a column has one meaning."""
    titles, found = [normalise(title) for title in columns], {}
    for name, (_, words) in FIELDS.items():
        for index, title in enumerate(titles):
            says = title == "code" if name == "code" and title == "code" else any(word in title for word in words)
            if says and index not in found.values() and not (name == "order" and "date" in title):
                found[name] = index
                break
    return found


def why_unreadable(mapping):
    """What is missing to read the lines, in a sentence; "" when nothing is."""
    missing = [FIELDS[name][0] for name in REQUIRED if name not in mapping]
    if missing:
        return f"Dites quelle colonne est\u00a0: {', '.join(missing)}."
    if not any(name in mapping for name in KEYS):
        words = ", ".join(FIELDS[name][0] for name in KEYS)
        return f"Il faut une colonne au moins pour reconnaître les versements\u00a0: {words}."
    return ""


# --- The match ------------------------------------------------------------------------------------


def match_lines(run):
    """Each line of the file beside our payments; a payment is proposed to one sure line only. In one query."""
    rows = Payment.objects.filter(funding__source__cite=run.cite_id, cancelled_on=None).exclude(kind="refund")
    rows = rows.select_related("funding__action__holder", "funding__source", "agreement").order_by("due_on", "pk")
    payments, taken, used, lines = list(rows), set(), set(), []
    for number, cells in run.rows:
        line = _line(number, cells, run.mapping)
        lines.append(line)
        if line.amount is None or line.on is None:
            line.reason = "Ni montant ni date lisibles sur cette ligne."
            continue
        known = next((one for one in payments if one.pk not in used and _is_told(one, line)), None)
        if known:
            used.add(known.pk)
            line.status, line.candidates = ALREADY, [known]
        else:
            _match(line, [one for one in payments if one.is_open and one.pk not in taken])
            if line.status == MATCHED:
                taken.add(line.candidates[0].pk)
    return lines


def _line(number, cells, mapping):
    told = {name: cells[mapping[name]] if name in mapping else "" for name in FIELDS}
    try:
        amount = parse_euros(told["amount"]) if told["amount"] else None
    except MoneyError:
        amount = None
    return AccountingLine(number, amount if amount and amount > 0 else None, parse_date_fr(told["on"]), told)


def _is_told(payment, line):
    """Paid that day, of that amount, under what the line says: a second import finds it."""
    if payment.paid_on != line.on or payment.amount != line.amount:
        return False
    if line.reference and payment.payment_reference == line.reference:
        return True
    return _points_at(payment, line) or _is_of(payment, normalise(line.told["holder"]))


def _points_at(payment, line):
    told, number = line.told, _last_number(line.told["order"])
    if told["code"] and told["code"].strip().upper() == payment.code:
        return True
    if number and number == _last_number(payment.order_reference):
        return True
    agreement = payment.agreement.number if payment.agreement else ""
    return bool(agreement) and normalise(told["agreement"]) == normalise(agreement)


def _match(line, payments):
    pointed = [one for one in payments if _points_at(one, line)]
    same = [one for one in pointed if one.amount == line.amount]
    if len(same) == 1 and _may_be_of(same[0], line):
        line.status, line.candidates = MATCHED, same
    elif len(same) == 1:
        line.status, line.candidates, line.reason = TO_CONFIRM, same, "Même référence, mais un autre bénéficiaire."
    elif same:
        line.status, line.candidates, line.reason = TO_CONFIRM, same, "Plusieurs versements ont cette référence."
    elif pointed:
        expected = ", ".join(euros(one.amount) for one in pointed)
        line.reason = (
            f"La référence est connue, mais le montant prévu est {expected}\u00a0: corrigez d’abord le versement."
        )
    else:
        name = normalise(line.told["holder"])
        line.candidates = [one for one in payments if name and one.amount == line.amount and _is_of(one, name)]
        line.status = TO_CONFIRM if line.candidates else UNKNOWN
        line.reason = (
            "Même bénéficiaire et même montant." if line.candidates else "Aucun versement prévu ne correspond."
        )


def _is_of(payment, name):
    holder = payment.funding.action.holder
    return bool(name) and holder is not None and normalise(holder.name) == name


def _may_be_of(payment, line):
    """The code of the payment is ours alone; a number of order, somebody else's may have it too."""
    told = line.told["code"].strip().upper() == payment.code
    name = normalise(line.told["holder"])
    return told or not name or _is_of(payment, name)


def _last_number(text):
    """ "45" of "Mandat 45/2026": a year behind the number is not the number."""
    numbers = re.findall(r"\d+", YEAR_BEHIND.sub(r"\1", text))
    return numbers[-1].lstrip("0") if numbers else ""


def line_row(line):
    """A line as the reconciliation shows it."""
    return {
        "number": line.number,
        "amount": euros(line.amount),
        "on": date_fr(line.on) if line.on else "–",
        "told": ", ".join(filter(None, (line.told[name] for name in ("holder", "order", "agreement", "code")))),
        "reason": line.reason,
        "choices": [
            {
                "pk": one.pk,
                "label": f"{one.code}, {one.get_kind_display()} de {euros(one.amount)}, {one.funding.source.short_label}, "
                f"{one.funding.action}",
            }
            for one in line.candidates
        ],
    }
