"""Moves made by hand, their corrections, and the correction of amounts."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.enums import ActionStatus, EntryKind, Step
from actions.finances.order import refusal
from actions.life import ASK_A_DECISION, BY_DECISION, GESTURES, UNDO
from actions.models import Action, ActionLog, Funding, FundingEntry
from actions.services.comments import add_field_comments
from actions.services.money import ENTERED_BY_HAND
from actions.services.reminders import remind
from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.money import euros
from cite_educative.common.transitions import TransitionError
from partners.enums import Gesture

CORRECTED_KINDS = (EntryKind.ENTRY, EntryKind.IMPORT, EntryKind.REVERSAL)
OTHER_WAY = {
    EntryKind.DECISION: "Ce montant vient d’une décision des pilotes\u00a0: seule une autre décision le change.",
    EntryKind.ACT: "Ce montant vient de l’acte du financeur\u00a0: enregistrez l’acte qui le modifie.",
    EntryKind.PAYMENT: "Ce montant vient d’un versement\u00a0: corrigez le versement lui-même.",
}


def _read_again(action):
    return Action.objects.select_for_update(of=("self",)).select_related("cite", "holder").get(pk=action.pk)


@transaction.atomic
def move_by_hand(action, name, *, actor, happened_on=None, said_by="", comment=""):
    """One of `GESTURES`, dated on the day of the fact. Raises `TransitionError` or `ValidationError`, with a sentence.

    Retaining, deferring and rejecting are refused: governance decisions and funders' acts do that.
    """
    row = _read_again(action)
    if name in BY_DECISION:
        raise TransitionError(ASK_A_DECISION)
    happened_on = happened_on or timezone.localdate()
    _check_day(row, happened_on)
    if GESTURES[name].asks_reason and not comment.strip():
        raise ValidationError("Dites pourquoi\u00a0: celles et ceux qui liront la fiche plus tard en auront besoin.")
    if name == "reopen":
        _check_reopening(row)
    row.move(name, actor=actor, happened_on=happened_on, said_by=said_by, comment=comment.strip())
    return row


def _check_day(action, day):
    if day > timezone.localdate():
        raise ValidationError("Ce jour n’est pas encore arrivé\u00a0: indiquez celui où la chose s’est faite.")
    last = action.log.order_by("-happened_on", "-pk").first()
    if last and day < last.happened_on:
        raise ValidationError(
            f"Ce jour précède le dernier changement de l’action ({date_fr(last.happened_on)})\u00a0: vérifiez la date."
        )


def _check_reopening(action):
    """What a decision has closed is opened again by a decision."""
    last = action.log.order_by("-pk").first()
    if action.status != ActionStatus.ABANDONED or (last and last.reference):
        reference = f" ({last.reference})" if last and last.reference else ""
        raise TransitionError(
            f"L’état de cette action vient d’une décision{reference}\u00a0: une autre décision peut la rouvrir. "
            "Portez l’action à l’ordre du jour d’une réunion."
        )
    if action.submitted_on is None:
        raise TransitionError(
            "Cette fiche n’a jamais été déposée\u00a0: annulez l’abandon dans son historique, elle redevient un brouillon."
        )


@transaction.atomic
def send_back(action, *, actor, comments, due_on, recipients, subject, body, happened_on=None):
    """Give the sheet back to its holder with what is to be corrected, and a letter with its link.

    `comments`: `[(block, field or "", text)]`, one remark each.

    Without recipients no letter leaves: the holder is told otherwise. Raises `TransitionError`, `ValidationError`,
    `PartnersError`; nothing is then written.
    """
    row = move_by_hand(action, "send_back", actor=actor, happened_on=happened_on)
    written = add_field_comments(row, actor=actor, remarks=comments)
    if not written and not row.comments.open().exists():
        raise ValidationError("Dites au moins une chose à corriger\u00a0: le porteur la lira à côté du champ.")
    if recipients:
        letter = {"subject": subject, "body": body, "recipients": recipients}
        remind(action=row, gesture=Gesture.SHEET, due_on=due_on, actor=actor, **letter)
    return row


@transaction.atomic
def undo_last_move(action, *, actor, reason, seen=None):
    """Come back from the last move, if a person made it by hand; both lines stay. Raises `TransitionError`.

    `seen`: the key of the move that the actor had before the eyes, to undo no other.
    """
    row = _read_again(action)
    last = row.log.order_by("-pk").first()
    if seen is not None and last and last.pk != seen:
        raise TransitionError(
            "L’action a changé depuis que vous avez ouvert cette page\u00a0: relisez son historique, puis recommencez."
        )
    if last is None or last.transition == UNDO:
        raise TransitionError("Il n’y a plus rien à annuler\u00a0: le dernier changement l’est déjà.")
    if last.reference:
        raise TransitionError(
            f"Ce changement vient de «\u00a0{last.reference}\u00a0»\u00a0: il se défait par une autre décision ou par "
            "un autre acte, pas ici."
        )
    row.undo(last, actor=actor, reason=reason)
    if last.transition == "submit":
        _file_again(row)
    return row


def _file_again(action):
    """The day of filing is that of the first one that stands; nothing accepts late what was filed in time, or not at all."""
    standing = []
    for move in action.log.order_by("pk"):
        if move.transition == UNDO:
            standing.pop()
        else:
            standing.append(move)
    days = [move.happened_on for move in standing if move.transition == "submit"]
    action.submitted_on = days[0] if days else None
    if not (days and action.call and action.call.is_late(days[0])):
        action.late_accepted_on, action.late_accepted_by, action.late_reason = None, None, ""
    action.save(update_fields=["submitted_on", "late_accepted_on", "late_accepted_by", "late_reason"])


def _check_filing_day(move, day):
    """A late filing needs its reason, which is given when it is entered."""
    action = move.action
    is_first = move.from_status == ActionStatus.DRAFT
    if is_first and action.call and action.call.is_late(day) and action.late_accepted_on is None:
        raise ValidationError(
            f"L’appel «\u00a0{action.call.label}\u00a0» était clos ce jour-là\u00a0: annulez ce dépôt, puis enregistrez-le "
            "avec le motif du dépôt tardif."
        )


@transaction.atomic
def correct_move_day(move, *, actor, happened_on):
    """The day of the fact was wrong; the journal keeps both. Raises `ValidationError`."""
    row = ActionLog.objects.select_for_update(of=("self",)).select_related("action").get(pk=move.pk)
    if happened_on > timezone.localdate():
        raise ValidationError("Ce jour n’est pas encore arrivé\u00a0: indiquez celui où la chose s’est faite.")
    if row.reference:
        raise ValidationError("Cette date est celle d’une décision ou d’un acte\u00a0: elle ne se corrige pas ici.")
    before = row.happened_on
    if before == happened_on:
        return row
    row.happened_on = happened_on
    row.save(update_fields=["happened_on"])
    if row.transition == "submit":
        _check_filing_day(row, happened_on)
        _file_again(row.action)
    journal.record(
        cite_id=row.action.cite_id,
        actor=actor,
        verb="action.dated",
        subject=row.action,
        sentence=f"{actor} a corrigé une date\u00a0: le {date_fr(happened_on)} au lieu du {date_fr(before)}.",
        before={"happened_on": before.isoformat()},
        after={"happened_on": happened_on.isoformat()},
    )
    return row


@transaction.atomic
def correct_amount(entry, *, amount, reason, actor):
    """Undo the last amount of a step by a reversal entry, then write the right one (None: not known after all).

    Returns the entries written. Raises `ValidationError` when another gesture must do it, or when nothing changes.
    """
    funding = (
        Funding.objects.select_for_update(of=("self",)).select_related("action", "source").get(pk=entry.funding_id)
    )
    last = FundingEntry.objects.filter(funding=funding, step=entry.step).order_by("-pk").first()
    _check_correctable(entry, last, amount)
    refused = refusal(funding, Step(entry.step), amount)
    if refused:
        raise ValidationError(refused)
    kept = {"on": entry.fact_on, "actor": actor, "comment": reason, "reference": entry.reference}
    written = [funding.record(entry.step, entry.before, kind=EntryKind.REVERSAL, **kept)]
    if amount != entry.before:
        kept |= {"on_behalf_of": entry.on_behalf_of, "received": entry.received}
        written.append(funding.record(entry.step, amount, kind=EntryKind.ENTRY, **kept))
    journal.record(
        cite_id=funding.action.cite_id,
        actor=actor,
        verb=f"funding.{entry.step}",
        subject=funding.action,
        sentence=f"{actor} a corrigé un montant {Step(entry.step).label}\u00a0: {euros(amount)} au lieu de "
        f"{euros(entry.after)} ({reason}).",
        before={"amount": str(entry.after) if entry.after is not None else None},
        after={"amount": str(amount) if amount is not None else None},
    )
    return written


def _check_correctable(entry, last, amount):
    if EntryKind(entry.kind) not in CORRECTED_KINDS or entry.step not in ENTERED_BY_HAND:
        raise ValidationError(OTHER_WAY.get(EntryKind(entry.kind), OTHER_WAY[EntryKind.ACT]))
    if last.pk != entry.pk:
        raise ValidationError(
            "Ce montant a changé depuis\u00a0: corrigez sa dernière écriture. Rechargez la page pour la voir."
        )
    if amount == entry.after:
        raise ValidationError("C’est déjà le montant enregistré\u00a0: il n’y a rien à corriger.")
