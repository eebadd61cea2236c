"""The money of one action, ready to print: per funder and step, by civil year, as far as the reader may know."""

from dataclasses import dataclass

from actions.enums import EntryKind, Outcome, Step
from actions.models import FundingEntry
from actions.readable import attach_fundings, read_fundings
from cite_educative.common.charts import Item, bars
from cite_educative.common.dates import date_fr
from cite_educative.common.money import euros, total

KEY_STEPS = (Step.PROGRAMMED, Step.GRANTED)
CORRECTED = (EntryKind.ENTRY, EntryKind.IMPORT)
CHAIN = (Step.REQUESTED, Step.PROGRAMMED, Step.GRANTED, Step.PAID)


@dataclass(frozen=True)
class Amount:
    """One cell. `is_used` is False where the source's circuit has no such step or the reader may not know it.

    `key` names its history (`ledger_of`), `before` tells last year's.
    """

    label: str
    text: str
    is_key: bool
    is_used: bool = True
    is_known: bool = True
    notes: tuple = ()
    gap: str = ""
    key: str = ""
    before: str = ""


@dataclass(frozen=True)
class FunderRow:
    label: str
    details: tuple
    cells: list


@dataclass(frozen=True)
class MoneyTable:
    year: int
    headers: list
    rows: list
    total: list


def readable_fundings_of(action, level):
    """`[(funding, readable steps)]` of the sources this reader may know of, in one query, none once they are attached."""
    attach_fundings([action])
    return read_fundings(level, action.fundings.all())


def readable_total(read, step, year):
    """What all sources bring in cash at this step, None when nothing is known."""
    return total(
        getattr(funding, step)
        for funding, steps in read
        if step in steps and not funding.in_kind and funding.budget_year == year
    )


def money_tables(action, level, read, *, last=None):
    """One table a civil year; `last` (`finances.last_amounts`) stands beside that of the action's own year."""
    years = sorted({action.budget_year, *(funding.budget_year for funding, _ in read)})
    beside = {int(action.budget_year): last}
    return [
        _table(level, [pair for pair in read if pair[0].budget_year == year], year, beside.get(int(year)))
        for year in years
    ]


def _table(level, read, year, last):
    shown = [step for step in Step if any(step in steps and _is_used(funding, step) for funding, steps in read)]
    rows = [
        FunderRow(
            funding.source.label,
            _details(funding, level),
            [_cell(funding, step, step in steps, year, level, last) for step in shown],
        )
        for funding, steps in read
    ]
    totals = [Amount(_label(step), euros(readable_total(read, step, year)), step in KEY_STEPS) for step in shown]
    return MoneyTable(year, [(_label(step), step in KEY_STEPS) for step in shown], rows, totals)


def _label(step):
    return step.label.capitalize()


def _is_used(funding, step):
    return step in funding.source.steps or getattr(funding, step) is not None


def _details(funding, level):
    told = level == "full" or funding.is_released
    details = [funding.source.detail]
    if level == "own" and not funding.is_released:
        details.append("en instruction")
    if told and funding.outcome != Outcome.OPEN:
        details.append(funding.get_outcome_display())
    if funding.in_kind:
        details.append("en nature, hors totaux")
    return tuple(detail for detail in details if detail)


def _cell(funding, step, is_readable, year, level, last):
    amount = getattr(funding, step)
    if not is_readable or not _is_used(funding, step):
        return Amount(_label(step), "", step in KEY_STEPS, is_used=False)
    notes, gap = (), ""
    if step == Step.PROGRAMMED and amount is not None:
        notes = (date_fr(funding.programmed_on, year=year), funding.programmed_reference)
    if step == Step.GRANTED and amount is not None:
        notes = (date_fr(funding.granted_on, year=year), str(funding.act))
        gap = difference(funding.programmed, amount)
        if gap and level == "full" and funding.gap_reason:
            gap = f"{gap}\u00a0: {funding.gap_reason}"
    return Amount(
        _label(step),
        euros(amount),
        step in KEY_STEPS,
        is_known=amount is not None,
        notes=notes,
        gap=gap,
        key=f"{funding.pk}-{step}",
        before=last.told(funding.source_id, step) if last else "",
    )


