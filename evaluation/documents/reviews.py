"""The files of a review, from the content frozen in its edition and nothing else."""

from io import BytesIO
from itertools import zip_longest

from django.template.loader import render_to_string

from cite_educative.common.money import DASH
from cite_educative.documents.enums import Format
from cite_educative.documents.registry import renderer, visibility
from evaluation.computed.words import NOT_KNOWN
from evaluation.models import ReviewEdition, ReviewFile
from evaluation.review_book import write_review_book
from evaluation.review_values import AMOUNT
from evaluation.services.reviews import REVIEW_KIND
from governance.documents import typeset
from governance.logos import logos_of

UNTOLD = ("", DASH, NOT_KNOWN, NOT_KNOWN.replace(" ", "\u00a0"))
PRINTED_ROWS = 12  # rows of one answer in the text; beyond, they are in an annex of the document
WIDEST = 4  # columns of a table in the text


@renderer(REVIEW_KIND)
def render_review(generated_file):
    content = ReviewEdition.objects.get(files__file=generated_file).content
    if generated_file.format == Format.XLSX:
        file = BytesIO()
        write_review_book(file, content)
        return file.getvalue()
    return render_to_string("evaluation/print/review.html", print_context(content))


@visibility(REVIEW_KIND)
def visible_review_files(user):
    return ReviewFile.objects.filter(edition__in=ReviewEdition.objects.visible_to(user)).values("file")


def print_context(content):
    content = typeset(content)
    sections = [section | {"lines": [_line(line) for line in section["lines"]]} for section in content["sections"]]
    return {
        "review": content,
        "sections": sections,
        "annexes": [line for section in sections for line in section["lines"] if line["is_annexed"]],
        "accent": content["accent"],
        "logos": logos_of(content),
        "draft": content["is_draft"],
        "signatures": (),
    }


def _line(line):
    computed = line["computed"]
    has_rows = bool(computed and computed["is_table"])
    is_annexed = has_rows and (len(computed["rows"]) > PRINTED_ROWS or len(computed["columns"]) > WIDEST)
    shown = {"typed_table": _table(line["table"]), "computed_table": _table(computed if has_rows else None)}
    return line | shown | {"is_annexed": is_annexed}


def _table(table):
    """Its cells as (text, whether it is in a column of numbers), numbers to the right; None without one."""
    if table is None:
        return None
    totals = table.get("totals") or []
    columns = list(zip_longest(*table["rows"], totals, fillvalue=""))
    numbers = [_is_numeric(column) for column in columns]

    def marked(cells):
        return list(zip(cells, numbers, strict=False))

    return {
        "columns": marked(table["columns"]),
        "rows": [marked(row) for row in table["rows"]],
        "totals": marked(totals),
    }


def _is_numeric(cells):
    told = [cell for cell in cells if cell not in UNTOLD]
    return bool(told) and all(AMOUNT.fullmatch(cell) for cell in told)
