"""A form of the revue read from a table: one question per line, under named columns."""

import csv
import re
from dataclasses import dataclass, field

from cite_educative.common.search import normalise
from cite_educative.common.spreadsheets import open_workbook
from evaluation.computed import COMPUTATIONS, tells_money
from evaluation.models import ReviewQuestion
from evaluation.review_enums import QuestionKind

COLUMNS = ("rubrique", "code", "question", "nature", "choix", "aide", "calcul")
NEEDED = ("rubrique", "code", "question", "nature")
MOST = 300
SAID_KINDS = {normalise(kind.label): kind for kind in QuestionKind} | {
    "entier": QuestionKind.INTEGER,
    "decimal": QuestionKind.NUMBER,
    "%": QuestionKind.PERCENT,
    "montant": QuestionKind.EUROS,
    "€": QuestionKind.EUROS,
    "oui/non": QuestionKind.YES_NO,
    "choix multiple": QuestionKind.LIST,
    "choix unique": QuestionKind.CHOICE,
}
WITH_CHOICES = {
    QuestionKind.CHOICE: "écrivez ses choix, séparés par des points-virgules",
    QuestionKind.SCALE: "écrivez ses degrés, séparés par des points-virgules",
    QuestionKind.TABLE: "écrivez ses colonnes, séparées par des points-virgules",
}
SECTION = re.compile(r"([A-Za-z0-9]{1,8})\s*[.):–-]\s*(\S.*)")


@dataclass
class FormLine:
    """One line of the table: `row` holds the fields of a `ReviewQuestion`, `errors` what is to be mended."""

    number: int
    row: dict
    errors: list = field(default_factory=list)

    @property
    def kind_label(self):
        return QuestionKind(self.row["kind"]).label if self.row["kind"] else ""


@dataclass
class FormReading:
    lines: list = field(default_factory=list)
    errors: list = field(default_factory=list)

    @property
    def is_sound(self):
        return bool(self.lines) and not self.errors and not any(line.errors for line in self.lines)

    @property
    def rows(self):
        return [line.row for line in self.lines]


def text_of_file(file):
    """The first sheet of an XLSX, ODS or CSV file as lines of cells parted by tabs. Raises `SpreadsheetError`."""
    sheet = open_workbook(file, file.name).sheets[0]
    return "\n".join("\t".join(_cell(cell) for cell in row.cells) for row in sheet.rows)


def _cell(value):
    text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return " ".join(text.split())


def read_form(text):
    """The questions of a table written as text: cells parted by tabs, else by points-virgules between quotes."""
    table = list(csv.reader(text.splitlines(), delimiter="\t" if "\t" in text else ";"))
    rows = [(number, [cell.strip() for cell in cells]) for number, cells in enumerate(table, start=1) if any(cells)]
    if not rows:
        return FormReading(errors=["Le tableau est vide\u00a0: donnez un fichier, ou collez-y ses lignes."])
    names = [normalise(name) for name in rows[0][1]]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        return FormReading(
            errors=[
                f"Colonne absente de la première ligne\u00a0: {', '.join(missing)}. Attendues\u00a0: {', '.join(COLUMNS)}."
            ]
        )
    if len(rows) - 1 > MOST:
        return FormReading(errors=[f"Ce tableau a plus de {MOST} questions\u00a0: vérifiez que c’est le bon."])
    reading = FormReading()
    for order, (number, cells) in enumerate(rows[1:], start=1):
        known = dict(zip(names, cells, strict=False))
        reading.lines.append(_line(number, order, {name: known.get(name, "") for name in COLUMNS}))
    _refuse_doubles(reading.lines)
    if not reading.lines:
        reading.errors.append("Sous la ligne des colonnes, il n’y a aucune question.")
    return reading


def _line(number, order, cells):
    errors = []
    section = SECTION.fullmatch(cells["rubrique"])
    kind = SAID_KINDS.get(normalise(cells["nature"]), "")
    choices = [choice.strip() for choice in re.split(r"[;|]", cells["choix"]) if choice.strip()]
    key = _computed_key(cells["calcul"], errors)
    if not section:
        errors.append("Écrivez la rubrique avec son code, par exemple «\u00a0A. Périmètre\u00a0».")
    if not kind:
        kinds = ", ".join(kind.label for kind in QuestionKind)
        errors.append(f"Nature inconnue\u00a0: «\u00a0{cells['nature'][:40]}\u00a0». Possibles\u00a0: {kinds}.")
    if kind in WITH_CHOICES and not choices:
        errors.append(f"Cette question est de nature «\u00a0{kind.label}\u00a0»\u00a0: {WITH_CHOICES[kind]}.")
    row = {
        "section_code": section[1] if section else "",
        "section_label": section[2] if section else cells["rubrique"],
        "code": cells["code"],
        "label": cells["question"],
        "kind": str(kind),
        "choices": choices,
        "computed_key": key,
        "is_money": kind == QuestionKind.EUROS or bool(key and tells_money(key)),
        "help": cells["aide"],
        "order": order,
    }
    return FormLine(number, row, errors + _faults(row))


def _computed_key(text, errors):
    """ "A3", or the whole key of a computation; blank when the answer is not computed."""
    said = text.strip().lower()
    key = next((key for key in (said, f"review.{said}") if key in COMPUTATIONS), "")
    if said and not key:
        errors.append(
            f"Calcul inconnu\u00a0: «\u00a0{text[:40]}\u00a0». Prenez son code dans la liste ci-dessous, ou laissez vide."
        )
    return key


def _faults(row):
    faults = []
    for name, what in (("code", "le code"), ("label", "la question")):
        if not row[name]:
            faults.append(f"Il manque {what}.")
    for name in ("section_label", "code", "label", "help"):
        longest = ReviewQuestion._meta.get_field(name).max_length
        if len(row[name]) > longest:
            faults.append(f"«\u00a0{row[name][:30]}…\u00a0» est trop long\u00a0: {longest} signes au plus.")
    return faults


def _refuse_doubles(lines):
    first = {}
    for line in lines:
        code = line.row["code"]
        known = first.setdefault(code, line.number)
        if code and known != line.number:
            line.errors.append(
                f"Le code {code} est déjà celui de la ligne {known}\u00a0: un code ne sert qu’une fois."
            )
