"""Public holidays of metropolitan France (Code du travail, article L3133-1)."""

from datetime import date

FIXED = (
    (1, 1, "Jour de l’An"),
    (5, 1, "fête du Travail"),
    (5, 8, "Victoire 1945"),
    (7, 14, "fête nationale"),
    (8, 15, "Assomption"),
    (11, 1, "Toussaint"),
    (11, 11, "Armistice 1918"),
    (12, 25, "Noël"),
)
AFTER_EASTER = ((1, "lundi de Pâques"), (39, "Ascension"), (50, "lundi de Pentecôte"))


def easter(year):
    """Easter Sunday of the Gregorian calendar (anonymous algorithm of Meeus)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def public_holiday(day):
    """Its name, "" for an ordinary day."""
    for month, number, name in FIXED:
        if (day.month, day.day) == (month, number):
            return name
    since = (day - easter(day.year)).days
    return next((name for days, name in AFTER_EASTER if days == since), "")


def is_weekend(day):
    return day.weekday() >= 5
