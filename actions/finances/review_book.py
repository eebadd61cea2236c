"""The review as a workbook for administrative staff: typed cells, and sums that are formulas on the sheet « Lignes ».

Written row by row in constant memory. Each formula carries its value, so that a viewer that does not compute shows it.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from actions.enums import Step
from actions.finances.envelopes import DRAWING, SPENT
from actions.finances.lines import LINE_COLUMNS
from actions.finances.pages import LEFT
from actions.finances.review_content import LINE_KEYS, justified_lines, read_lines
from actions.finances.review_following import CONSUMPTION
from actions.finances.review_spending import read_sheets
from cite_educative.common.exports import CELL_LIMIT, CONTROL, NUMBER_FORMATS, WIDTHS
from cite_educative.common.money import ZERO, total
from cite_educative.common.search import normalise

STEPS = [str(step) for step in Step]
STEP_LABELS = [step.label.capitalize() for step in Step]
ANNOUNCED = (
    ("provisional", "Prévisionnel"),
    ("notified", "Notifié"),
    ("carried_over", "Reporté"),
    ("direct", "Dépenses directes"),
    ("unpaid", "dont à payer"),
)
AVAILABLE = 2 + len(ANNOUNCED)  # its column, before those of the steps
READING = (
    "Programmé\u00a0: décidé par les pilotes. Accordé\u00a0: par l’acte du financeur, et par lui seul. L’un n’est pas l’autre.",
    "Une case vide\u00a0: montant pas encore connu, jamais zéro.",
    "Les apports en nature sont sur la feuille «\u00a0Lignes\u00a0» et hors de toutes les sommes.",
    "Une action de plusieurs communes, ou intercommunale, est comptée une fois, sur sa propre ligne.",
    "Les sommes sont des formules sur la feuille «\u00a0Lignes\u00a0»\u00a0: ce qui y est corrigé se répercute. Le total d’une feuille "
    "suit le filtre qu’on y pose.",
)
LINES = "Lignes"


@dataclass(frozen=True)
class Group:
    """A sheet of sums by one column of the lines: `key` is that column's, `heading` names what is in it."""

    name: str
    heading: str
    key: str


GROUPS = (
    Group("Par axe", "Axe", "axis"),
    Group("Par porteur", "Porteur", "holder"),
    Group("Par commune", "Commune", "place"),
    Group("Par quartier", "Quartier", "quarter"),
)


def write_review(file, content):
    """Write the workbook to the binary `file`. `content` is that of a `FinancialReview`."""
    Book(file, content).write()


