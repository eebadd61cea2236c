"""What a "revue financière" freezes: lines, envelopes, ledger of payments, checks. Amounts are texts of euros, None unknown."""

from datetime import date
from decimal import Decimal

from actions.enums import EntryKind, Step
from actions.finances.checks import run_checks
from actions.finances.envelopes import source_figures
from actions.finances.lines import LINE_COLUMNS, line_values, lines_of
from actions.finances.review_following import following_content
from actions.finances.review_spending import spending_content
from actions.models import FundingEntry
from cite_educative.common.dates import date_fr

LINE_KEYS = [column.key for column in LINE_COLUMNS]
ANNOUNCED = ("provisional", "notified", "carried_over", "direct")


def review_content(cite, year, *, author, today):
    """In some twenty queries whatever the number of fundings. `author` signs it."""
    figures = source_figures(cite, year)
    return {
        "cite": cite.name,
        "cite_subtitle": cite.subtitle,
        "accent": cite.accent_colour,
        "pilots": [side.label for side in cite.sides.all()],
        "year": int(year),
        "made_on": date_fr(today),
        "made_by": str(author),
        "envelopes": [_envelope(line) for line in figures],
        "lines": [[_frozen(values[key]) for key in LINE_KEYS] for values in map(line_values, lines_of(cite, year))],
        "payments": _payments(cite, year),
        **spending_content(cite, year),
        **following_content(cite, year, today),
        "checks": [
            {"rule": result.rule.label, "subject": one.subject, "detail": one.detail, "funder": one.source}
            for result in run_checks(cite, year)
            for one in result.findings
        ],
    }


def _envelope(figures):
    envelope = figures.envelope
    return {
        "funder": figures.source.label,
        "detail": figures.source.detail,
        **{name: _frozen(getattr(envelope, name) if envelope else None) for name in ANNOUNCED},
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
        }
        for entry in entries
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
