"""A request is filed: in time, or late with the name of who accepts it and why."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.enums import BornIn, Step
from actions.models import Action
from actions.services.money import record_amount
from actions.services.pieces import receive_piece
from actions.services.sheets import create_action, missing_for_submission, next_code
from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.once import SECOND_CLICK, lock_row

FILED_PDF = "Demande déposée dans Dauphin"
RECEIVED_FILE = "Demande reçue"


class LateFiling(ValidationError):
    """Filed after the end of the call: only the team accepts it, and says why."""


@transaction.atomic
def submit_action(action, *, actor, on=None, late_reason="", said_by=""):
    """Gives the code. Raises `ValidationError` with what is missing, `TransitionError` from another status.

    `on`: the day when it was filed, today by default; `said_by`: who filed it, when the team enters it. Outside the
    dates of the call it is refused (`LateFiling` after them), unless the team gives `late_reason`. A sheet that
    comes back after having been sent back keeps the day of its first filing; its life tells the others.
    """
    row = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    missing = missing_for_submission(row)
    if missing:
        raise ValidationError("Il manque\u00a0: " + ", ".join(label for _, label in missing) + ".")
    day = on or timezone.localdate()
    late = {} if row.submitted_on or row.call is None else _late(row.call, day, actor, late_reason.strip())
    row.move(
        "submit",
        actor=actor,
        happened_on=day,
        said_by=said_by,
        code=row.code or next_code(row.cite, row.budget_year),
        submitted_on=row.submitted_on or day,
        shared_at=row.shared_at or timezone.now(),
        **late,
    )
    journal.record(
        cite_id=row.cite_id,
        actor=actor,
        verb="action.submitted",
        subject=row,
        sentence=_sentence(row, actor, said_by, day),
    )
    return row


def _late(call, day, actor, reason):
    """The fields of a late filing that is accepted; {} when it is in time."""
    if call.is_early(day):
        raise ValidationError(
            f"L’appel «\u00a0{call.label}\u00a0» ouvre le {date_fr(call.opens_on)}\u00a0: on ne peut pas y déposer avant."
        )
    if not call.is_late(day):
        return {}
    if call.cite_id not in actor.access.steered:
        raise LateFiling(closed_sentence(call))
    if len(reason) > Action._meta.get_field("late_reason").max_length:
        raise LateFiling("Le motif du dépôt tardif est trop long : une phrase suffit.")
    if not reason:
        raise LateFiling(
            f"L’appel «\u00a0{call.label}\u00a0» est clos depuis le {date_fr(call.closes_on)}. Pour accepter ce dépôt "
            "malgré tout, dites pourquoi\u00a0; reçu plus tôt, donnez le jour de sa réception."
        )
    return {"late_accepted_on": timezone.localdate(), "late_accepted_by": actor, "late_reason": reason}


def closed_sentence(call):
    """What a holder reads once the call is over: whom to ask."""
    return (
        f"L’appel «\u00a0{call.label}\u00a0» est clos depuis le {date_fr(call.closes_on)}. Seule l’équipe de la Cité peut "
        f"accepter un dépôt tardif\u00a0: {f'écrivez à {call.contact}' if call.contact else 'écrivez-lui'}."
    )


def _sentence(row, actor, said_by, day):
    words = f"{actor} a déposé l’action"
    if said_by:
        words = f"{actor} a enregistré le dépôt de l’action par {said_by}, le {date_fr(day)}"
    if row.late_accepted_on:
        words += ", et accepté ce dépôt tardif"
    return f"{words}."


@transaction.atomic
def register_request(
    *, call, actor, fields, requested, on, upload=None, late_reason="", as_draft=False
):  # fmt: skip
    """Write at once a request filed elsewhere: its sheet, what it asks of each funder, its file, its filing.

    `requested`: `{source: amount in euros}`, known ones only. Kept as a draft, it may lack anything but its title
    and holder. Raises `ValidationError`; nothing is then written. A second click finds what the first one wrote.
    """
    lock_row(call)
    known = _just_registered(call, actor, fields)
    if known:
        return known
    _check_reference(call, fields.get("external_ref", ""))
    years = {"budget_year": call.budget_year, "school_year": call.school_year}
    action = create_action(cite=call.cite, actor=actor, call=call, **years, **fields)
    is_dauphin = call.born_in == BornIn.DAUPHIN
    for source, amount in requested.items():
        record_amount(
            action=action,
            source=source,
            budget_year=action.budget_year,
            step=Step.REQUESTED,
            amount=amount,
            on=on,
            actor=actor,
            reference=action.external_ref,
            on_behalf_of=action.holder,
            received="dossier déposé dans Dauphin" if is_dauphin else "dossier reçu",
        )
    if not as_draft:
        action = submit_action(action, actor=actor, on=on, late_reason=late_reason, said_by=action.holder.name[:200])
    if upload:
        title = FILED_PDF if is_dauphin else RECEIVED_FILE
        receive_piece(action=action, actor=actor, title=title, upload=upload, received_on=on)
    return action


@transaction.atomic
def answer_call(call, *, actor, title, holder):
    """A draft that answers this call, with its years. A second click finds that of the first one."""
    lock_row(call)
    fields = {"title": title, "holder": holder}
    years = {"budget_year": call.budget_year, "school_year": call.school_year}
    known = _just_registered(call, actor, fields)
    return known or create_action(cite=call.cite, actor=actor, call=call, **years, **fields)


@transaction.atomic
def begin_action(*, cite, actor, **fields):
    """`create_action` from its form: a second click finds the draft of the first one."""
    lock_row(cite)
    known = _just_registered(fields.get("call"), actor, fields, cite=cite, budget_year=fields["budget_year"])
    return known or create_action(cite=cite, actor=actor, **fields)


def _just_registered(call, actor, fields, **others):
    recent = Action.objects.filter(
        **others,
        call=call,
        created_by=actor,
        title=fields["title"],
        holder=fields["holder"],
        created_at__gt=timezone.now() - SECOND_CLICK,
    )
    return recent.filter(external_ref=fields.get("external_ref", "")).first()


def _check_reference(call, reference):
    """One Dauphin file is one request."""
    known = Action.objects.filter(cite=call.cite_id, external_ref__iexact=reference).first() if reference else None
    if known:
        raise ValidationError(
            {
                "external_ref": f"La référence {reference} est déjà celle de «\u00a0{known}\u00a0», exercice {known.budget_year}."
            }
        )
