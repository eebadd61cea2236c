"""Pictures are written again, without what a telephone adds to them (place, hour, device)."""

import io

from django.core.exceptions import ValidationError
from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST_SIDE = 1600
MOST_PIXELS = 60_000_000


def cleaned_picture(upload):
    """The bytes of a JPEG, upright and no larger than 1 600 pixels. Raises `ValidationError` when it is no picture."""
    try:
        with Image.open(upload) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ValidationError("Cette photo est démesurée. Réduisez-la, puis recommencez.")
            image.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))  # a JPEG is then decoded near its final size
            small = image.convert("RGB") if image.mode == "P" else image
            small.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
            upright = ImageOps.exif_transpose(small).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError(
            "Cette photo ne s’ouvre pas. Enregistrez-la en JPEG ou en PNG, puis recommencez."
        ) from error
    written = io.BytesIO()
    upright.save(written, "JPEG", quality=85, optimize=True)
    return written.getvalue()
