"""Small French phrases shared by the questions, the problems and the figures."""

from decimal import Decimal

from cite_educative.common.money import ZERO

NBSP = "\u00a0"


def quoted(text):
    return f"«{NBSP}{text}{NBSP}»"


def listed(items, most=6):
    """ "4, 7 et 9", cut after `most`."""
    items = [str(item) for item in items]
    if len(items) > most:
        return f"{', '.join(items[:most])} et {len(items) - most} autres"
    return " et ".join(filter(None, [", ".join(items[:-1]), items[-1]])) if items else ""


def lines_fr(lines):
    """ "ligne 4" or "lignes 4 et 9", with the sheet when there are several."""
    sheets = {line.sheet for line in lines}
    numbers = [
        str(line.number) if len(sheets) == 1 else f"{line.number} ({line.sheet})"
        for line in sorted(lines, key=lambda line: (line.table, line.number))
    ]
    return f"ligne{'s' if len(numbers) > 1 else ''} {listed(numbers)}"


def of_sheet(sheet, note, several):
    """The note with its sheet before it, when there are several and it does not name it."""
    return f"Feuille {quoted(sheet)}{NBSP}: {note}" if several and quoted(sheet) not in note else note


def plural(count, word, many=None):
    return f"{count}{NBSP}{word if count < 2 else many or word + 's'}"


def exact(amount):
    """A Decimal as the JSON figures write it: "1234.50"; None stays None."""
    return None if amount is None else str(Decimal(amount).quantize(Decimal("0.01")))


def add(amounts):
    return sum(amounts, ZERO)
