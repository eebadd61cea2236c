"""The figures that wait for the team, as the page « à valider » shows them."""

from evaluation.enums import Category, Certainty
from evaluation.numbers import figure_text, number_text
from evaluation.places import WHOLE

SHOWN = 200


def waiting_rows(measurements):
    """One dict a measurement; `choice` is its key and the version that is read."""
    return [
        {
            "choice": f"{row.pk}-{row.version}",
            "pk": row.pk,
            "indicator": row.indicator.name,
            "place": str(row.commune or row.neighbourhood or row.school or WHOLE),
            "detail": _detail(row),
            "value": figure_text(row.value, row.indicator.unit),
            "parts": _parts(row),
            "certainty": Certainty(row.certainty).label,
            "comment": row.comment,
            "who": str(row.entered_by),
            "said_by": row.said_by,
            "when": row.entered_at,
            "remarks": row.remarks,
        }
        for row in measurements
    ]


def _detail(row):
    return row.period_label if row.category == Category.ALL else f"{row.period_label}, {row.get_category_display()}"


def _parts(row):
    if row.numerator is None or row.denominator is None:
        return ""
    return f"{number_text(row.numerator)} sur {number_text(row.denominator)}"


def chosen_versions(post):
    """{key: version read} of the boxes that were ticked; what is not one of ours is left out."""
    found = {}
    for text in post.getlist("chiffre"):
        pk, _, version = text.partition("-")
        if pk.isdecimal() and version.isdecimal() and len(pk) < 10 and len(version) < 10:
            found[int(pk)] = int(version)
    return found
