"""Reader of CSV and other delimited text: encoding and delimiter are found, physical line numbers kept."""

import codecs
import csv
import io
import re
from collections import Counter

from cite_educative.common.spreadsheets import errors
from cite_educative.common.spreadsheets.aliases import header_hits
from cite_educative.common.spreadsheets.model import Row, Sheet, Workbook, trimmed

DELIMITERS = ";\t,|"
SAMPLE_ROWS = 300
FRENCH = "éèêëàâçùûüôîïœÉÈÊÀÂÇÙÔÎŒ’«»°€–…"
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
MAX_LINES_IN_A_RECORD = 40


def read_delimited(data, name):
    """Raises SpreadsheetError when the bytes are no text or hold more rows than allowed."""
    notes = []
    text = decode(data, notes)
    if len(CONTROLS.findall(text[:20_000])) > 5:
        raise errors.not_a_spreadsheet()
    text = text.replace("\x00", "")
    text, delimiter = _hinted(text)
    text = _unwrapped(text)
    delimiter = delimiter or detect_delimiter(text)
    rows = _rows(text, delimiter, notes)
    sheet = Sheet(name, rows, fixed_width=_fixed_width(rows))
    return Workbook(sheets=[sheet], format="csv", notes=notes)


def decode(data, notes):
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _by_line(data[3:], notes) if encoding == "utf-8-sig" else data.decode(encoding, "replace")
    sample = data[:4000]
    if sample.count(0) > len(sample) / 4:
        encoding = "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
        return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _mostly_utf8(data):
        return _by_line(data, notes)
    texts = {name: data.decode(name, "replace") for name in ("cp1252", "mac_roman", "cp850")}
    best = max(texts, key=lambda name: sum(texts[name].count(letter) for letter in FRENCH))
    if best != "cp1252":
        notes.append("Le fichier utilise un ancien codage de caractères\u00a0: vérifiez les accents dans l’aperçu.")
    if "\ufffd" in texts[best]:
        line = texts[best][: texts[best].index("\ufffd")].count("\n") + 1
        notes.append(f"Un caractère illisible a été remplacé par «\u00a0\ufffd\u00a0» à la ligne {line}.")
    return texts[best]


def _mostly_utf8(data):
    text = data.decode("utf-8", "replace")
    return text.count("\ufffd") < sum(text.count(letter) for letter in FRENCH)


def _by_line(data, notes):
    """UTF-8 text in which some lines were pasted from a Windows-1252 source."""
    lines, odd = [], []
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(line.decode("cp1252", "replace"))
            odd.append(str(number))
    if odd:
        notes.append(
            "Le codage des caractères change à l’intérieur du fichier\u00a0: vérifiez les accents "
            f"(ligne {', '.join(odd[:10])})."
        )
    return "\n".join(lines)


def _hinted(text):
    """Excel may write `sep=;` first; the line is blanked so that the numbers of the others stay true."""
    found = re.match(r"\ufeff?sep=(.)\r?\n", text, re.IGNORECASE)
    return ("\n" + text[found.end() :], found[1]) if found else (text, None)


def _unwrapped(text):
    """Lines that some tools quote as a whole, as if each were one cell, without their outer quotes."""
    lines = text.splitlines(keepends=False)
    filled = [line for line in lines[:50] if line.strip()]
    if len(filled) < 2 or not all(re.fullmatch(r'"(?:[^"]|"")*"[;,\t]*', line) for line in filled):
        return text
    if not any(mark in line for line in filled for mark in DELIMITERS):
        return text
    return "\n".join(line.strip(";,\t")[1:-1].replace('""', '"') if line.strip() else "" for line in lines)


def detect_delimiter(text):
    """The delimiter that cuts most lines into the same number of cells, and knows titles of columns."""
    sample = text[:400_000]
    return max(DELIMITERS, key=lambda delimiter: _delimiter_score(sample, delimiter))


def _delimiter_score(sample, delimiter):
    widths, hits = Counter(), 0
    try:
        for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in cells):
                widths[len(cells)] += 1
                hits = max(hits, header_hits(cells) if len(widths) < 40 and len(cells) > 1 else 0)
            if widths.total() >= SAMPLE_ROWS:
                break
    except csv.Error:
        return 0
    common = [(count, width) for width, count in widths.items() if width > 1]
    if not common:
        return 0
    count, width = max(common)
    return count / widths.total() * min(width, 12) + hits


def _rows(text, delimiter, notes):
    rows = _parse(text, delimiter, csv.QUOTE_MINIMAL)
    if rows is None:
        notes.append(
            "Un guillemet n’est jamais refermé dans le fichier\u00a0: les guillemets ont été lus comme du texte."
        )
        rows = _parse(text, delimiter, csv.QUOTE_NONE)
    if rows is None:
        raise errors.damaged()
    return rows


def _parse(text, delimiter, quoting):
    """Rows with the physical line where each begins; None when a quote swallows what follows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting)
    rows, start = [], 1
    try:
        for cells in reader:
            if reader.line_num - start > MAX_LINES_IN_A_RECORD:
                return None
            kept = trimmed([cell.replace("\r\n", "\n") or None for cell in cells])
            if len(kept) > errors.MAX_COLUMNS:
                raise errors.too_many_columns()
            if kept:
                if len(rows) >= errors.MAX_ROWS + errors.HEADER_ALLOWANCE:
                    raise errors.too_many_rows()
                rows.append(Row(start, kept, width=len(cells)))
            start = reader.line_num + 1
    except csv.Error:
        return None
    return rows


def _fixed_width(rows):
    widths = Counter(row.width for row in rows)
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    return width if width > 1 and count >= 0.9 * len(rows) else 0
