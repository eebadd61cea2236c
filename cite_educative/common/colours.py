"""Can white text be read on a colour? The rule of WCAG 2.2 (success criterion 1.4.3)."""

LEAST_CONTRAST = 4.5
WHITE = "#ffffff"


def contrast(first, second):
    """Between 1 (the same colour) and 21 (black on white); both are written `#rrggbb`."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def contrast_in_words(colour):
    """ "Contraste de 9,6 avec le blanc : lisible." """
    ratio = contrast(colour, WHITE)
    verdict = "lisible" if ratio >= LEAST_CONTRAST else "trop faible, il faut au moins 4,5"
    # Cut, not rounded: 4.49 is not 4.5.
    written = f"{int(ratio * 10) / 10:.1f}".replace(".", ",")
    return f"Contraste de {written} avec le blanc\u00a0: {verdict}."


def is_readable_under_white(colour):
    return contrast(colour, WHITE) >= LEAST_CONTRAST


def _luminance(colour):
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel):
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
