"""The kit of the Cité in one ZIP: logos in protocol order, charters, compulsory mentions."""

import io
import zipfile
from pathlib import PurePath

from django.utils.text import slugify


def kit_archive(files, mentions):
    """The bytes of the ZIP. A file that left the server is left out, and named in « lisez-moi »."""
    content, lost = io.BytesIO(), []
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for rank, row in enumerate(files, start=1):
            try:
                with row.file.open("rb") as stored:
                    archive.writestr(_name(rank, row), stored.read())
            except FileNotFoundError:
                lost.append(str(row))
        if mentions:
            archive.writestr("mentions-obligatoires.txt", _text(f"{one.organisation}\n{one.text}" for one in mentions))
        if lost:
            archive.writestr("lisez-moi.txt", _text(["Fichiers absents du serveur, à redemander\u00a0:", *lost]))
    return content.getvalue()


def _name(rank, row):
    """Numbered in protocol order; the words of the user are made a plain name."""
    owner = slugify(row.side.label if row.side else "Cité éducative")
    suffix = PurePath(row.filename).suffix.lower()
    return f"{'logos' if row.is_logo else 'chartes'}/{rank:02d}-{owner}-{slugify(row.title)[:60] or 'fichier'}{suffix}"


def _text(parts):
    return ("\n\n".join(part.replace("\r\n", "\n") for part in parts) + "\n").replace("\n", "\r\n")
