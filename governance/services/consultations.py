"""Written consultations, from their draft to their ratification; answers and closing have their own modules."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.locks import lock_version
from cite_educative.common.once import SECOND_CLICK, is_same_file, lock_row
from cite_educative.common.transitions import TransitionError
from governance.enums import ItemKind
from governance.figures import open_fundings
from governance.models import Consultation, ConsultationAnswer, ConsultationPiece, Decision
from governance.services.decisions import replace_effects, usual_effects
from governance.services.meetings import add_item
from governance.voices import body_voices
from partners.enums import Gesture
from partners.models import AccessLink
from partners.services import revoke_links

STARTED = "La consultation est ouverte ou close\u00a0: ce qui est soumis aux pilotes ne change plus."


def record(consultation, actor, verb, words, **values):
    journal.record(
        cite_id=consultation.body.cite_id,
        actor=actor,
        verb=f"consultation.{verb}",
        subject=consultation,
        sentence=f"{actor} {words} la consultation écrite «\u00a0{consultation.decision.title}\u00a0».",
        **values,
    )


def lock_consultation(consultation):
    rows = Consultation.objects.select_for_update(of=("self",))
    return rows.select_related("body__cite", "decision").get(pk=consultation.pk)


def _lock_draft(consultation):
    row = lock_consultation(consultation)
    if not row.is_draft:
        raise TransitionError(STARTED)
    return row


@transaction.atomic
def save_consultation(
    *, body, actor, title, presentation, text, deadline, actions=(), consultation=None, version=None
):
    """Write the draft. The actions that come in get the usual effects, those that go lose theirs.

    The same draft sent twice (a double click) is written once. Raises `ConflictError`, `TransitionError`,
    `ValidationError`; `ValueError` for another Cité's rows.
    """
    if any(action.cite_id != body.cite_id for action in actions):
        raise ValueError("An action belongs to another Cité.")
    if consultation is None:
        lock_row(body)
        row = _same_draft(body, actor, title, text)
        if row:
            return row
        row = Consultation(created_by=actor, decision=Decision(created_by=actor))
    else:
        _lock_draft(consultation)
        row = lock_version(Consultation.objects.select_related("decision"), consultation.pk, version)
        row.version += 1
    decision = row.decision
    decision.body = row.body = body
    decision.title, decision.text = title, text
    row.presentation, row.deadline = presentation, deadline
    decision.full_clean()
    row.full_clean(exclude=["decision"])
    decision.save()
    row.decision = decision
    row.save()
    _set_actions(row, actions)
    record(row, actor, "saved", "a enregistré")
    return row


def _same_draft(body, actor, title, text):
    return (
        body.consultations.filter(
            decision__title=title,
            decision__text=text,
            created_by=actor,
            created_at__gt=timezone.now() - SECOND_CLICK,
        )
        .select_related("body", "decision")
        .first()
    )


def _set_actions(consultation, actions):
    known = set(consultation.actions.values_list("pk", flat=True))
    new = {action.pk for action in actions} - known
    consultation.actions.set(actions)
    consultation.decision.effects.exclude(action__in=actions).delete()
    if new:
        kept = _planned(consultation.decision)
        replace_effects(consultation.decision, [*kept, *usual_effects(list(open_fundings(action__in=new)))])


def _planned(decision):
    """What is already written, for `replace_effects`."""
    return list(decision.effects.select_related("action", "funding"))


@transaction.atomic
def save_consultation_effects(consultation, *, actor, version, effects):
    """Replace what the decision will change. Raises `ConflictError`, `TransitionError`, `ValidationError`."""
    _lock_draft(consultation)
    row = lock_version(Consultation.objects.select_related("body", "decision__body"), consultation.pk, version)
    concerned = set(row.actions.values_list("pk", flat=True))
    if any(effect.action.pk not in concerned for effect in effects):
        raise ValidationError("Une action n’est plus concernée par cette consultation. Rechargez la page.")
    replace_effects(row.decision, effects)
    row.version += 1
    row.save(update_fields=["version"])
    record(row, actor, "effects", "a fixé les effets de")
    return row


@transaction.atomic
def add_consultation_piece(consultation, *, upload, title, actor):
    """A second click finds the first one's file. Raises `TransitionError` once open: all answer on the same pieces."""
    row = _lock_draft(consultation)
    known = next((piece for piece in row.pieces.all() if is_same_file(piece, upload)), None)
    if known:
        return known
    piece = ConsultationPiece.objects.create(consultation=row, file=upload, title=title, author=actor)
    record(row, actor, "piece", f"a joint «\u00a0{piece}\u00a0» à")
    return piece


