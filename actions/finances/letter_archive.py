"""The letters of one batch in one file."""

import zipfile
from tempfile import SpooledTemporaryFile

from cite_educative.documents.enums import State

IN_MEMORY = 5_000_000  # bytes; a longer archive goes through the disk


def archive_of(batch):
    """An open ZIP of the letters that are ready. Raises `FileNotFoundError` when none is, or when one is lost."""
    letters = batch.letters.filter(file__state=State.READY).select_related("file")
    if not letters:
        raise FileNotFoundError("No letter is ready.")
    content = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the response closes it)
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:  # a PDF is compressed already
        for letter in letters:
            with letter.file.file.open("rb") as kept:
                archive.writestr(letter.file.filename, kept.read())
    content.seek(0)
    return content
