"""Proposing what each column of a table stands for; the user corrects, nothing is decided here."""

from dataclasses import dataclass

from cite_educative.common.spreadsheets import aliases
from cite_educative.common.spreadsheets.amounts import read_amount_column, settle
from cite_educative.common.spreadsheets.fields import STEP_FIELDS, Field
from cite_educative.common.spreadsheets.profile import profile
from cite_educative.common.spreadsheets.text import header_key, without_years

CONTENT = {
    "siret": (Field.HOLDER_SIRET, 0.6),
    "rna": (Field.HOLDER_RNA, 0.7),
    "school_year": (Field.SCHOOL_YEAR, 0.6),
    "year": (Field.BUDGET_YEAR, 0.45),
}
SHARED = (Field.CONTACT, Field.IGNORE)  # fields that several columns may have


@dataclass
class Guess:
    """`reason` and `question` are French sentences. For an amount: `funder` as the title writes it, `year`, `factor`.

    `step` is the field again when it is one of the steps of a funding, else None. `is_amount`: the column holds money,
    even when nothing of it is proposed.
    """

    field: Field
    confidence: float
    reason: str
    question: str = ""
    funder: str = ""
    year: int | None = None
    factor: int = 1
    is_amount: bool = False

    @property
    def step(self):
        return self.field if self.field in STEP_FIELDS else None


def propose_mapping(table, fields=None, budget_year=None):
    """{column index: Guess} for every column; an unused one gets Field.IGNORE with its reason.

    `fields` limits what may be proposed. `budget_year` tells this year's amounts from last year's;
    without it the latest year of the titles is taken for the current one.
    """
    profiles = {column.index: profile(table.rows, column.index) for column in table.columns}
    has_act = _cites_acts(table.columns)
    amounts = [
        amount
        for column in table.columns
        if not column.virtual and (amount := read_amount_column(column, profiles[column.index]))
    ]
    _inherit_step(table, amounts, profiles)
    settle(amounts, table, budget_year, has_act)
    guesses = {amount.column.index: _amount_guess(amount) for amount in amounts}
    _assign_texts(table, profiles, guesses)
    _refine(table, profiles, guesses)
    for column in table.columns:
        guesses.setdefault(column.index, Guess(Field.IGNORE, 0.5, _why_ignored(column, profiles[column.index])))
    if fields is not None:
        for index, guess in guesses.items():
            if guess.field not in fields:
                guesses[index] = Guess(Field.IGNORE, 0.5, "Champ non proposé pour cet import.")
    return dict(sorted(guesses.items()))


def _cites_acts(columns):
    acts = (Field.ACT_NUMBER, Field.ACT_DATE)
    keys = [without_years(header_key(column.label)) for column in columns]
    return any(rule.pattern.search(key) for rule in aliases.RULES if rule.field in acts for key in keys)


def _amount_guess(amount):
    return Guess(
        amount.field,
        amount.confidence,
        amount.reason,
        amount.question,
        amount.funder,
        amount.year,
        amount.column.factor,
        is_amount=True,
    )


def _inherit_step(table, amounts, profiles):
    """« Montant » followed by a column titled « proposée 2014 » that holds no amount: the title was cut in two."""
    for amount in amounts:
        index = amount.column.index
        if amount.field or amount.funder or index + 1 >= len(table.columns):
            continue
        key = without_years(header_key(table.columns[index + 1].name))
        step = next((step for step, pattern in aliases.STEPS if pattern.match(key)), None)
        if step and len(key.split()) == 1 and profiles[index + 1].kind == "text" and profiles[index + 1].repeats:
            amount.field = step
            amount.year = amount.year


def _candidates(column, seen):
    """(confidence, field) that the title suggests, the best first."""
    name, group = without_years(header_key(column.name)), without_years(header_key(column.group))
    full = f"{group} {name}".strip()
    if aliases.CONTACT_GROUP.search(group):
        yield 0.97, Field.CONTACT
        return
    if aliases.USELESS.search(name) and "siret" not in name:
        return
    if full.startswith(("cofinanceur", "co financeur")) or full.startswith("federation"):
        return
    for rule in aliases.RULES:
        if rule.kinds and seen.kind not in rule.kinds:
            continue
        if (
            rule.field is Field.CODE
            and seen.filled
            and sum(" " in value for value in seen.values) > 0.3 * len(seen.values)
        ):
            continue
        if rule.pattern.search(name) and not _contradicted(rule, name):
            yield rule.confidence - (0 if rule.pattern.fullmatch(name) else 0.03), rule.field
        elif (
            group and rule.field is not Field.CONTACT and rule.pattern.search(full) and not rule.pattern.search(group)
        ):
            yield rule.confidence - 0.05, rule.field
    if column.virtual:
        yield from _section_candidates(seen)


