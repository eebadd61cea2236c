"""Recognising the columns of amounts: which step, which funder, which year, which grain."""

import re
from dataclasses import dataclass
from decimal import Decimal

from cite_educative.common.spreadsheets import aliases
from cite_educative.common.spreadsheets.fields import STEP_FIELDS, Field
from cite_educative.common.spreadsheets.numbers import as_number, cents
from cite_educative.common.spreadsheets.text import header_key, plain, without_years, years_in


@dataclass
class Amount:
    """A column of amounts. `field` is None while the step is not known."""

    column: object
    key: str
    profile: object
    field: Field | None = None
    funder: str = ""
    known_funder: bool = False
    year: int | None = None
    previous: bool = False
    reason: str = ""
    question: str = ""
    confidence: float = 0.0


def read_amount_column(column, profile):
    """The Amount a column is, or None when it holds no money."""
    name, group = without_years(header_key(column.name)), without_years(header_key(column.group))
    key = f"{group} {name}".strip()
    if any(
        rule.pattern.search(name) for rule in aliases.RULES if rule.field in (Field.BUDGET_YEAR, Field.SCHOOL_YEAR)
    ):
        return None
    step, where = _step(name, group)
    money = bool(aliases.MONEY.search(name)) or bool(aliases.TOTAL_COST.search(name))
    funder = bool(aliases.FUNDERS.search(name))
    numeric = (
        profile.numeric
        or profile.kind in ("siren", "empty")
        or (profile.kind == "text" and _is_promised(profile, step, money))
    )
    if not numeric or aliases.USELESS.search(name):
        return None
    if profile.kind == "empty" and not (step or money):
        return None
    if aliases.STATISTIC.search(name) and not (aliases.MONEY.search(name) and profile.money):
        return None
    if profile.kind == "year" and not (step or money or _bare_funder(name)):
        return None
    if not (step or money or funder or where or profile.money > 0.5 or years_in(column.name)):
        return None
    amount = Amount(column, key, profile, step)
    years = years_in(column.name) or years_in(column.group)
    amount.year = years[-1] if years else None
    amount.previous = bool(aliases.PREVIOUS.search(key))
    amount.funder, amount.known_funder = _funder(column)
    return amount


def _is_promised(profile, step, money):
    """The title says an amount, though many cells hold words such as « n.c. »: each will get its sentence."""
    if not step or profile.kind != "text" or profile.length > 15:
        return False
    numbers = sum(as_number(value) is not None for value in profile.values)
    return money or 4 * numbers >= profile.filled


def _bare_funder(name):
    return bool(aliases.FUNDERS.search(name)) and len(name.split()) <= 4


def _step(name, group):
    for key in (name, group):
        for field, pattern in aliases.STEPS:
            if pattern.search(key):
                return field, key
    return None, ""


def _funder(column):
    """The funder that a title names, as it is written; and whether the word is a known one."""
    for title in (column.name, column.group):
        left = residue(title)
        if left and aliases.FUNDERS.search(header_key(left)):
            return left, True
    return "", False


def residue(title):
    """What is left of a title without its year, step and words of money, as written."""
    kept = []
    for word in re.findall(r"[^\s()/–—:;,_]+", str(title)):
        key = without_years(header_key(word))
        if not key or aliases.NOISE.fullmatch(key) or aliases.PREVIOUS.search(key) or aliases.PROGRAMMED.search(key):
            if kept and key in ("de", "du", "des", "d", "la", "le", "les", "l") and plain(word) == key:
                kept.append(word)
            continue
        if any(pattern.search(key) for _, pattern in aliases.STEPS) or (re.fullmatch(r"\d*", word) and not kept):
            continue
        kept.append(word)
    while kept and header_key(kept[-1]) in ("de", "du", "des", "d", "la", "le", "les", "l"):
        kept.pop()
    return re.sub(r"^(?:[dl]['’])", "", " ".join(kept)).strip("-–: ")


def settle(amounts, table, budget_year, has_act):
    """Give every amount column of a table its field, reason and question, in place."""
    known_years = [a.year for a in amounts if a.year and not a.previous]
    current = budget_year or max(known_years, default=None)
    for amount in amounts:
        _settle_one(amount, current)
    _name_unknown_funders(amounts)
    _find_totals([a for a in amounts if (a.confidence == 0 and not a.previous) or a.field in STEP_FIELDS], table)
    for amount in amounts:
        if amount.confidence == 0:
            _guess_step(amount, has_act)
    _separate_doubles(amounts)