def difference(programmed, granted):
    """What the funder granted compared with what the pilots programmed, in words; empty when equal or unknown."""
    if programmed is None or granted is None or programmed == granted:
        return ""
    return f"{euros(abs(granted - programmed))} {'de moins' if granted < programmed else 'de plus'}"


def chain_chart(read, year):
    """« Où en est l’argent »: bars of the known sums, with their share of what was requested; "" when none is."""
    known = [(step, readable_total(read, step, year)) for step in CHAIN]
    known = [(step, amount) for step, amount in known if amount is not None]
    if not known:
        return ""
    requested = dict(known).get(Step.REQUESTED)
    items = [Item(_label(step), amount, _with_share(amount, requested)) for step, amount in known]
    words = ", ".join(f"{step.label} {euros(amount)}" for step, amount in known)
    return bars(items, chart_id="argent", title=f"Du demandé au versé, exercice {year}", desc=f"{words}.")


def _with_share(amount, requested):
    return f"{euros(amount)} ({amount / requested:.0%})".replace("%", "\u00a0%") if requested else euros(amount)


def ledger_of(read):
    """The readable entries of these fundings, newest fact first."""
    steps = {funding.pk: allowed for funding, allowed in read}
    by_pk = {funding.pk: funding for funding, _ in read}
    entries = FundingEntry.objects.filter(funding__in=by_pk).select_related(
        "entered_by__person", "on_behalf_of", "act__organisation"
    )
    readable = []
    for entry in entries:
        if entry.step in steps[entry.funding_id]:
            entry.funding = by_pk[entry.funding_id]
            readable.append(entry)
    return sorted(readable, key=lambda entry: (entry.fact_on, entry.pk), reverse=True)


def history_of(ledger, key):
    """The entries of one cell, by its `Amount.key`; all of them for a key that names none."""
    kept = [entry for entry in ledger if key == f"{entry.funding_id}-{entry.step}"]
    return kept or ledger


def ledger_rows(entries, *, level, hides_names, shown=None):
    """Dicts of ready strings for the page of the money. `hides_names` for readers under pseudonym; what a team wrote
    for itself (comment, how it was received) is for who reads the action in full (`level`).

    `shown`: those of `entries` to give, all by default.

    `pk` is that of an entry which may be corrected: the last of its step, entered by hand; else None.
    """
    entries, is_private = list(entries), hides_names or level != "full"
    last = {(entry.funding_id, entry.step): entry.pk for entry in sorted(entries, key=lambda entry: entry.pk)}
    return [
        {
            "pk": entry.pk if entry.kind in CORRECTED and last[entry.funding_id, entry.step] == entry.pk else None,
            "date": date_fr(entry.fact_on),
            "source": entry.funding.source.label,
            "step": Step(entry.step).label,
            "before": euros(entry.before),
            "after": euros(entry.after),
            "origin": EntryKind(entry.kind).label,
            "reference": entry.reference,
            "comment": "" if is_private else entry.comment,
            "author": "" if hides_names else str(entry.entered_by),
            "entered": date_fr(entry.entered_at),
            "on_behalf": entry_provenance(entry, hides_names=is_private),
        }
        for entry in (entries if shown is None else shown)
    ]


def entry_provenance(entry, *, hides_names):
    """ "saisi pour la CAF, reçu : courriel du 3 mars"."""
    words = []
    if entry.on_behalf_of:
        words.append(f"saisi pour {entry.on_behalf_of}")
    if entry.received and not hides_names:
        words.append(f"reçu\u00a0: {entry.received}")
    return ", ".join(words)
