"""What a "revue financière" freezes: lines, envelopes, ledger of payments, checks. Amounts are texts of euros, None unknown."""

from datetime import date
from decimal import Decimal

from actions.enums import EntryKind, StatementState, Step
from actions.finances.checks import run_checks
from actions.finances.consumption import Consumption
from actions.finances.envelopes import source_figures
from actions.finances.lines import LINE_COLUMNS, line_values, lines_of
from actions.finances.payments import signed
from actions.finances.review_following import following_content
from actions.finances.review_spending import spending_content
from actions.finances.review_watching import watching_content
from actions.models import FundingEntry, Payment, StatementShare
from cite_educative.common.dates import date_fr
from cite_educative.common.money import ZERO

LINE_KEYS = [column.key for column in LINE_COLUMNS]
ANNOUNCED = ("provisional", "notified", "carried_over", "direct")
NOT_FOLLOWED = {"ordered_on": "", "order_reference": ""}


def review_content(cite, year, *, author, today):
    """In some forty queries whatever the number of fundings. `author` signs it."""
    figures, checks = source_figures(cite, year), run_checks(cite, year)
    consumption = Consumption(cite, year, today=today)
    return {
        "cite": cite.name,
        "cite_subtitle": cite.subtitle,
        "accent": cite.accent_colour,
        "pilots": [side.label for side in cite.sides.all()],
        "year": int(year),
        "made_on": date_fr(today),
        "made_day": today.isoformat(),
        "made_by": str(author),
        "envelopes": [_envelope(line) for line in figures],
        "lines": [[_frozen(values[key]) for key in LINE_KEYS] for values in map(line_values, lines_of(cite, year))],
        "payments": _payments(cite, year),
        **spending_content(cite, year),
        **following_content(cite, year, consumption),
        **watching_content(cite, year, consumption, author=author),
        "refunds": _refunds(cite, year),
        "rules": [{"rule": result.rule.label, "count": result.count} for result in checks],
        "checks": [
            {"rule": result.rule.label, "subject": one.subject, "detail": one.detail, "funder": one.source}
            for result in checks
            for one in result.findings
        ],
    }


def _envelope(figures):
    envelope = figures.envelope
    return {
        "funder": figures.source.label,
        "detail": figures.source.detail,
        **{name: _frozen(getattr(envelope, name) if envelope else None) for name in ANNOUNCED},
        "unpaid": _frozen(envelope.unpaid if envelope else None),
        "steps": [str(step) for step in Step if figures.uses(step)],
        "act": _act(envelope),
        "available": _frozen(figures.available),
    }


def _act(envelope):
    if envelope is None or envelope.notified is None:
        return ""
    return f"{envelope.notified_reference}, {date_fr(envelope.notified_on)}"


def _payments(cite, year):
    entries = FundingEntry.objects.filter(
        funding__source__cite=cite, funding__budget_year=year, funding__in_kind=False, step=Step.PAID
    )
    entries = entries.select_related("funding__action__holder", "funding__source").order_by("fact_on", "pk")
    followed = _followed_payments(cite, year)
    return [
        {
            "on": entry.fact_on.isoformat(),
            "code": entry.funding.action.code,
            "title": entry.funding.action.title,
            "holder": entry.funding.action.holder.name if entry.funding.action.holder else "",
            "funder": entry.funding.source.label,
            "change": str((entry.after or Decimal(0)) - (entry.before or Decimal(0))),
            "total": _frozen(entry.after),
            "reference": entry.reference,
            "kind": EntryKind(entry.kind).label,
            **followed.get(_payment_key(entry), NOT_FOLLOWED),
        }
        for entry in entries
    ]


def _payment_key(entry):
    return entry.funding_id, entry.fact_on, (entry.after or ZERO) - (entry.before or ZERO)


def _followed_payments(cite, year):
    """`{what its entry in the ledger says: how it was ordered}` of the payments made."""
    rows = Payment.objects.filter(
        funding__source__cite=cite, funding__budget_year=year, cancelled_on=None, paid_on__isnull=False
    )
    return {
        (row.funding_id, row.paid_on, signed(row)): {
            "ordered_on": _frozen(row.ordered_on),
            "order_reference": row.order_reference,
            "reference": row.payment_reference,
        }
        for row in rows
    }


def _refunds(cite, year):
    """What accepted statements leave to come back, by the action and the funder of the line."""
    shares = StatementShare.objects.filter(funding__source__cite=cite, funding__budget_year=year).with_refund()
    shares = shares.filter(statement__state=StatementState.ACCEPTED).select_related("funding__action")
    return [
        {
            "code": share.funding.action.code,
            "title": share.funding.action.title,
            "funder": share.funding.source.label,
            "amount": _frozen(
                share.to_refund or (share.refund.amount if share.came_back_on and share.refund else ZERO)
            ),
            "asked_on": _frozen(share.refund_asked_on),
            "returned_on": _frozen(share.came_back_on),
        }
        for share in shares
        if share.to_refund or share.refund_asked_on or share.came_back_on
    ]


def _frozen(value):
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


# --- Read again -----------------------------------------------------------------------------------


def read_lines(content):
    """The frozen lines as `{column key: Decimal, date, int, str or None}`, one at a time."""
    kinds = {column.key: column.kind for column in LINE_COLUMNS}
    for row in content["lines"]:
        yield {key: _read(value, kinds[key]) for key, value in zip(LINE_KEYS, row, strict=True)}


def _read(value, kind):
    if value in (None, ""):
        return None
    if kind == "money":
        return Decimal(value)
    return date.fromisoformat(value) if kind == "date" else value


def justified_lines(content, lines):
    """Those paid, justified or to be refunded, with `unjustified`, and `refund`, `asked_on`, `returned_on` of the funder."""
    refunds = {(one["code"], one["title"], one["funder"]): one for one in content.get("refunds", [])}
    for line in lines:
        refund = refunds.get((line["code"] or "", line["title"], line["funder"]))
        if line["paid"] or line["justified"] or refund:
            yield {
                **line,
                "unjustified": (line["paid"] or ZERO) - (line["justified"] or ZERO),
                "refund": _read(refund["amount"], "money") if refund else None,
                "asked_on": _read(refund["asked_on"], "date") if refund else None,
                "returned_on": _read(refund["returned_on"], "date") if refund else None,
            }
