"""What a reader may not be told because it speaks of fewer than five persons."""

from evaluation.enums import Breakdown, Category, Nature
from evaluation.numbers import FEW

# Computed shares whose numerator and denominator are persons; the others count actions, meetings or euros.
OF_PERSONS = ("qpv_share", "female_share")


def is_few(indicator, figure):
    """Whether `figure` (value, numerator, denominator) tells of fewer than five persons."""
    if figure.value is None:
        return False
    if indicator.counts_persons:
        return figure.value < FEW
    if indicator.is_share and (indicator.nature == Nature.MEASURED or indicator.computed_key in OF_PERSONS):
        return any(part is not None and part < FEW for part in (figure.numerator, figure.denominator))
    return False


def breakdown_of(category):
    """The breakdown that a part of the public belongs to; None for everybody."""
    return next((breakdown for breakdown in Breakdown if category in Category.of(breakdown)), None)


def masked_keys(indicator, figures):
    """Of `{key: figure}` that add up to a sum shown beside, the keys to hide.

    One hidden cell alone could be found by taking the others away from the sum: the smallest of them is hidden too.
    """
    hidden = {key for key, figure in figures.items() if is_few(indicator, figure)}
    if len(hidden) == 1:
        others = [key for key, figure in figures.items() if key not in hidden and figure.value is not None]
        hidden |= set(sorted(others, key=lambda key: (figures[key].value, str(key)))[:1])
    return hidden
