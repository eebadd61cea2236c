"""Building the plan: the one path that the preview, the command, the demonstration and the confirmation share."""

from collections import Counter
from dataclasses import dataclass

from actions.enums import Step
from actions.imports.comparing import compare
from actions.imports.details import Territory, details_of
from actions.imports.figures import figures_of
from actions.imports.funders import Funders
from actions.imports.groups import Groups
from actions.imports.holders import Holders
from actions.imports.identity import Identity
from actions.imports.mapping import choices_for
from actions.imports.plan import Plan
from actions.imports.reading import read_lines
from actions.imports.structures import Question, SourceRef
from actions.imports.words import add, lines_fr, listed, of_sheet, plural, quoted
from cite_educative.common.money import euros
from cite_educative.common.search import normalise
from cite_educative.common.spreadsheets import STEP_FIELDS, Field

NATURES = {"f": "Fonctionnement", "fonctionnement": "Fonctionnement", "i": "Investissement"}
MOST_ANNOUNCED = 15


@dataclass(frozen=True)
class Funded:
    source: SourceRef
    funding_year: int


@dataclass(frozen=True)
class Money:
    source: SourceRef
    funding_year: int
    step: Step
    value: object


def build_plan(*, cite, call, reading, mapping, filename="", remembered=None):
    """The plan of this reading under this mapping. Reads the database, writes nothing. Raises MappingError.

    `remembered` is {key of an action: pk} of the imports already written in this call.
    """
    answers = mapping.get("answers", {})
    choices = choices_for(reading, mapping)
    plan = Plan(cite, call, filename, reading, choices, mapping, notes=list(reading.notes))
    plan.lines, notes, carried = read_lines(reading, choices, answers)
    plan.notes += notes
    plan.questions += carried
    ask_columns(plan)
    groups = Groups(reading, choices, plan.lines, answers)
    plan.balances = groups.balances
    plan.faults += groups.faults
    plan.default_year = _default_year(plan, answers)
    _plan_actions(plan, answers)
    plan.questions += groups.questions
    _check_nothing_is_lost(plan)
    _ask_announced(plan)
    _ask_refused(plan, answers)
    compare(plan, remembered or {})
    plan.notes += _codes_left_aside(plan)
    plan.alerts += _other_years(plan)
    plan.figures = figures_of(plan)
    return plan


def _plan_actions(plan, answers):
    usable = [line for line in plan.lines if not line.refused and not line.is_control]
    holders, funders = Holders(plan.cite, answers), Funders(plan.cite, answers)
    title = _default_title(plan, usable, answers)
    identity = Identity(answers, plan.default_year, title)
    for line in usable:
        line.holder = holders.resolve(line)
        _fund(line, funders, identity.year(line))
    kept = [line for line in usable if not line.refused and line.holder]
    plan.actions = identity.gather(kept)
    plan.holders = holders.refs
    for part in (funders, holders, identity):
        plan.questions += [_with_lines(question, funders) for question in part.questions.values()]
        plan.faults += part.faults
    territory = Territory(plan.cite)
    for action in plan.actions:
        details_of(action, territory)
    plan.notes += territory.notes


def _check_nothing_is_lost(plan):
    """The fundings hold to the cent what the lines say, or nothing may be written."""
    if plan.required or plan.faults:
        return
    on_lines = add(amount.value for line in plan.lines if line.action for amount in line.amounts)
    planned = add(
        amount
        for action in plan.actions
        for funding in action.fundings.values()
        for amount in funding.amounts.values()
    )
    if on_lines != planned:
        plan.faults.append(
            (
                "",
                f"Les lignes portent {euros(on_lines)} et le plan {euros(planned)}\u00a0: rien ne sera écrit, signalez ce fichier.",
            )
        )


def _fund(line, funders, year):
    """Gives the line its `money` (what it says) and its `fundings` (whom it concerns)."""
    line.money, line.fundings = [], []
    row_funder = line.get(Field.FUNDER)
    for amount in line.amounts:
        source = funders.resolve(amount.funder or row_funder, line)
        if source:
            line.money.append(Money(source, amount.year or year, amount.step, amount.value))
    if not line.amounts and (row_funder or line.group):
        source = funders.resolve(row_funder, line)
        if source:
            line.fundings.append(Funded(source, year))
    line.fundings += dict.fromkeys(Funded(money.source, money.funding_year) for money in line.money)


def _with_lines(question, funders):
    lines = funders.lines(question.id) if question.kind == "funder" else []
    if not lines:
        return question
    text = f"{question.text} ({plural(len(lines), 'ligne')}\u00a0: {lines_fr(lines)})"
    return Question(question.id, text, question.kind, question.choices, question.proposal, True, question.help)


