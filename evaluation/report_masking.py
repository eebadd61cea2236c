"""Numbers of a report that are not told to who did not write it: they speak of fewer than five persons."""

from evaluation.enums import Category
from evaluation.numbers import FEW, MASKED

HIDDEN = "masqué"
GROUPS = (
    (Category.FEMALE, Category.MALE),
    tuple(part for part in Category if part.value[0].isdigit()),
)


def masked_rows(rows):
    """{pk: words} of the `ReportReach` rows of one report and one measure that are not shown.

    When one part of a whole is masked alone, its smallest neighbour is too: the difference would tell it.
    """
    words = {row.pk: MASKED for row in rows if row.reached is not None and row.reached < FEW}
    for group in GROUPS:
        known = [row for row in rows if row.category in group and row.reached is not None]
        others = sorted((row for row in known if row.pk not in words), key=lambda row: row.reached)
        if len(known) - len(others) == 1 and others:
            words[others[0].pk] = HIDDEN
    return words
