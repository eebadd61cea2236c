"""« Où en est la demande » : the six steps, and what the current one waits for, from whom, since when, until when.

Computed from facts, in two wordings: one for the team and who reads with it, one for the holder. What the holder
reads rests on the stage and the amounts that it may read, on the day it filed and on its own pieces: an answer that
was not released changes no word of it.
"""

from dataclasses import dataclass, field
from datetime import date

from actions.enums import ActionStatus, ActKind, Outcome, Stage, Step
from cite_educative.common.dates import date_fr
from cite_educative.common.money import ZERO

STEPS = (Stage.PREPARATION, Stage.APPRAISAL, Stage.PROGRAMMED, Stage.UNDER_WAY, Stage.REPORT, Stage.CLOSED)
# Where a stage that is not one of the six stands among them.
STANDS_AT = {Stage.SUSPENDED: Stage.UNDER_WAY, Stage.REJECTED: Stage.APPRAISAL, Stage.ABANDONED: Stage.PREPARATION}
DONE, CURRENT, TO_COME = "done", "current", "to_come"
ACTS = {
    ActKind.ORDER: "l’arrêté ou la décision",
    ActKind.DELIBERATION: "la délibération",
    ActKind.FAMILY_FUND: "la décision",
    ActKind.BOARD: "le vote du conseil d’administration",
}


@dataclass(frozen=True)
class Line:
    """`text` is a sentence, or the beginning of one that `items` (label, url, until) end; `when`: since and until."""

    text: str
    items: list = field(default_factory=list)
    when: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class Facts:
    """What the reader may know, and nothing else.

    `read`: (funding, readable steps), as `amounts.readable_fundings_of` gives them. `missing`: (label, url, day) of
    the fields and pieces that the holder owes, each with the day its last reminder gave, or None. `due_on`: that of
    the last reminder of the sheet. `opinions`: those awaited
    that this reader may read.
    """

    action: object
    stage: Stage
    level: str
    today: date
    missing: list = field(default_factory=list)
    read: list = field(default_factory=list)
    opinions: list = field(default_factory=list)
    due_on: date | None = None


@dataclass(frozen=True)
class Progress:
    """`steps`: (label, state, words of the state)."""

    steps: list
    lines: list
    is_stopped: bool = False


def progress(facts):
    stage = Stage(facts.stage)
    at = STEPS.index(STANDS_AT.get(stage, stage))
    words = {DONE: "franchie", CURRENT: "étape actuelle", TO_COME: "à venir"}
    states = [DONE if rank < at else CURRENT if rank == at else TO_COME for rank in range(len(STEPS))]
    if stage == Stage.CLOSED:
        states[at] = DONE
    steps = [(step.label.lower(), state, words[state]) for step, state in zip(STEPS, states, strict=True)]
    lines = _for_holder(facts, stage) if facts.level == "own" else _for_team(facts, stage)
    return Progress(steps, [line for line in lines if line], is_stopped=stage in STANDS_AT)


# --- For the holder -------------------------------------------------------------------------------


def _for_holder(facts, stage):
    owed = _owed(facts, "Il nous manque de votre part\u00a0:")
    if stage == Stage.PREPARATION:
        ready = Line("Votre fiche est complète. Déposez-la\u00a0: son instruction commencera.", when=_until(facts))
        return [_sent_back(facts, "Votre fiche vous a été renvoyée pour être complétée."), owed or ready]
    if stage == Stage.APPRAISAL:
        words = "Votre demande est en instruction. La réponse de chaque financeur vous sera notifiée."
        return [Line(words, when=_filed(facts)), owed]
    told = {
        Stage.PROGRAMMED: "Les pilotes ont retenu votre action.",
        Stage.UNDER_WAY: "Votre action est en cours.",
        Stage.REPORT: "Votre action est terminée\u00a0: préparez son bilan.",
        Stage.CLOSED: "Votre action est close. Rien n’est plus attendu de vous.",
        Stage.SUSPENDED: "Votre action est suspendue. L’équipe de la Cité vous dira la suite.",
        Stage.REJECTED: "Votre demande n’a pas été retenue.",
        Stage.ABANDONED: "L’action est abandonnée.",
    }
    when = f"depuis le {date_fr(facts.action.ends_on)}" if stage == Stage.REPORT and facts.action.ends_on else ""
    lines = [Line(told[stage], when=when)]
    if stage not in (Stage.CLOSED, Stage.REJECTED, Stage.ABANDONED):
        lines += [owed, *[_answer(funding, steps) for funding, steps in facts.read]]
    return lines


def _answer(funding, steps):
    """What one funder has still to do, told to the holder; nothing of its answer before the release."""
    name = funding.source.label
    if Step.GRANTED not in steps:
        return Line(f"{name}\u00a0: en instruction, la réponse vous sera notifiée.")
    if funding.outcome != Outcome.OPEN or funding.granted == ZERO:
        return None
    if funding.granted is None:
        act = ACTS.get(funding.source.granted_by, "l’acte")
        return (
            Line(f"{name}\u00a0: nous attendons {act}, le versement viendra ensuite.") if funding.programmed else None
        )
    if Step.PAID in funding.source.steps and funding.paid is None:
        return Line(f"{name}\u00a0: le versement est attendu.", when=_since(funding.granted_on))
    return None


