"""The logos of the kit at the head of what is printed: a side without one keeps its name in words."""

import base64
import io

from PIL import Image

from governance.models import KitFile

HEIGHT = 400  # pixels, for 14 mm of paper
TALLEST, LOWEST = 14, 7  # millimetres
ROOM, GAP, LETTER, WIDEST = 168, 7, 1.8, 33  # millimetres: the line, between two, of a name: a letter, the most
MAX_PIXELS = 12_000_000
UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError)  # a PNG broken inside


def frozen_logos(cite):
    """One per side in protocol order, `file` being the key of its first logo, "" when it has none; then the Cité's own."""
    files = {}
    for row in KitFile.objects.filter(cite=cite, is_logo=True):
        files.setdefault(row.side_id, row)
    logos = [
        {"label": side.label, "file": str(files[side.pk].pk) if side.pk in files else ""}
        for side in cite.sides.order_by("order")
    ]
    own = files.get(None)
    return [*logos, {"label": f"Cité éducative {cite.name}", "file": str(own.pk)}] if own else logos


def logos_of(content):
    """`label` and, where the file is still there, `src`: a picture in the page itself, and its `height`, the same for all.
    What was frozen before has names only.
    """
    logos = content.get("logos")
    if logos is None:
        return [{"label": label} for label in content["pilots"]]
    files = KitFile.objects.in_bulk([int(logo["file"]) for logo in logos if logo["file"]])
    pictures = [_picture(files.get(int(logo["file"] or 0))) for logo in logos]
    height = _shared_height(logos, pictures)
    return [
        {"label": logo["label"], "src": src, "height": height} for logo, (src, _) in zip(logos, pictures, strict=True)
    ]


def _shared_height(logos, pictures):
    """The tallest, in millimetres, with which all hold on one line."""
    taken = GAP * len(logos) + sum(
        min(len(logo["label"]) * LETTER, WIDEST) for logo, (src, _) in zip(logos, pictures, strict=True) if not src
    )
    ratios = sum(ratio for _, ratio in pictures)
    return max(min(int((ROOM - taken) / ratios), TALLEST), LOWEST) if ratios else TALLEST


def _picture(row):
    """(PNG made anew from the file, so that nothing but pixels goes further; its width over its height), ("", 0) when it
    cannot be read.
    """
    if row is None:
        return "", 0
    try:
        with row.file.open("rb") as stored, Image.open(stored) as image:
            if image.width * image.height > MAX_PIXELS:
                return "", 0
            image.thumbnail((HEIGHT * 6, HEIGHT))
            made = io.BytesIO()
            image.convert("RGBA").save(made, "PNG", optimize=True)
    except UNREADABLE:
        return "", 0
    return f"data:image/png;base64,{base64.b64encode(made.getvalue()).decode()}", image.width / image.height
