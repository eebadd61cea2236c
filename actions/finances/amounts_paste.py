"""The amounts of one action copied from a spreadsheet: a row a funder, a column a step."""

from dataclasses import dataclass, field

from actions.enums import Step
from actions.finances.pasting import Unread, read_amount, refused, rows_of
from cite_educative.common.money import MoneyError
from cite_educative.common.search import normalise

BLANK = ("", "-", "–", "—")
NOT_HERE = {
    Step.PROGRAMMED: "le programmé vient d’une décision des pilotes.",
    Step.GRANTED: "l’accordé vient de l’acte du financeur.",
}


@dataclass
class PastedAmounts:
    """`amounts` maps `(source, step)` to euros."""

    amounts: dict = field(default_factory=dict)
    unread: list = field(default_factory=list)


def read_amounts(text, steps_by_source, shown_steps):
    """The first row may name the columns; else they are those of the grid, `shown_steps`. Raises `PasteError`.

    `steps_by_source` maps each source that the user may fill to its steps.
    """
    pasted, header = PastedAmounts(), None
    for number, cells in rows_of(text):
        why = refused(cells)
        named = _header(cells) if header is None and not pasted.amounts else None
        if why:
            pasted.unread.append(Unread(number, _shown(cells), why))
        elif named:
            header = named
        else:
            _read_row(pasted, (number, cells), steps_by_source, header or list(shown_steps))
    return pasted


def _shown(cells):
    return " | ".join(cell.replace("\x00", "\ufffd") for cell in cells if cell)[:120]


def _header(cells):
    """The steps that the columns name, None where a column is something else; [] when it is no header."""
    by_word = {normalise(step.label): step for step in Step}
    named = [by_word.get(normalise(cell)) for cell in cells[1:]]
    return named if any(named) else []


def _read_row(pasted, row, steps_by_source, columns):
    number, cells = row
    if normalise(cells[0]).startswith("total"):
        return
    source = _source(cells[0], steps_by_source)
    if source is None:
        why = "aucun financeur de la Cité ne porte ce nom, ou vous ne saisissez pas pour lui."
        pasted.unread.append(Unread(number, _shown(cells), why))
        return
    for step, cell in zip(columns, cells[1:], strict=False):
        if step is None or cell in BLANK:
            continue
        why = (
            ""
            if step in steps_by_source[source]
            else NOT_HERE.get(step, f"le {step.label} ne se saisit pas pour lui.")
        )
        try:
            amount = read_amount(cell)
        except MoneyError as error:
            why = why or str(error)
        if why:
            pasted.unread.append(Unread(number, f"{source.label}, {step.label}\u00a0: {cell[:40]}", why))
        else:
            pasted.amounts[source, step] = amount


def _source(words, sources):
    """By its label, its short label or its organisation's name, when one alone has it."""
    wanted = normalise(words)
    if not wanted:
        return None
    for names in (
        lambda source: {normalise(source.label), normalise(source.short_label)},
        lambda source: {normalise(source.organisation.name)},
    ):
        found = [source for source in sources if wanted in names(source)]
        if len(found) == 1:
            return found[0]
    found = [source for source in sources if normalise(source.label).startswith(wanted)]
    return found[0] if len(found) == 1 else None
