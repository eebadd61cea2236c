"""« État pour mandatement »: what the accounting officer needs to pay chosen payments, one line each."""

from io import BytesIO

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from actions.finances.payments import claims, condition_of, why_not_ordered
from actions.models import ActFile, ActionPiece
from cite_educative.common.dates import date_fr
from cite_educative.common.exports import CELL_LIMIT, CONTROL, NUMBER_FORMATS
from cite_educative.common.money import euros, total
from cite_educative.common.search import normalise

COLUMNS = (  # key, label, width
    ("code", "Code du versement", 12),
    ("holder", "Porteur", 30),
    ("siret", "SIRET", 17),
    ("object", "Objet", 40),
    ("source", "Ligne", 24),
    ("act", "Acte", 30),
    ("agreement", "Convention", 18),
    ("kind", "Nature", 16),
    ("amount", "Montant", 16),
    ("charged_to", "Imputation comptable", 18),
    ("pieces", "Pièces", 44),
)
AMOUNT = [key for key, _, _ in COLUMNS].index("amount")
# What an officer asks for besides the act and the agreement, as holders name it, normalised.
BANK = ("rib", "r i b", "identite bancaire")
ASKED = (*BANK, "compte rendu", "comptes rendus")


def to_order(payments):
    """The payments of the page, each with why a bulk order would leave it alone."""
    taken = claims(payments)
    return [
        {
            "payment": payment,
            "action": payment.funding.action,
            "source": payment.funding.source.label,
            "due_on": date_fr(payment.due_on),
            "amount": euros(payment.amount),
            "condition": condition_of(payment),
            "reason": why_not_ordered(payment, payment.funding, taken.get(payment.funding_id, 0)),
        }
        for payment in payments
    ]


def order_lines(user, payments):
    """`{column key: text or Decimal}` per payment, in three queries whatever their number."""
    acts = {payment.funding.act_id for payment in payments}
    with_file = set(ActFile.objects.visible_to(user).filter(act__in=acts).values_list("act", flat=True))
    actions = {payment.funding.action_id for payment in payments}
    pieces = {}
    rows = ActionPiece.objects.visible_to(user).valid().filter(action__in=actions)
    for action, title in rows.order_by("title").values_list("action", "title"):
        if _says(title, ASKED):
            pieces.setdefault(action, []).append(title)
    return [_line(payment, with_file, pieces.get(payment.funding.action_id, [])) for payment in payments]


def _says(title, names):
    """In whole words: « Attribution » is no RIB."""
    words = f" {normalise(title)} "
    return any(f" {name} " in words for name in names)


def _line(payment, with_file, pieces):
    funding, agreement = payment.funding, payment.agreement
    holder = funding.action.holder
    return {
        "code": payment.code,
        "holder": holder.name if holder else "",
        "siret": holder.siret if holder else "",
        "object": str(funding.action),
        "source": funding.source.label,
        "act": _act(funding),
        "agreement": (agreement.number or "projet") if agreement else "",
        "kind": payment.get_kind_display(),
        "amount": payment.amount,
        "charged_to": funding.source.accounting_code,
        "pieces": ", ".join([*_proofs(funding, agreement, with_file), *pieces, *_missing(payment, with_file, pieces)]),
    }


def _act(funding):
    if funding.act is None:
        return ""
    return ", ".join(
        filter(None, [str(funding.act), date_fr(funding.act.decided_on) if funding.act.decided_on else ""])
    )


def _proofs(funding, agreement, with_file):
    found = [funding.act.get_kind_display()] if funding.act_id in with_file else []
    if agreement and agreement.signed_on:
        found.append(f"convention signée le {date_fr(agreement.signed_on)}")
    return found


def _missing(payment, with_file, pieces):
    agreement = payment.agreement
    missing = [] if payment.funding.act_id in with_file else ["acte"]
    if agreement and not agreement.signed_on:
        missing.append("convention signée")
    if not any(_says(title, BANK) for title in pieces):
        missing.append("RIB")
    return [f"manque\u00a0: {', '.join(missing)}"] if missing else []


def write_order_sheet(cite, lines, *, made_on):
    """The workbook, as bytes: real sums, to print on A4 and sign."""
    file = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": "État pour mandatement"})
        sheet = _sheet(book, cite, made_on)
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        money = book.add_format({"num_format": NUMBER_FORMATS["money"], "valign": "top"})
        for row, line in enumerate(lines, start=1):
            for rank, (key, _, _) in enumerate(COLUMNS):
                if rank == AMOUNT:
                    sheet.write_number(row, rank, line[key], money)
                else:
                    sheet.write_string(row, rank, CONTROL.sub(" ", line[key] or "")[:CELL_LIMIT], wrapped)
        _total(book, sheet, lines)
    return file.getvalue()


def _sheet(book, cite, made_on):
    sheet = book.add_worksheet("Mandatement")
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    for rank, (_, label, width) in enumerate(COLUMNS):
        sheet.set_column(rank, rank, width)
        sheet.write_string(0, rank, label, head)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    name = cite.name.replace("&", "&&")
    sheet.set_header(f"&L&BÉtat pour mandatement&R{date_fr(made_on)}")
    sheet.set_footer(f"&L&8Cité éducative {name}&R&8&P/&N")
    return sheet


def _total(book, sheet, lines):
    row, column = len(lines) + 1, xl_col_to_name(AMOUNT)
    bold = book.add_format({"bold": True, "top": 1})
    money = book.add_format({"bold": True, "top": 1, "num_format": NUMBER_FORMATS["money"]})
    sheet.write_string(row, 0, "Total", bold)
    value = total(line["amount"] for line in lines)
    sheet.write_formula(row, AMOUNT, f"=SUM({column}2:{column}{row})", money, value)
    sheet.write_string(row + 2, 0, "Vu et arrêté au montant ci-dessus, le")
    sheet.write_string(row + 3, 0, "Signature de l’ordonnateur")