@transaction.atomic
def remove_consultation_piece(piece, *, actor):
    row = _lock_draft(piece.consultation)
    record(row, actor, "piece_removed", f"a retiré «\u00a0{piece}\u00a0» de")
    piece.delete()


@transaction.atomic
def open_consultation(consultation, *, actor):
    """Who sits today is asked: one awaited answer per voice. The pilots see the text from now on.

    The rule on silence of the body is frozen. Raises `TransitionError`, `ValidationError`.
    """
    row = lock_consultation(consultation)
    Consultation.TRANSITIONS["open"].check(row.status)
    today = timezone.localdate()
    if row.deadline <= today:
        raise ValidationError(
            f"L’échéance du {date_fr(row.deadline)} ne laisse aucun jour pour répondre\u00a0: repoussez-la d’abord."
        )
    voices = body_voices(row.body)
    if not voices:
        raise ValidationError(
            f"Aucun pilote ne siège dans «\u00a0{row.body.label}\u00a0»\u00a0: complétez d’abord ses membres."
        )
    ConsultationAnswer.objects.bulk_create(
        ConsultationAnswer(consultation=row, side=voice.side, organisation=voice.organisation) for voice in voices
    )
    row.move("open", actor=actor, opened_on=today, silence_agrees=row.body.silence_agrees)
    record(row, actor, "opened", "a ouvert")
    return row


@transaction.atomic
def cancel_consultation(consultation, *, actor):
    """Nothing is decided; the links stop working. Raises `TransitionError` once it is closed."""
    row = lock_consultation(consultation)
    row.move("cancel", actor=actor)
    stop_links(row)
    record(row, actor, "cancelled", "a annulé")
    return row


def stop_links(consultation):
    for answer in consultation.answers.all():
        revoke_links(gestures=[Gesture.CONSULTATION], subject=answer)


def links_of(consultation):
    return AccessLink.objects.filter(
        gesture=Gesture.CONSULTATION,
        subject_type=ConsultationAnswer._meta.label_lower,
        subject_pk__in=consultation.answers.values("pk"),
    )


@transaction.atomic
def publish_consultation(consultation, *, actor):
    """Opens its outcome and its relevé to every member of the body. A second click changes nothing."""
    row = lock_consultation(consultation)
    if not row.is_closed:
        raise TransitionError("Une consultation se publie une fois close.")
    if row.published_at:
        return row
    row.published_at = timezone.now()
    row.version = F("version") + 1
    row.save(update_fields=["published_at", "version"])
    record(row, actor, "published", "a publié le résultat de")
    return row


@transaction.atomic
def ratify_consultation(consultation, *, meeting, actor):
    """Put it to a meeting for information: no amount changes, it was decided when it was closed.

    A second click finds the point of the first one. Raises `TransitionError` when it is not adopted or the meeting is
    over.
    """
    row = lock_consultation(consultation)
    if not row.is_adopted:
        raise TransitionError("Seule une consultation adoptée se ratifie en réunion.")
    if row.ratification_id:
        return row.ratification
    if meeting.body_id != row.body_id:
        raise ValueError("The meeting is of another body.")
    decision = row.decision
    title = f"Ratification de la consultation écrite {decision.reference}\u00a0: {decision.title}"
    row.ratification = add_item(
        meeting=meeting,
        actor=actor,
        title=title if len(title) <= 200 else f"{title[:199]}…",
        kind=ItemKind.INFORMATION,
        minutes_planned=5,
    )
    row.save(update_fields=["ratification"])
    record(row, actor, "ratified", f"a porté à l’ordre du jour «\u00a0{meeting}\u00a0», pour ratification,")
    return row.ratification
