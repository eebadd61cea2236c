import io
import zipfile

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from cite_educative.common.uploads import IMAGES, PDF, UploadField, check_upload, short_name

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def zipped(**entries):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def office(folder):
    return zipped(**{"[Content_Types].xml": "<Types/>", f"{folder}/document.xml": "<w/>"})


def odf(kind):
    return zipped(mimetype=f"application/vnd.oasis.opendocument.{kind}", **{"content.xml": "<o/>"})


SOUND = {
    "convention.pdf": b"%PDF-1.7\n%...",
    "CONVENTION.PDF": b"\xef\xbb\xbf%PDF-1.4 after a byte order mark",
    "lettre.docx": office("word"),
    "budget.xlsx": office("xl"),
    "copil.pptx": office("ppt"),
    "ancienne lettre.doc": OLE,
    "lettre.odt": odf("text"),
    "modele.odt": odf("text-template"),
    "budget.ods": odf("spreadsheet"),
    "copil.odp": odf("presentation"),
    "photo.png": b"\x89PNG\r\n\x1a\n....",
    "photo.jpeg": b"\xff\xd8\xff\xe0....",
    "photo.webp": b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    "notes.txt": "Déjà vu".encode("cp1252"),
    "table.csv": "é;à\n1;2\n".encode(),
}
UNSOUND = {
    # name: (content, code, words of the sentence)
    "page.html": (b"<html>", "ending", "«\u00a0.html\u00a0» n’est pas accepté ici"),
    "dessin.svg": (b"<svg/>", "ending", "n’est pas accepté ici"),
    "macro.docm": (office("word"), "ending", "n’est pas accepté ici"),
    "sans-extension": (b"%PDF-1.7", "ending", "Un fichier sans extension"),
    "faux.pdf": (b"MZ\x90\x00 a program", "content", "n’est pas celui d’un fichier .pdf"),
    "page.pdf": (b"<html><script>", "content", "n’est pas celui d’un fichier .pdf"),
    "faux.png": (b"\xff\xd8\xff\xe0", "content", "n’est pas celui d’un fichier .png"),
    "faux.webp": (b"RIFF\x10\x00\x00\x00WAVE", "content", "n’est pas celui d’un fichier .webp"),
    "faux.docx": (office("xl"), "content", "n’est pas celui d’un fichier .docx"),
    "archive.docx": (zipped(**{"a.txt": "a"}), "content", "n’est pas celui d’un fichier .docx"),
    "faux.odt": (odf("spreadsheet"), "content", "n’est pas celui d’un fichier .odt"),
    "archive.odt": (zipped(**{"a.txt": "a"}), "content", "n’est pas celui d’un fichier .odt"),
    "texte.docx": (b"plain text", "content", "n’est pas celui d’un fichier .docx"),
    "texte.doc": (b"plain text", "content", "n’est pas celui d’un fichier .doc"),
    "coupe.docx": (office("word")[:60], "damaged", "abîmé ou incomplet"),
    "secret.docx": (OLE, "protected", "protégé par un mot de passe"),
    "programme.txt": (b"MZ\x90\x00\x03", "content", "n’est pas celui d’un fichier .txt"),
    "document.csv": (b"%PDF-1.7", "content", "n’est pas celui d’un fichier .csv"),
    "blanc.txt": (b" \n ", "empty", "Ce fichier est vide"),
    "vide.pdf": (b"", "empty", "Ce fichier est vide"),
}


@pytest.mark.parametrize("name", SOUND)
def test_a_document_passes_and_is_left_at_its_beginning(name):
    file = SimpleUploadedFile(name, SOUND[name])

    check_upload(file)

    assert file.read() == SOUND[name]


@pytest.mark.parametrize("name", UNSOUND)
def test_what_is_not_what_its_ending_says_is_refused_with_a_sentence(name):
    content, code, words = UNSOUND[name]
    file = SimpleUploadedFile(name, content)

    with pytest.raises(ValidationError) as refused:
        check_upload(file)

    assert refused.value.code == code
    assert words in refused.value.messages[0]
    assert file.tell() == 0


def test_a_file_is_refused_above_its_size_and_not_at_it():
    content = b"%PDF-1.7" + b" " * 100

    check_upload(SimpleUploadedFile("a.pdf", content), max_size=len(content))
    with pytest.raises(ValidationError, match=r"dépasse 20\\xa0Mo"):
        check_upload(SimpleUploadedFile("a.pdf", content + b" " * 20 * 1024 * 1024))


def test_only_the_endings_asked_for_pass():
    photo = SimpleUploadedFile("photo.png", b"\x89PNG\r\n\x1a\n")

    check_upload(photo, allowed=IMAGES)
    with pytest.raises(ValidationError, match=r"Formats possibles\\xa0: PDF, image"):
        check_upload(SimpleUploadedFile("a.docx", office("word")), allowed=(*PDF, *IMAGES))


class Form(forms.Form):
    file = UploadField(allowed=PDF)


def test_the_field_says_its_formats_and_refuses_what_the_check_refuses():
    field = Form().fields["file"]

    assert field.help_text == "PDF, 20\u00a0Mo au plus."
    assert field.widget.attrs["accept"] == ".pdf"
    assert Form({}, {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")}).is_valid()
    faults = {
        name: Form({}, {"file": SimpleUploadedFile(name, content)} if name else {}).errors["file"][0]
        for name, content in (("a.pdf", b"MZ"), ("b.exe", b"MZ"), ("", b""))
    }
    assert "n’est pas celui d’un fichier .pdf" in faults["a.pdf"]
    assert "«\u00a0.exe\u00a0» n’est pas accepté" in faults["b.exe"]
    assert faults[""] == "Choisissez un fichier."


def test_a_long_name_keeps_its_ending():
    assert short_name("dossier/" + "é" * 300 + ".pdf") == "é" * 196 + ".pdf"
    assert short_name("statuts.pdf") == "statuts.pdf"
