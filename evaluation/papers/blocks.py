"""A block: one table of a paper, with what it was computed from. Strings only, ready to be frozen."""

ROWS_A_PART = 40  # rows of one table after which a printed paper is laid out in parts
WIDE = 3  # columns after which amounts are narrow


def block(title, columns, rows, *, amounts=(), total=(), told="", empty="Rien à ce jour."):
    """`amounts` are the ranks of the columns set to the right; `total` closes the table; `told` says its source.

    Without rows `empty` is printed in its place.
    """
    return {
        "title": title,
        "columns": [{"label": label, "is_amount": rank in amounts} for rank, label in enumerate(columns)],
        "rows": [list(row) for row in rows],
        "total": list(total),
        "told": told,
        "empty": empty,
    }


def facts_block(title, facts, *, told=""):
    """`facts`: (label, value) pairs; those without a value are left out."""
    return block(title, ("Donnée", "Valeur"), [fact for fact in facts if fact[1]], told=told)


def computed_block(title, computed, *, amounts=()):
    """The rows behind a `Computed`, under its own columns, with its own explanation."""
    return block(title, computed.columns, computed.rows, amounts=amounts, told=computed.told)


def printed(block):
    """The same for a template: cells that know how they are set, and as many parts as its length asks for."""
    columns = _with_widths(block["columns"])
    rows = [_cells(row, columns) for row in block["rows"]]
    parts = [rows[start : start + ROWS_A_PART] for start in range(0, len(rows), ROWS_A_PART)]
    return {**block, "columns": columns, "parts": parts or [[]], "total": _cells(block["total"], columns)}


def printed_sections(sections):
    return [section | {"blocks": [printed(one) for one in section["blocks"]]} for section in sections]


def _cells(row, columns):
    return [column | {"text": text} for text, column in zip(row, columns, strict=False)]


def _with_widths(columns):
    """Amounts take little; what is left goes to the words, the last of which may be long."""
    width = "w-15" if len(columns) > WIDE else "w-20"
    ends_in_words = not columns[-1]["is_amount"]
    return [
        column
        | {"width": width if column["is_amount"] else "w-25" if ends_in_words and rank < len(columns) - 1 else ""}
        for rank, column in enumerate(columns)
    ]