# --- For the team ---------------------------------------------------------------------------------


def _for_team(facts, stage):
    owed = _owed(facts, "Nous attendons du porteur\u00a0:")
    if stage == Stage.PREPARATION:
        ready = Line("La fiche est complète\u00a0: elle peut être déposée.", when=_until(facts))
        return [_sent_back(facts, "La fiche a été renvoyée au porteur."), owed or ready]
    if stage == Stage.APPRAISAL:
        return [_pilots(facts), owed, *[_opinion(opinion, facts.today) for opinion in facts.opinions]]
    if stage == Stage.REPORT:
        words = "Nous attendons du porteur\u00a0: le bilan de l’action."
        return [Line(words, when=_since_days(facts.action.ends_on, facts.today)), owed, *_money(facts)]
    told = {
        Stage.CLOSED: "L’action est close\u00a0: rien n’est plus attendu.",
        Stage.REJECTED: "La demande a été rejetée\u00a0: rien n’est plus attendu.",
        Stage.ABANDONED: "L’action est abandonnée\u00a0: rien n’est plus attendu.",
    }
    if stage in told:
        return [Line(told[stage])]
    suspended = Line("L’action est suspendue\u00a0: sa reprise se décide en réunion.")
    lines = [suspended if stage == Stage.SUSPENDED else None, owed, *_money(facts)]
    return lines if any(lines) else [_nothing(facts, stage)]


def _nothing(facts, stage):
    starts, ends = facts.action.starts_on, facts.action.ends_on
    if stage == Stage.PROGRAMMED and starts and starts > facts.today:
        return Line(f"Rien n’est attendu avant le début de l’action, le {date_fr(starts)}.")
    return Line(f"Rien n’est attendu avant le bilan{f', à partir du {date_fr(ends)}' if ends else ''}.")


def _pilots(facts):
    deferred = facts.action.status == ActionStatus.DEFERRED
    words = (
        "La demande est ajournée\u00a0: les pilotes doivent l’examiner de nouveau."
        if deferred
        else "Les pilotes doivent se prononcer."
    )
    return Line(words, when=_filed(facts))


def _opinion(opinion, today):
    return Line(
        f"Avis attendu de {opinion.name}.",
        when=_until_day(opinion.due_on) or _since(opinion.asked_at),
        is_late=opinion.due_on is not None and opinion.due_on < today,
    )


def _money(facts):
    return [line for funding, _ in facts.read for line in _funder(funding, facts.today)]


def _funder(funding, today):
    """Which step comes next in the circuit of one source, who enters it, and which act proves it."""
    if funding.outcome != Outcome.OPEN or funding.in_kind:
        return
    source, name = funding.source, funding.source.label
    if funding.granted is None:
        if funding.programmed and Step.GRANTED in source.steps:
            act = ACTS.get(source.granted_by, "l’acte")
            words = f"{name}\u00a0: nous attendons {act} du financeur, à enregistrer dès réception."
            yield Line(words, when=_since_days(funding.programmed_on, today), is_late=_is_old(funding, today))
        elif Step.PROGRAMMED in source.steps and funding.programmed is None:
            yield Line(f"{name}\u00a0: les pilotes n’ont pas encore programmé de montant.")
    elif funding.granted > ZERO and Step.PAID in source.steps and funding.paid is None:
        yield Line(f"{name}\u00a0: le versement est attendu.", when=_since_days(funding.granted_on, today))
    if (funding.granted is not None or funding.programmed is not None) and not funding.is_released:
        yield Line(f"{name}\u00a0: le porteur n’en sait rien encore, les notifications ne sont pas libérées.")


LATE_AFTER = 60  # days that a programmed amount waits for its act before the team worries


def _is_old(funding, today):
    return funding.programmed_on is not None and (today - funding.programmed_on).days > LATE_AFTER


# --- Words ----------------------------------------------------------------------------------------


def _owed(facts, words):
    """The day once at the end when everything is due the same day, else after each."""
    if not facts.missing:
        return None
    days = [day or _end_of_call(facts) for _, _, day in facts.missing]
    is_late = any(day is not None and day < facts.today for day in days)
    if len(set(days)) == 1:
        items = [(label, url, "") for label, url, _ in facts.missing]
        return Line(words, items=items, when=_until_day(days[0]), is_late=is_late)
    items = [(label, url, _until_day(day)) for (label, url, _), day in zip(facts.missing, days, strict=True)]
    return Line(words, items=items, is_late=is_late)


def _end_of_call(facts):
    """While the sheet is being prepared."""
    call = facts.action.call
    return call.closes_on if call and facts.stage == Stage.PREPARATION else None


def _until(facts):
    return _until_day(facts.due_on or _end_of_call(facts))


def _until_day(day):
    return f"pour le {date_fr(day)}" if day else ""


def _filed(facts):
    day = facts.action.submitted_on
    return f"déposée le {date_fr(day)}" if day else ""


def _sent_back(facts, words):
    return Line(words) if facts.action.status == ActionStatus.SENT_BACK else None


def _since(day):
    return f"depuis le {date_fr(day)}" if day else ""


def _since_days(day, today):
    days = (today - day).days if day else 0
    return f"depuis {days} jour{'s' if days > 1 else ''}" if days > 0 else _since(day)