def ask_columns(plan):
    several = len(plan.reading.tables) > 1
    steps = tuple((str(field), field.label) for field in (*STEP_FIELDS, Field.TOTAL_COST, Field.IGNORE))
    for position, (table, choice) in enumerate(zip(plan.reading.tables, plan.choices, strict=True), start=1):
        for column in table.columns:
            chosen = choice.columns[column.index]
            if choice.use and chosen.must_be_asked:
                key = column.letter or "section"
                is_amount = chosen.guess.field in STEP_FIELDS or chosen.guess.is_amount
                plan.questions.append(
                    Question(
                        f"column:{position}:{key}" if several else f"column:{key}",
                        chosen.guess.question or f"Que contient la colonne {quoted(column.label)}\u00a0?",
                        kind="column",
                        choices=steps
                        if is_amount
                        else tuple((str(f), f.label) for f in (chosen.guess.field, Field.IGNORE)),
                        proposal=str(chosen.guess.field),
                    )
                )


def _codes_left_aside(plan):
    """The file's own numbering, which finds no action and is kept nowhere."""
    known = {action.existing.code for action in plan.actions if action.existing}
    left = {}
    for line in plan.lines:
        if line.action and line.get(Field.CODE) and line.get(Field.CODE) not in known:
            left.setdefault(line.table, []).append(line.get(Field.CODE))
    several = len({table.sheet for table in plan.reading.tables}) > 1
    for position, codes in left.items():
        table = plan.reading.tables[position]
        column = table.columns[plan.choices[position].index(Field.CODE)]
        codes = list(dict.fromkeys(codes))
        told = "ne sont pas des codes d’actions" if len(codes) > 1 else "n’est pas un code d’action"
        note = (
            f"Colonne {quoted(column.label)}\u00a0: {listed(codes, 3)} {told} de la Cité\u00a0: "
            "cette numérotation n’est pas gardée, chaque action créée reçoit son propre code."
        )
        yield of_sheet(table.sheet, note, several)


def _other_years(plan):
    """A file of another budget year than the call's is most often a wrong call."""
    lines = [line for line in plan.lines if line.action]
    years = {line.get(Field.BUDGET_YEAR, None) for line in lines} - {None}
    years = sorted(years or {amount.year for line in lines for amount in line.amounts} - {None})
    others = [year for year in years if year != plan.call.budget_year]
    call = f"l’appel {quoted(plan.call.label)} ({plan.call.budget_year})"
    if others and len(years) == 1:
        yield f"L’exercice du fichier ({others[0]}) n’est pas celui de {call}."
    elif others:
        yield f"Le fichier porte sur d’autres exercices que celui de {call}\u00a0: {listed(others)}."


def _default_year(plan, answers):
    text = answers.get("year")
    if text in (None, ""):
        return plan.call.budget_year
    digits = str(text).strip()
    if digits.isdigit() and 2000 <= int(digits) <= 2100:
        return int(digits)
    plan.faults.append(("year", f"{quoted(text)} n’est pas un exercice\u00a0: écrivez une année comme 2026."))
    return plan.call.budget_year


def _default_title(plan, lines, answers):
    """The title of the lines that have none: answered once."""
    untitled = [line for line in lines if not line.get(Field.TITLE)]
    text = str(answers.get("title") or "").strip()
    if not untitled or text:
        return text[:300]
    natures = Counter(NATURES.get(normalise(line.get(Field.NATURE)), "") for line in untitled)
    best = natures.most_common(1)[0][0]
    plan.questions.append(
        Question(
            "title",
            f"{plural(len(untitled), 'ligne')} sans intitulé ({lines_fr(untitled)})\u00a0: "
            "quel intitulé leur donner\u00a0?",
            kind="text",
            proposal=best or f"Subvention {plan.default_year or ''}".strip(),
        )
    )
    return ""


def _ask_announced(plan):
    acts = plan.acts_with_articles
    if len(acts) <= MOST_ANNOUNCED:
        plan.questions += [
            Question(
                f"announced:{act}",
                f"Total annoncé par l’acte {quoted(act)}",
                kind="amount",
                required=False,
                help="S’il dépasse la somme des articles, la différence sera montrée, jamais répartie.",
            )
            for act in acts
        ]


def _ask_refused(plan, answers):
    if not plan.refused or not plan.actions:
        return
    if answers.get("refused") == "skip":
        return
    plan.questions.append(
        Question(
            "refused",
            f"{plural(len(plan.refused), 'ligne est refusée', 'lignes sont refusées')} "
            f"({lines_fr(plan.refused)})\u00a0: corrigez le fichier, "
            "ou importez les autres sans elles.",
            choices=(("skip", "Importer sans les lignes refusées"),),
        )
    )
