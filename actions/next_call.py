"""What the next wave or year of a call is proposed to be called, and when."""

import calendar
import re

YEAR, WAVE = "annee", "vague"
RANKS = ("première", "deuxième", "troisième", "quatrième", "cinquième", "sixième")
OF_WAVE = re.compile(rf",?\s*(seconde|{'|'.join(RANKS)}) vague\b", re.IGNORECASE)
IN_LABEL = re.compile(r"\b(20\d\d)\b")
MONTHS = {YEAR: 12, WAVE: 6}
DATES = ("opens_on", "closes_on", "answers_on")


def proposal(call, kind):
    """Fields of the next call: its name, its years and its dates, a year or a half later."""
    dates = {name: shifted(getattr(call, name), MONTHS[kind]) for name in DATES}
    if kind == WAVE:
        return {
            "label": _next_wave(call.label),
            "budget_year": call.budget_year,
            "school_year": call.school_year,
            **dates,
        }
    school_year = call.school_year and type(call.school_year)(call.school_year + 1)
    return {
        "label": _next_year(call.label, call.budget_year),
        "budget_year": type(call.budget_year)(call.budget_year + 1),
        "school_year": school_year,
        **dates,
    }


def shifted(day, months):
    """The same day of a later month, or its last one."""
    if day is None:
        return None
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))


def _next_year(label, budget_year):
    label = OF_WAVE.sub("", label)
    if IN_LABEL.search(label):
        return IN_LABEL.sub(lambda found: str(int(found[1]) + 1), label)
    return f"{label} {budget_year + 1}"


def _next_wave(label):
    found = OF_WAVE.search(label)
    if found is None:
        return f"{label}, {RANKS[1]} vague"
    rank = RANKS.index(found[1].lower().replace("seconde", RANKS[1])) + 1
    return OF_WAVE.sub(f", {RANKS[rank]} vague", label) if rank < len(RANKS) else f"{label}, vague suivante"