def _contradicted(rule, name):
    if rule.field in (Field.CONTACT, Field.HOLDER_SIRET, Field.HOLDER_SIREN, Field.HOLDER_RNA):
        return False
    words = set(name.split())
    numbered = (Field.CODE, Field.EXTERNAL_REF, Field.HOLDER_CODE, Field.ACT_NUMBER, Field.GROUP)
    typed = "type" in words and rule.field not in (Field.NATURE, Field.FUNDER)
    if rule.field not in numbered and ("nombre" in words or typed):
        return True
    return rule.field in (Field.HOLDER_NAME, Field.TITLE) and bool(
        words
        & {"date", "dates", "statut", "adresse", "code", "numero", "nature", "theme", "public", "publics", "vises"}
    )


def _section_candidates(seen):
    text = " ".join(header_key(value) for value in seen.values[:20])
    if "axe" in text.split() or "pilier" in text.split():
        yield 0.8, Field.AXIS
    elif "quartier" in text or "qpv" in text:
        yield 0.7, Field.NEIGHBOURHOOD
    elif "commune" in text or "ville" in text.split():
        yield 0.6, Field.COMMUNE
    else:
        yield 0.5, Field.THEME


def _assign_texts(table, profiles, guesses):
    """Best match first; a field is given once, and the loser takes its next best."""
    offers = []
    for column in table.columns:
        if column.index in guesses:
            continue
        seen = profiles[column.index]
        for confidence, field in _candidates(column, seen):
            weight = confidence - (0.25 if seen.kind == "empty" else 0)
            offers.append((weight, -column.index, field, "Titre de la colonne."))
        if seen.kind in CONTENT:
            field, confidence = CONTENT[seen.kind]
            offers.append((confidence, -column.index, field, "Contenu de la colonne."))
    taken = set()
    for confidence, position, field, reason in sorted(offers, key=lambda offer: (-offer[0], -offer[1])):
        if -position in guesses or (field in taken and field not in SHARED):
            continue
        if field in (Field.CONTACT,):
            reason = "Coordonnées de personnes\u00a0: elles ne sont jamais importées."
        taken.add(field)
        guesses[-position] = Guess(field, round(confidence, 2), reason)


def _refine(table, profiles, guesses):
    by_field = {guess.field: index for index, guess in guesses.items()}
    _code_of_holder(table, by_field, guesses)
    _reference_per_funder(table, by_field, guesses, profiles)
    columns = [column for column in table.columns if column.index not in guesses and not column.virtual]
    if Field.TITLE not in by_field:
        texts = [c for c in columns if profiles[c.index].kind in ("text", "long") and not profiles[c.index].repeats]
        if texts and not aliases.USELESS.search(header_key(texts[0].name)):
            guesses[texts[0].index] = Guess(
                Field.TITLE, 0.3, "Aucun titre ne nomme l’action\u00a0: c’est la première colonne de textes variés.",
                "Cette colonne est-elle bien l’intitulé de l’action\u00a0?",
            )  # fmt: skip


def _pairs(table, first, second):
    return [(str(row.value(first) or "").strip(), str(row.value(second) or "").strip()) for row in table.rows]


def _code_of_holder(table, by_field, guesses):
    """A code that repeats, always beside the same holder, is the holder's, not the action's."""
    code, holder = by_field.get(Field.CODE), by_field.get(Field.HOLDER_NAME)
    if code is None or holder is None or Field.HOLDER_CODE in by_field:
        return
    pairs = [(value, name) for value, name in _pairs(table, code, holder) if value]
    codes = {value for value, _ in pairs}
    if len(codes) < len(pairs) and len(set(pairs)) <= len(codes) * 1.02:
        guesses[code] = Guess(Field.HOLDER_CODE, 0.75, "Le même code revient toujours avec le même porteur.")


def _reference_per_funder(table, by_field, guesses, profiles):
    """One action under several file numbers, one per funder: the numbers are the fundings'."""
    reference, title, funder = (by_field.get(f) for f in (Field.EXTERNAL_REF, Field.TITLE, Field.FUNDER))
    if reference is None or title is None or funder is None or not profiles[funder].filled:
        return
    numbers, funders = {}, {}
    for row in table.rows:
        key = (
            str(row.value(title) or "").strip(),
            str(row.value(by_field.get(Field.HOLDER_NAME, title)) or "").strip(),
        )
        if key[0] and row.value(reference):
            numbers.setdefault(key, set()).add(row.value(reference))
            funders.setdefault(key, set()).add(row.value(funder))
    if any(len(found) > 1 and len(funders[key]) > 1 for key, found in numbers.items()):
        guesses[reference] = Guess(Field.FUNDING_REF, 0.8, "Une même action porte un numéro par financeur.")


def _why_ignored(column, seen):
    if seen.kind == "empty":
        return "Colonne vide."
    if aliases.PROGRAMMED.search(header_key(column.label)) and seen.numeric:
        return "Un montant programmé résulte d’une décision de l’instance\u00a0: il ne s’importe pas."
    return "Aucun champ ne correspond à ce titre."
