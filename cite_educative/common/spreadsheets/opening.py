"""Telling what an uploaded file is, and opening it with the reader that suits."""

import io
import zipfile
from pathlib import Path

from cite_educative.common.spreadsheets import errors
from cite_educative.common.spreadsheets.delimited import read_delimited
from cite_educative.common.spreadsheets.markup import read_html
from cite_educative.common.spreadsheets.ods import read_ods
from cite_educative.common.spreadsheets.xlsx import read_xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FOREIGN = {
    b"%PDF": "d’un PDF",
    b"\x89PNG": "d’une image",
    b"\xff\xd8\xff": "d’une image",
    b"GIF8": "d’une image",
    b"{\\rtf": "d’un texte RTF",
    b"\x1f\x8b": "d’une archive compressée",
    b"7z\xbc\xaf": "d’une archive compressée",
    b"Rar!": "d’une archive compressée",
}


def open_workbook(source, filename=""):
    """Read `source`, a path or a binary file, into a Workbook; `filename` only names the CSV's sheet.

    The kind of file is told from its content, never from its ending. Raises SpreadsheetError.
    """
    data = _bytes(source)
    name = Path(filename or str(getattr(source, "name", source))).stem or "Feuille"
    workbook = _read(data, name)
    workbook.sheets = [sheet for sheet in workbook.sheets if sheet.rows]
    if not workbook.sheets:
        raise errors.SpreadsheetError(
            "Ce fichier ne contient aucune ligne dans une feuille visible. "
            "Vérifiez que vous avez choisi le bon fichier puis recommencez."
        )
    return workbook


def _bytes(source):
    if isinstance(source, str | Path):
        with open(source, "rb") as stream:
            data = stream.read(errors.MAX_FILE_BYTES + 1)
    else:
        source.seek(0)
        data = source.read(errors.MAX_FILE_BYTES + 1)
    if len(data) > errors.MAX_FILE_BYTES:
        limit = errors.MAX_FILE_BYTES // errors.MEGABYTE
        raise errors.SpreadsheetError(
            f"Ce fichier dépasse {limit}\u00a0Mo. Retirez les images et les feuilles inutiles, "
            "ou enregistrez la seule feuille à importer au format .csv puis recommencez."
        )
    if not data.strip():
        raise errors.SpreadsheetError(
            "Ce fichier est vide. Vérifiez que vous avez choisi le bon fichier puis recommencez."
        )
    return data


def _read(data, name):
    if data.startswith(b"PK"):
        return _read_zip(data)
    if data.startswith(OLE):
        raise _ole_error(data)
    for mark, kind in FOREIGN.items():
        if data.startswith(mark):
            raise errors.not_a_spreadsheet(kind)
    start = data[:4000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith(b"<"):
        return _read_markup(data, start, name)
    if start.startswith((b'{"', b"[{", b"{\n", b"{\r", b"{ ", b"[\n")):
        raise errors.not_a_spreadsheet("de données JSON")
    return read_delimited(data, name)


def _read_zip(data):
    stream = io.BytesIO(data)
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        raise errors.damaged() from error
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return read_xlsx(stream)
    if "content.xml" in names and "META-INF/manifest.xml" in names:
        return read_ods(stream)
    if any(name.startswith("word/") for name in names):
        raise errors.not_a_spreadsheet("d’un document Word")
    if any(name.startswith("ppt/") for name in names):
        raise errors.not_a_spreadsheet("d’une présentation")
    raise errors.not_a_spreadsheet("d’une archive ZIP")


def _ole_error(data):
    if "EncryptedPackage".encode("utf-16-le") in data:
        return errors.password_protected()
    if any(entry.encode("utf-16-le") in data for entry in ("Workbook", "Book")):
        return errors.SpreadsheetError(
            "Ce classeur est à l’ancien format .xls. Ouvrez-le, enregistrez-le au format .xlsx puis recommencez."
        )
    return errors.not_a_spreadsheet()


def _read_markup(data, start, name):
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        raise errors.SpreadsheetError(
            "Ce classeur est au format «\u00a0Feuille de calcul XML\u00a0». Ouvrez-le dans Excel ou LibreOffice, "
            "enregistrez-le au format .xlsx puis recommencez."
        )
    if b"<table" in data.lower():
        return read_html(data, name)
    raise errors.not_a_spreadsheet("d’une page web sans tableau" if b"<html" in start else "d’un fichier XML")
