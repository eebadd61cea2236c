"""What happened to an action, in sentences: journal, moves and ledger together, as far as the reader may know."""

import datetime

from django.utils import timezone

from actions.amounts import entry_provenance, ledger_of
from actions.enums import Step
from cite_educative.common import journal
from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.money import euros

REPEATED = ("action.submitted", "funding.", "difference.accepted")  # told by the moves, the ledger and the sheet
HARMLESS_VERBS = frozenset(
    {
        "action.created",
        "action.updated",
        "action.published",
        "budget.saved",
        "report.made",
        "milestone.ticked",
        "photo.added",
        "piece.received",
        "piece.refused",
        "reminder.sent",
    }
)
HARMLESS_MOVES = frozenset({"submit", "send_back"})
NEUTRAL = {
    "action.created": "L’action a été créée.",
    "action.updated": "La fiche a été modifiée.",
    "action.published": "L’action a été publiée.",
    "budget.saved": "Le budget a été modifié.",
}
MOVES = {
    "submit": ("a déposé l’action", "L’action a été déposée"),
    "send_back": ("a renvoyé la fiche au porteur", "La fiche a été renvoyée au porteur"),
    "retain": ("a retenu l’action", "L’action a été retenue"),
    "defer": ("a ajourné l’action", "L’action a été ajournée"),
    "reject": ("a rejeté l’action", "L’action a été rejetée"),
    "reopen": ("a rouvert l’instruction", "L’instruction a été rouverte"),
    "suspend": ("a suspendu l’action", "L’action a été suspendue"),
    "resume": ("a repris l’action", "L’action a été reprise"),
    "abandon": ("a abandonné l’action", "L’action a été abandonnée"),
    "close": ("a clos l’action", "L’action a été close"),
    "undo": ("a annulé le dernier changement", "Le dernier changement a été annulé"),
}
AMOUNTS = {
    Step.REQUESTED: "{after} demandés à {source}",
    Step.PROPOSED: "{after} proposés sur {source}",
    Step.PROGRAMMED: "{after} programmés sur {source}",
    Step.GRANTED: "{source} a accordé {after}",
    Step.COMMITTED: "{source} a engagé {after}",
    Step.PAID: "{source} a versé {after}",
    Step.JUSTIFIED: "{after} justifiés auprès de {source}",
}


def activity(action, level, read, *, hides_names):
    """Lines newest first: `sentence`, `when`, `iso`, `is_money`, `entered` and its `actor`. Three queries.

    Who reads in full reads all of it; a holder reads the harmless lines and the amounts that were released.
    """
    lines = [_journal_line(entry, hides_names) for entry in _journal_entries(action, level)]
    lines += [_move_line(move, level, hides_names) for move in _moves(action, level)]
    lines += [_money_line(entry, hides_names) for entry in ledger_of(read)]
    lines.sort(key=lambda line: line["order"], reverse=True)
    return lines


def _journal_entries(action, level):
    entries = [entry for entry in journal.entries_for(action) if not entry.verb.startswith(REPEATED)]
    return entries if level == "full" else [entry for entry in entries if entry.verb in HARMLESS_VERBS]


def _moves(action, level):
    moves = action.log.select_related("actor__person")
    return moves if level == "full" else [move for move in moves if move.transition in HARMLESS_MOVES]


def _journal_line(entry, hides_names):
    sentence = NEUTRAL.get(entry.verb, "La fiche a été mise à jour.") if hides_names else entry.sentence
    return _line(entry.created_at, sentence, entry.actor_id)


def _move_line(move, level, hides_names):
    active, passive = MOVES.get(move.transition, ("a modifié l’action", "L’action a été modifiée"))
    sentence = passive if hides_names or move.actor is None else f"{move.actor} {active}"
    told = [move.said_by and f"pour {move.said_by}", move.reference, move.comment]
    told = ", ".join(filter(None, told)) if level == "full" and not hides_names else ""
    if move.happened_on != timezone.localdate(move.created_at):
        sentence += f" le {date_fr(move.happened_on)}"
    words = f"{sentence} ({told})." if told else f"{sentence}."
    return _line(move.created_at, words, move.actor_id)


def _money_line(entry, hides_names):
    moment = timezone.make_aware(datetime.datetime.combine(entry.fact_on, datetime.time()))
    return {
        "sentence": money_sentence(entry, hides_names=hides_names),
        "when": date_fr(entry.fact_on, year=timezone.localdate().year),
        "iso": entry.fact_on.isoformat(),
        "is_money": True,
        "order": (moment, entry.pk),
        "entered": entry.entered_at,
        "actor": entry.entered_by_id,
    }


def money_sentence(entry, *, hides_names):
    step, source = Step(entry.step), entry.funding.source.label
    if entry.after is None:
        words = f"Montant {step.label} retiré pour {source}\u00a0: il était de {euros(entry.before)}"
    else:
        words = AMOUNTS[step].format(after=euros(entry.after), source=source)
        if entry.before is not None and entry.before != entry.after:
            words += f", au lieu de {euros(entry.before)}"
    if entry.reference:
        words += f" ({entry.reference})"
    provenance = entry_provenance(entry, hides_names=hides_names)
    author = "" if hides_names else f"Saisi par {entry.entered_by}"
    if provenance:
        author = f"{author}, {provenance}" if author else provenance.capitalize()
    return f"{words}. {author}." if author else f"{words}."


def _line(moment, sentence, actor):
    moment = timezone.localtime(moment)
    day = date_fr(moment, year=timezone.localdate().year)
    return {
        "sentence": sentence,
        "when": f"{day}, {time_fr(moment)}",
        "iso": moment.isoformat(timespec="minutes"),
        "is_money": False,
        "order": (moment, 0),
        "entered": moment,
        "actor": actor,
    }