class Book:
    def __init__(self, file, content):
        self.content = content
        self.lines = list(read_lines(content))
        self.cash = [line for line in self.lines if line["in_kind"] == "non"]
        self.last = max(len(self.lines), 1) + 1  # the last row of the lines, counted from 1
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(file, options)
        self.styles = {kind: self.book.add_format({"num_format": written}) for kind, written in NUMBER_FORMATS.items()}
        self.styles["amount"] = self.styles["money"]
        self.bold = {
            kind: self.book.add_format({"num_format": written, "bold": True, "top": 1})
            for kind, written in {"text": "@", **NUMBER_FORMATS}.items()
        }
        self.head = self.book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.title = self.book.add_format({"bold": True, "font_size": 16})
        self.wrapped = self.book.add_format({"text_wrap": True, "valign": "top"})

    def write(self):
        with self.book:
            self.book.set_properties({"title": f"Revue financière {self.content['year']}"})
            self._cover()
            self._envelopes()
            self._matrix("Axes × programmé", "programmed")
            self._matrix("Axes × accordé", "granted")
            for group in GROUPS:
                self._group(group)
            self._lines()
            self._spending()
            self._justifications()
            self._gaps()
            self._checks()

    # --- Sheets -----------------------------------------------------------------------------------

    def _sheet(self, name, columns, *, frozen=1, wide=True):
        """`columns` are (label, kind, width); the first row holds the labels."""
        sheet = self.book.add_worksheet(name)
        for rank, (_, kind, width) in enumerate(columns):
            sheet.set_column(rank, rank, width or WIDTHS[kind])
        for rank, (label, _, _) in enumerate(columns):
            sheet.write_string(0, rank, label, self.head)
        sheet.freeze_panes(1, frozen)
        sheet.repeat_rows(0)
        if wide:
            sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L&8Cité éducative {self._plain(self.content['cite'])}, {self.content['made_on']}&R&8&P/&N")
        return sheet

    @staticmethod
    def _plain(text):
        return text.replace("&", "&&")

    def _cover(self):
        sheet = self.book.add_worksheet("Couverture")
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 60)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 1)
        content = self.content
        sheet.write_string(0, 0, f"Revue financière, exercice {content['year']}", self.title)
        made_day = content.get("made_day")
        facts = (
            ("Cité éducative", content["cite"]),
            ("Établie le", datetime.date.fromisoformat(made_day) if made_day else content["made_on"]),
            ("Par", content["made_by"]),
            ("Financements", len(self.lines)),
        )
        for row, (label, value) in enumerate(facts, start=2):
            sheet.write_string(row, 0, label)
            self._cell(sheet, row, 1, value, "count")
        row = 7
        for label, step in zip(STEP_LABELS, STEPS, strict=True):
            sheet.write_string(row, 0, label)
            self._sum(sheet, row, 1, step, self.cash, conditions="")
            row += 1
        for sentence in READING:
            row += 1
            sheet.set_row(row, 32)  # a merged cell never grows by itself
            sheet.merge_range(row, 0, row, 1, sentence, self.wrapped)

    def _envelopes(self):
        columns = [("Financeur", "text", 34), ("Acte de notification", "text", 34)]
        columns += [(label, "money", None) for _, label in ANNOUNCED]
        columns += [("À programmer au plus", "money", None)] + [(label, "money", None) for label in STEP_LABELS]
        columns += [(LEFT[step].capitalize(), "money", None) for step in DRAWING]
        sheet = self._sheet("Enveloppes", columns)
        envelopes = self.content["envelopes"]
        for row, envelope in enumerate(envelopes, start=1):
            self._cell(sheet, row, 0, envelope["funder"], "text")
            self._cell(sheet, row, 1, envelope["act"], "text")
            for rank, (key, _) in enumerate(ANNOUNCED, start=2):
                self._cell(sheet, row, rank, _amount(envelope.get(key)), "money")
            self._cell(sheet, row, AVAILABLE, _amount(envelope["available"]), "money")
            own = [line for line in self.cash if line["funder"] == envelope["funder"]]
            for rank, step in enumerate(STEPS, start=AVAILABLE + 1):
                self._sum(sheet, row, rank, step, own, conditions=self._is("funder", f"$A{row + 1}"))
            for rank, step in enumerate(DRAWING, start=AVAILABLE + len(STEPS) + 1):
                if step in envelope.get("steps", STEPS):
                    self._left(sheet, row, rank, step, _left_of(envelope, step, own))
        self._totals(sheet, len(envelopes), range(2, len(columns)), self._envelope_totals())

    def _left(self, sheet, row, rank, step, value):
        """A direct expense still to be paid is counted again where only what is paid consumes."""
        available, used = f"{xl_col_to_name(AVAILABLE)}{row + 1}", xl_col_to_name(AVAILABLE + 1 + STEPS.index(step))
        waiting = f"+SUM({xl_col_to_name(AVAILABLE - 1)}{row + 1})" if step in SPENT else ""
        formula = f'=IF({available}="","",{available}{waiting}-SUM({used}{row + 1}))'
        sheet.write_formula(row, rank, formula, self.styles["money"], _cached(value))

    def _envelope_totals(self):
        envelopes = self.content["envelopes"]
        announced = [total(_amount(one.get(key)) for one in envelopes) for key, _ in ANNOUNCED]
        available = total(_amount(one["available"]) for one in envelopes)
        by_funder = {one["funder"]: [] for one in envelopes}
        for line in self.cash:
            by_funder.setdefault(line["funder"], []).append(line)
        left = [
            total(
                _left_of(one, step, by_funder[one["funder"]]) for one in envelopes if step in one.get("steps", STEPS)
            )
            for step in DRAWING
        ]
        return [*announced, available, *(total(line[step] for line in self.cash) for step in STEPS), *left]

    def _matrix(self, name, step):
        """Axis × funder, of one step."""
        axes, funders = _labels(self.lines, "axis"), self._funders()
        columns = [("Axe", "text", 34), *((funder, "money", None) for funder in funders), ("Total", "money", None)]
        sheet = self._sheet(name, columns)
        for row, axis in enumerate(axes, start=1):
            self._cell(sheet, row, 0, axis, "text")
            mine = [line for line in self.cash if _same(line["axis"], axis)]
            for rank, funder in enumerate(funders, start=1):
                own = [line for line in mine if _same(line["funder"], funder)]
                conditions = self._is("axis", f"$A{row + 1}") + self._is("funder", f"{xl_col_to_name(rank)}$1")
                self._sum(sheet, row, rank, step, own, conditions=conditions)
            self._sum(sheet, row, len(funders) + 1, step, mine, conditions=self._is("axis", f"$A{row + 1}"))
        values = [total(line[step] for line in self.cash if _same(line["funder"], funder)) for funder in funders]
        values.append(total(line[step] for line in self.cash))
        self._totals(sheet, len(axes), range(1, len(funders) + 2), values)

    def _funders(self):
        """Those of the lines, in the order of the Cité."""
        order = {one["funder"].casefold(): rank for rank, one in enumerate(self.content["envelopes"])}
        return sorted(_labels(self.lines, "funder"), key=lambda label: order.get(label.casefold(), len(order)))

    def _group(self, group):
        labels = _labels(self.lines, group.key)
        columns = [(group.heading, "text", 40), ("Financements", "count", 13)]
        sheet = self._sheet(group.name, [*columns, *((label, "money", None) for label in STEP_LABELS)])
        by_label = {label.casefold(): [] for label in labels}
        for line in self.cash:
            by_label[line[group.key].casefold()].append(line)
        for row, label in enumerate(labels, start=1):
            own, conditions = by_label[label.casefold()], self._is(group.key, f"$A{row + 1}")
            self._cell(sheet, row, 0, label, "text")
            formula = f"=SUMPRODUCT({conditions}{self._cash_only()})"
            sheet.write_formula(row, 1, formula, self.styles["count"], len(own))
            for rank, step in enumerate(STEPS, start=2):
                self._sum(sheet, row, rank, step, own, conditions=conditions)
        sums = [total(line[step] for line in self.cash) for step in STEPS]
        self._totals(sheet, len(labels), range(1, len(STEPS) + 2), [len(self.cash), *sums], counts=(1,))

    def _lines(self):
        sheet = self._sheet(LINES, [(column.label, column.kind, column.width) for column in LINE_COLUMNS], frozen=2)
        for row, line in enumerate(self.lines, start=1):
            for rank, column in enumerate(LINE_COLUMNS):
                # A year is no quantity: no separator of thousands.
                kind = "year" if column.key == "year" else column.kind
                self._cell(sheet, row, rank, line[column.key], kind)
        sheet.autofilter(0, 0, self.last - 1, len(LINE_COLUMNS) - 1)
        below = self.last + 1
        sheet.write_string(below, 0, "Total", self.bold["text"])
        sheet.write_string(below, 1, "hors apports en nature", self.bold["text"])
        for step in STEPS:
            self._shown_sum(sheet, below, LINE_KEYS.index(step), total(line[step] for line in self.cash))

    def _shown_sum(self, sheet, row, rank, value):
        """In cash, of the lines that a filter leaves: SUBTOTAL alone would add contributions in kind."""
        cells = f"{xl_col_to_name(rank)}$2:{xl_col_to_name(rank)}${self.last}"
        cash = self._cash_only(here=True)
        first = f"{xl_col_to_name(rank)}$2"
        shown = f"SUBTOTAL(109,OFFSET({first},ROW({cells})-2,0))"
        formula = f'=IF(SUMPRODUCT({cash}*({cells}<>""))=0,"",SUMPRODUCT({cash}*{shown}))'
        sheet.write_formula(row, rank, formula, self.bold["money"], _cached(value))

    def _spending(self):
        for name, columns, rows, sums in read_sheets(self.content):
            sheet = self._sheet(name, [column[1:] for column in columns])
            for row, values in enumerate(rows, start=1):
                for rank, (value, (_, _, kind, _)) in enumerate(zip(values, columns, strict=True)):
                    self._cell(sheet, row, rank, value, kind)
            if sums:
                self._totals(sheet, len(rows), list(sums), list(sums.values()))
            if name == CONSUMPTION and self.content.get("pace"):
                rank = [column[0] for column in columns].index("at_year_end")
                sheet.write_string(len(rows) + 3, 0, "Au rythme de l’an dernier")
                self._cell(sheet, len(rows) + 3, rank, _amount(self.content["pace"]), "money")

    def _justifications(self):
        columns = [("Code", "text", 11), ("Action", "text", 46), ("Porteur", "text", 34), ("Financeur", "text", 28)]
        columns += [(label, "money", None) for label in ("Accordé", "Versé", "Justifié", "Versé et non justifié")]
        columns += [("À reverser", "money", None), ("Demandé le", "date", None), ("Reversé le", "date", None)]
        sheet = self._sheet("Justifications", columns)
        concerned = list(justified_lines(self.content, self.cash))
        for row, line in enumerate(concerned, start=1):
            for rank, key in enumerate(("code", "title", "holder", "funder")):
                self._cell(sheet, row, rank, line[key], "text")
            for rank, key in enumerate(("granted", "paid", "justified"), start=4):
                self._cell(sheet, row, rank, line[key], "money")
            formula = f"=SUM(F{row + 1})-SUM(G{row + 1})"
            sheet.write_formula(row, 7, formula, self.styles["money"], _cached(line["unjustified"]))
            for rank, key in enumerate(("refund", "asked_on", "returned_on"), start=8):
                self._cell(sheet, row, rank, line[key], "money")
        sums = ("granted", "paid", "justified", "unjustified", "refund")
        self._totals(sheet, len(concerned), range(4, 9), [total(line[key] for line in concerned) for key in sums])

    def _gaps(self):
        """What the funder granted otherwise than the pilots programmed, and why."""
        columns = [("Code", "text", 11), ("Action", "text", 46), ("Porteur", "text", 34), ("Financeur", "text", 28)]
        columns += [(label, "money", None) for label in ("Programmé", "Accordé", "Écart")]
        sheet = self._sheet("Écarts", [*columns, ("Explication", "text", 50)])
        concerned = [line for line in self.cash if line["gap"]]
        for row, line in enumerate(concerned, start=1):
            for rank, key in enumerate(("code", "title", "holder", "funder")):
                self._cell(sheet, row, rank, line[key], "text")
            self._cell(sheet, row, 4, line["programmed"], "money")
            self._cell(sheet, row, 5, line["granted"], "money")
            sheet.write_formula(row, 6, f"=F{row + 1}-E{row + 1}", self.styles["money"], _cached(line["gap"]))
            self._cell(sheet, row, 7, line["gap_reason"], "text")
        sums = [total(line[key] for line in concerned) for key in ("programmed", "granted", "gap")]
        self._totals(sheet, len(concerned), range(4, 7), sums)

    def _checks(self):
        columns = [("Contrôle", "text", 44), ("Sur quoi", "text", 50), ("Financeur", "text", 24)]
        sheet = self._sheet("Contrôles", [*columns, ("Ce qui ne va pas", "text", 80)])
        checks = self.content["checks"]
        for row, found in enumerate(checks, start=1):
            for rank, key in enumerate(("rule", "subject", "funder", "detail")):
                self._cell(sheet, row, rank, found[key], "text")
        if checks:
            sheet.autofilter(0, 0, len(checks), 3)

    # --- Cells ------------------------------------------------------------------------------------

    def _cell(self, sheet, row, rank, value, kind):
        if value is None or value == "":
            return
        if isinstance(value, datetime.date):
            sheet.write_datetime(row, rank, value, self.styles["date"])
        elif isinstance(value, int | Decimal):
            sheet.write_number(row, rank, value, self.styles.get(kind))
        else:
            sheet.write_string(row, rank, CONTROL.sub(" ", value)[:CELL_LIMIT])

    def _range(self, key, *, here=False):
        column = xl_col_to_name(LINE_KEYS.index(key))
        return f"{'' if here else f'{LINES}!'}${column}$2:${column}${self.last}"

    def _is(self, key, cell):
        """An equality, not SUMIFS: a name may hold a star or a question mark."""
        return f"({self._range(key)}={cell})*"

    def _cash_only(self, *, here=False):
        return f'({self._range("in_kind", here=here)}="non")'

    def _sum(self, sheet, row, rank, step, lines, *, conditions):
        """The sum of one step over lines that meet `conditions`, in cash; empty when none is known."""
        amounts, cash = self._range(step), self._cash_only()
        known = f'SUMPRODUCT({conditions}{cash}*({amounts}<>""))'
        formula = f'=IF({known}=0,"",SUMPRODUCT({conditions}{cash},{amounts}))'
        if not conditions:
            formula = f'=IF({known}=0,"",SUMPRODUCT({cash}*1,{amounts}))'
        value = total(line[step] for line in lines)
        sheet.write_formula(row, rank, formula, self.styles["money"], _cached(value))

    def _totals(self, sheet, count, ranks, values, *, counts=()):
        """A row of sums under `count` rows, of those that a filter leaves. Nothing known gives an empty cell, as above."""
        row = count + 1
        sheet.write_string(row, 0, "Total", self.bold["text"])
        for rank, value in zip(ranks, values, strict=True):
            column = xl_col_to_name(rank)
            cells = f"{column}2:{column}{max(count, 1) + 1}"
            style = self.bold["count" if rank in counts else "money"]
            sheet.write_formula(row, rank, f'=IF(COUNT({cells})=0,"",SUBTOTAL(109,{cells}))', style, _cached(value))
        if count:
            sheet.autofilter(0, 0, count, max(ranks))


def _amount(text):
    return None if text is None else Decimal(text)


def _left_of(envelope, step, lines):
    available = _amount(envelope["available"])
    if available is None:
        return None
    waiting = _amount(envelope.get("unpaid")) if step in SPENT else None
    return available + (waiting or ZERO) - (total(line[step] for line in lines) or ZERO)


def _cached(value):
    return "" if value is None or value == "" else float(value) if isinstance(value, Decimal) else value


def _same(one, other):
    """As a spreadsheet compares texts."""
    return one.casefold() == other.casefold()


def _labels(lines, key):
    """The distinct values of a column in alphabetical order, capitals and accents ignored."""
    found = {}
    for line in lines:
        found.setdefault(line[key].casefold(), line[key])
    return [found[folded] for folded in sorted(found, key=lambda folded: (normalise(folded), folded))]