def _settle_one(amount, current):
    key, raw = amount.key, f"{amount.column.group} {amount.column.name}"
    if amount.previous or (current and amount.year and amount.year < current):
        _say(amount, Field.PREVIOUS_YEAR, 0.85, "Montant d’une autre année que l’exercice importé.")
    elif current and amount.year and amount.year > current:
        _say(amount, Field.IGNORE, 0.7, "Montant d’une année postérieure à l’exercice importé.")
    elif re.search(r"\b(co ?financeurs?|cofinancements?)\b", key):
        _say(
            amount, Field.IGNORE, 0.7, "Cofinancements cités ensemble\u00a0: le financeur n’est pas dit ligne à ligne."
        )
    elif _is_programmed(key, raw):
        _say(
            amount, Field.IGNORE, 0.8,
            "Un montant programmé résulte d’une décision de l’instance\u00a0: il ne s’importe pas.",
        )  # fmt: skip
    elif aliases.PART_OF_PAYMENT.search(without_years(header_key(amount.column.name))):
        _say(amount, Field.IGNORE, 0.7, "Partie d’un versement\u00a0: le montant versé en tout suffit.")
    elif aliases.TOTAL_COST.search(without_years(header_key(amount.column.name))):
        realised = re.search(r"realise|reel|justifi|definitif", without_years(header_key(amount.column.name)))
        _say(amount, Field.IGNORE if realised else Field.TOTAL_COST, 0.85, "Titre de la colonne.")
    elif amount.field:
        _say(amount, amount.field, 0.9, "Titre de la colonne.")


def _say(amount, field, confidence, reason, question=""):
    amount.field, amount.confidence, amount.reason, amount.question = field, confidence, reason, question


def _is_programmed(key, raw):
    if not aliases.PROGRAMMED.search(key):
        return False
    return not re.search(r"programme\b", raw.lower()) or bool(re.search(r"valid|arbitr|troika|copil", key))


def _name_unknown_funders(amounts):
    """Several columns of one step differ by a name: that name is the funder, known or not."""
    by_field = {}
    for amount in amounts:
        if amount.field in STEP_FIELDS:
            by_field.setdefault(amount.field, []).append(amount)
    for same in by_field.values():
        if len(same) < 2:
            continue
        for amount in same:
            if not amount.funder:
                left = residue(amount.column.name) or residue(amount.column.group)
                if left and not re.search(r"\b(versements?|cofinanceurs?)\b", header_key(left)):
                    amount.funder = left
                    amount.confidence = 0.6
                    amount.question = f"«\u00a0{left}\u00a0» est-il bien un financeur\u00a0?"


def _find_totals(amounts, table):
    """Columns that repeat the sum of others on the row, or of several rows, are controls, not amounts."""
    for amount in amounts:
        if amount.known_funder or not aliases.TOTAL.search(without_years(header_key(amount.column.name))):
            continue
        parts = [a for a in amounts if a is not amount and a.funder and a.field in (amount.field, None)]
        if len(parts) >= 2 and _adds_up(amount, parts, table):
            _say(amount, Field.ROW_TOTAL, 0.9, "Égal à la somme des financeurs sur chaque ligne.")
            continue
        finer = [a for a in amounts if a is not amount and not a.funder and a.confidence == 0]
        if amount.confidence == 0 and finer:
            _say(amount, Field.GROUP_TOTAL, 0.8, "Total répété ou écrit une fois pour plusieurs lignes.")


def _adds_up(amount, parts, table):
    checked = 0
    for row in table.rows[:400]:
        announced = as_number(row.own(amount.column.index))
        if announced is None:
            continue
        computed = sum((as_number(row.own(part.column.index)) or Decimal(0) for part in parts), Decimal(0))
        if cents(announced) != cents(computed):
            return False
        checked += 1
    return checked > 0


def _guess_step(amount, has_act):
    if has_act:
        _say(
            amount, Field.GRANTED, 0.7, "Le tableau cite des actes (délibération, arrêté, convention).",
            "Ce montant est-il bien celui qui a été accordé\u00a0?",
        )  # fmt: skip
    elif amount.funder:
        _say(
            amount, Field.REQUESTED, 0.35, "Le titre ne dit que le financeur.",
            f"«\u00a0{amount.column.name}\u00a0»\u00a0: montant demandé ou montant accordé\u00a0?",
        )  # fmt: skip
    elif re.search(r"subvention|\bgrant", amount.key):
        _say(
            amount, Field.GRANTED, 0.4, "Le titre dit seulement «\u00a0subvention\u00a0».",
            f"«\u00a0{amount.column.name}\u00a0»\u00a0: montant accordé ou montant demandé\u00a0?",
        )  # fmt: skip
    elif aliases.MONEY.search(amount.key) or amount.year:
        _say(
            amount, Field.REQUESTED, 0.3, "Le titre ne dit pas de quel montant il s’agit.",
            f"«\u00a0{amount.column.name}\u00a0»\u00a0: montant demandé, proposé ou accordé\u00a0?",
        )  # fmt: skip
    else:
        _say(amount, Field.IGNORE, 0.3, "Colonne de nombres au titre inconnu.")


def _separate_doubles(amounts):
    """Two columns for one step and one funder: the surest stays, the other is left to the user."""
    taken = {}
    for amount in sorted(amounts, key=lambda a: -a.confidence):
        if amount.field not in (*STEP_FIELDS, Field.TOTAL_COST, Field.GROUP_TOTAL):
            continue
        place = (amount.field, header_key(amount.funder))
        if place in taken:
            other = taken[place].column.label
            _say(
                amount, Field.IGNORE, 0.3, f"La colonne «\u00a0{other}\u00a0» donne déjà ce montant.",
                f"Faut-il prendre «\u00a0{amount.column.label}\u00a0» plutôt que «\u00a0{other}\u00a0»\u00a0?",
            )  # fmt: skip
        else:
            taken[place] = amount
