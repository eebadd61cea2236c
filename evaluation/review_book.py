"""The review as a workbook: one sheet per section, and one per question answered by a table. Typed cells, no formula."""

import re
from decimal import Decimal
from itertools import chain, count

import xlsxwriter

from cite_educative.common.exports import CELL_LIMIT, CONTROL
from evaluation.review_enums import QuestionKind
from evaluation.review_values import AMOUNT, shown

COLUMNS = (
    ("Code", 8),
    ("Question", 46),
    ("Réponse calculée", 22),
    ("Source", 46),
    ("Réponse saisie", 22),
    ("Pourquoi elle remplace le calcul", 30),
    ("Texte", 60),
    ("Répond", 24),
    ("État", 14),
)
CODE, QUESTION, COMPUTED, SOURCE, TYPED, REASON, TEXT, OWNER, STATE = range(len(COLUMNS))
FORMATS = {
    QuestionKind.EUROS: '#,##0.00 "€"',
    QuestionKind.PERCENT: '0.##"\u00a0%"',
    QuestionKind.INTEGER: "#,##0",
    QuestionKind.NUMBER: "#,##0.##",
}
LONGEST_NAME = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def write_review_book(file, content):
    """Write to the binary `file` the content of a `ReviewEdition`."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": f"{content['review']}, {content['cite']}"})
        _Book(book, content).write()


class _Book:
    def __init__(self, book, content):
        self.book, self.content = book, content
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        numbers = {"valign": "top", "align": "right"}
        self.numbers = {kind: book.add_format(numbers | {"num_format": written}) for kind, written in FORMATS.items()}

    def write(self):
        self._cover()
        for section in self.content["sections"]:
            self._section(section)
        for section in self.content["sections"]:
            for line in section["lines"]:
                self._table(line)

    def _cover(self):
        sheet, content = self.book.add_worksheet("Couverture"), self.content
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 2, 40)
        sheet.write_string(0, 0, content["review"], self.title)
        status = f"figée le {content['frozen_on']}" if content["frozen_on"] else "projet, sans valeur"
        facts = [("Cité éducative", content["cite"]), ("État", status), ("Formulaire", content["form"])]
        facts += [("Établie le", content["made_on"])]
        facts += [("Correction", content["correction"])] if content["correction"] else []
        for row, (label, value) in enumerate(facts, start=2):
            sheet.write_string(row, 0, label)
            sheet.write_string(row, 1, _clean(value))
        row = len(facts) + 3
        for rank, label in enumerate(("Pilote", "Validée le", "Par")):
            sheet.write_string(row, rank, label, self.head)
        for line in content["validations"]:
            row += 1
            for rank, value in enumerate((line["side"], line["on"] or "en attente", line["by"])):
                sheet.write_string(row, rank, _clean(value))

    def _sheet(self, name, columns):
        sheet = self.book.add_worksheet(self._free_name(name))
        for rank, (label, width) in enumerate(columns):
            sheet.set_column(rank, rank, width)
            sheet.write_string(0, rank, _clean(label), self.head)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def _free_name(self, name):
        """One that no other sheet has, whatever their case."""
        clean, taken = (
            FORBIDDEN.sub(" ", name).strip() or "Feuille",
            {sheet.name.casefold() for sheet in self.book.worksheets()},
        )
        names = chain([clean[:LONGEST_NAME]], (f"{clean[: LONGEST_NAME - 4]} {number}" for number in count(2)))
        return next(free for free in names if free.casefold() not in taken)

    def _section(self, section):
        sheet = self._sheet(f"{section['code']} {section['label']}", COLUMNS)
        for row, line in enumerate(section["lines"], start=1):
            computed = line["computed"] or {}
            texts = {CODE: line["code"], QUESTION: line["label"], SOURCE: computed.get("told", "")}
            texts |= {REASON: line["reason"], TEXT: line["text"], OWNER: line["owner"], STATE: line["state"]}
            for rank, text in texts.items():
                sheet.write_string(row, rank, _clean(text), self.wrapped)
            self._value(sheet, row, COMPUTED, computed.get("value"), computed.get("kind", ""))
            typed = line["raw"] if line["kind"] in FORMATS else shown(line["kind"], line["raw"])
            self._value(sheet, row, TYPED, typed, line["kind"])

    def _value(self, sheet, row, rank, value, kind):
        if value in (None, ""):
            return
        if kind and isinstance(value, int | str) and _is_decimal(value):
            sheet.write_number(row, rank, Decimal(value), self.numbers.get(kind, self.numbers[QuestionKind.NUMBER]))
        else:
            sheet.write_string(row, rank, _clean(str(value)), self.wrapped)

    def _table(self, line):
        computed, table = line["computed"], line["table"]
        if table is None and computed and computed["is_table"]:
            table = computed
        if table is None:
            return
        columns = [(label, 24) for label in table["columns"]]
        sheet = self._sheet(f"{line['code']} tableau", columns)
        for row, cells in enumerate([*table["rows"], table.get("totals", [])], start=1):
            for rank, cell in enumerate(cells):
                self._cell(sheet, row, rank, cell)

    def _cell(self, sheet, row, rank, cell):
        """An amount or a number written as text is one again."""
        if not AMOUNT.fullmatch(cell):
            sheet.write_string(row, rank, _clean(cell), self.wrapped)
            return
        digits = re.sub(r"[\u00a0\u202f€]", "", cell).replace(",", ".").replace("−", "-")
        kind = QuestionKind.EUROS if "€" in cell else QuestionKind.NUMBER
        sheet.write_number(row, rank, Decimal(digits), self.numbers[kind])


def _is_decimal(value):
    return not isinstance(value, bool) and re.fullmatch(r"-?\d+(\.\d+)?", str(value)) is not None


def _clean(text):
    return CONTROL.sub(" ", str(text))[:CELL_LIMIT]
