"""One thing to do, and the words that its line shares with the others."""

import re
from dataclasses import dataclass

DECIDE, PREPARE, UPDATE, EXPECTED, VALIDATE = "À décider", "À préparer", "À mettre à jour", "Attendus", "À valider"
GROUPS = (DECIDE, PREPARE, UPDATE, EXPECTED, VALIDATE)


@dataclass(frozen=True)
class Task:
    """One line: what, why, how urgent, and the exact page where it is done."""

    group: str
    title: str
    detail: str
    url: str
    button: str
    status: str = "preparation"
    status_label: str = ""


def delay(day, today):
    days = (day - today).days
    if days < 0:
        return "retard", f"depuis {-days} jour{'s' if days < -1 else ''}"
    if days == 0:
        return "attendu", "aujourd’hui"
    return ("attendu" if days <= 10 else "preparation"), f"dans {days} jour{'s' if days > 1 else ''}"


def quoted(text):
    """Between French quotation marks; those inside become English ones."""
    inner = re.sub(r"\s*»", "”", re.sub(r"«\s*", "“", text))
    return f"«\u00a0{inner}\u00a0»"


def plural(number, singular, plural=None):
    return f"{number} {singular if number < 2 else plural or singular + 's'}"
