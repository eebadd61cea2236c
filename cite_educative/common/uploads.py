"""Files that people hand in: their ending, their size and what is really inside."""

import zipfile
from pathlib import PurePath

from django import forms
from django.core.exceptions import ValidationError

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE
HEAD = 2048
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ODF = "application/vnd.oasis.opendocument."

PDF = (".pdf",)
OFFICE = (".docx", ".xlsx", ".pptx", ".doc", ".xls", ".ppt")
OPEN_DOCUMENT = (".odt", ".ods", ".odp")
IMAGES = (".png", ".jpg", ".jpeg", ".webp")
TEXT = (".txt", ".csv")
# What a file field takes unless told otherwise: nothing that a browser or an office suite runs by itself.
DOCUMENTS = (*PDF, *OFFICE, *OPEN_DOCUMENT, *IMAGES, *TEXT)

OFFICE_FOLDERS = {".docx": "word/", ".xlsx": "xl/", ".pptx": "ppt/"}
ODF_KINDS = {".odt": "text", ".ods": "spreadsheet", ".odp": "presentation"}
MARKS = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}


def check_upload(file, *, allowed=DOCUMENTS, max_size=MAX_BYTES):
    """Raise `ValidationError` with a sentence that says how to mend it; `file` is an `UploadedFile`.

    `allowed` holds endings (".pdf"): the content must be of the kind that the ending says. Reads the first
    octets and the list of a ZIP container only; the file is left at its beginning.
    """
    ending = PurePath(file.name).suffix.lower()
    if ending not in allowed:
        raise ValidationError(_refused(ending, allowed), code="ending")
    if file.size > max_size:
        raise ValidationError(
            f"Ce fichier dépasse {max_size // MEGABYTE}\u00a0Mo. Réduisez ses images, ou découpez-le en plusieurs.",
            code="size",
        )
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if not head.strip():
        raise ValidationError("Ce fichier est vide. Vérifiez que vous avez choisi le bon.", code="empty")
    try:
        _check_content(file, head, ending)
    finally:
        file.seek(0)


def short_name(path, longest=200):
    """The name of a file, cut before its ending when it is too long: the ending says how to open it."""
    name = PurePath(path).name
    ending = PurePath(name).suffix[:20]
    return name if len(name) <= longest else name[: longest - len(ending)] + ending


def accept(allowed=DOCUMENTS):
    """The `accept` attribute of the field."""
    return ",".join(allowed)


class UploadField(forms.FileField):
    """A file field that checks what it is given. Its help says the formats; `data-file-name` shows what was chosen."""

    default_error_messages = {
        "required": "Choisissez un fichier.",
        "missing": "Choisissez un fichier.",
        "empty": "Ce fichier est vide. Vérifiez que vous avez choisi le bon.",
    }

    def __init__(self, *, allowed=DOCUMENTS, max_size=MAX_BYTES, **kwargs):
        self.allowed, self.max_size = allowed, max_size
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": accept(allowed), "data-file-name": ""}))
        kwargs.setdefault("help_text", f"{_families(allowed)}, {max_size // MEGABYTE}\u00a0Mo au plus.")
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if data:
            check_upload(file, allowed=self.allowed, max_size=self.max_size)
        return file


def _families(allowed):
    names = (
        (PDF, "PDF"),
        (OFFICE, "Word, Excel ou PowerPoint"),
        (OPEN_DOCUMENT, "LibreOffice"),
        (IMAGES, "image"),
        (TEXT, "texte ou CSV"),
    )
    return ", ".join(name for endings, name in names if set(endings) & set(allowed))


def _refused(ending, allowed):
    found = f"Un fichier «\u00a0{ending[:12]}\u00a0»" if ending else "Un fichier sans extension"
    return f"{found} n’est pas accepté ici. Formats possibles\u00a0: {_families(allowed)}."


def _check_content(file, head, ending):
    if ending in OFFICE_FOLDERS or ending in ODF_KINDS:
        _check_container(file, head, ending)
    elif not _looks_like(head, ending):
        raise ValidationError(_other(ending), code="content")


def _looks_like(head, ending):
    if ending in PDF:
        return b"%PDF-" in head[:1024]
    if ending in OFFICE:
        return head.startswith(OLE)
    if ending == ".webp":
        return head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    if ending in TEXT:
        return b"\0" not in head and not head.startswith((b"%PDF-", b"PK\x03\x04"))
    return head.startswith(MARKS[ending])


def _check_container(file, head, ending):
    """An Office or OpenDocument file is a ZIP whose list tells what it is."""
    if head.startswith(OLE):
        raise ValidationError(
            "Ce fichier est protégé par un mot de passe. Retirez la protection, enregistrez-le puis recommencez.",
            code="protected",
        )
    if not head.startswith(b"PK\x03\x04"):
        raise ValidationError(_other(ending), code="content")
    try:
        with zipfile.ZipFile(file) as archive:
            is_sound = _is_office(archive, ending) if ending in OFFICE_FOLDERS else _is_odf(archive, ending)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise ValidationError(
            "Ce fichier est abîmé ou incomplet. Ouvrez-le, enregistrez-le à nouveau puis recommencez.", code="damaged"
        ) from error
    if not is_sound:
        raise ValidationError(_other(ending), code="content")


def _is_office(archive, ending):
    names = archive.namelist()
    return "[Content_Types].xml" in names and any(name.startswith(OFFICE_FOLDERS[ending]) for name in names)


def _is_odf(archive, ending):
    if "mimetype" not in archive.namelist():
        return False
    with archive.open("mimetype") as stream:
        return stream.read(200).decode("ascii", errors="replace").startswith(f"{ODF}{ODF_KINDS[ending]}")


def _other(ending):
    return (
        f"Le contenu de ce fichier n’est pas celui d’un fichier {ending}. "
        "Enregistrez-le depuis le logiciel qui l’a fait, sans changer son extension à la main."
    )
