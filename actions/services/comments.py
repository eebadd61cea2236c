"""Remarks on an action: written, answered, resolved, withdrawn; nothing is erased."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.block_fields import about_words
from actions.enums import CommentAudience
from actions.models import ActionComment, SeenMention
from cite_educative.common import journal
from cite_educative.common.once import just_written

CHANGEABLE = timedelta(minutes=15)


@transaction.atomic
def add_comment(*, action, actor, body, audience, organisation=None, mentions=(), block="", field="", answers=None):
    """A second click finds the first one's comment. `mentions` are persons whom the form has checked.

    The journal says nothing: who reads the action may not be who reads the comment.
    """
    comment = ActionComment(
        action=action,
        author=actor,
        body=body.strip(),
        audience=audience,
        organisation=organisation if audience == CommentAudience.INSTITUTION else None,
        block=block,
        field=field,
        answers=answers,
    )
    comment.full_clean()
    if known := just_written(comment, lock=action):
        return known
    comment.save()
    comment.mentions.set(mentions)
    return comment


def add_field_comments(action, *, actor, remarks):
    """One comment for the holder per `(block, field or "", text)`; call it in a transaction."""
    return [
        add_comment(action=action, actor=actor, body=text, audience=CommentAudience.HOLDER, block=block, field=field)
        for block, field, text in remarks
    ]


@transaction.atomic
def answer_comment(comment, *, actor, body):
    """A reply has the circle of what it answers; on a field, it does not resolve it."""
    if comment.answers_id:
        raise ValidationError("Répondez au commentaire lui-même, pas à une réponse.")
    return add_comment(
        action=comment.action,
        actor=actor,
        body=body,
        audience=comment.audience,
        organisation=comment.organisation,
        answers=comment,
    )


@transaction.atomic
def resolve_comment(comment, *, actor, resolved):
    """The holder says that it is corrected, the team that it is not: either may, and the journal tells."""
    row = ActionComment.objects.select_for_update(of=("self",)).select_related("action").get(pk=comment.pk)
    if (row.resolved_at is not None) == resolved:
        return row
    row.resolved_at, row.resolved_by = (timezone.now(), actor) if resolved else (None, None)
    row.save(update_fields=["resolved_at", "resolved_by"])
    journal.record(
        cite_id=row.action.cite_id,
        actor=actor,
        verb="comment.resolved" if resolved else "comment.reopened",
        subject=row.action,
        sentence=f"{actor} a {'réglé' if resolved else 'rouvert'} {_remark(row)}.",
    )
    return row


def remarks_of(action):
    """What its holder is still to correct, oldest first; a link to the sheet is the right to read it. One query."""
    return list(ActionComment.objects.filter(action=action).open().select_related("author__person"))


def resolve_by_link(action, *, comments, said, actor):
    """What a holder without account says corrected: `said` names it in the journal. Call it in a transaction."""
    for row in ActionComment.objects.filter(action=action, pk__in=[one.pk for one in comments]).open():
        row.resolved_at = timezone.now()
        row.save(update_fields=["resolved_at"])
        journal.record(
            cite_id=action.cite_id,
            actor=actor,
            verb="comment.resolved",
            subject=action,
            sentence=f"{said} a dit corrigé {_remark(row)}.",
        )


def _remark(comment):
    return f"une remarque sur «\u00a0{about_words(comment.block, comment.field)}\u00a0»"


@transaction.atomic
def change_comment(comment, *, actor, body):
    """Its author, within a quarter of an hour. Raises `ValidationError` past it."""
    if timezone.now() - comment.created_at > CHANGEABLE:
        raise ValidationError("Passé un quart d’heure, un commentaire ne se modifie plus\u00a0: répondez-y.")
    comment.body, comment.edited_at = body.strip(), timezone.now()
    comment.full_clean()
    comment.save(update_fields=["body", "edited_at"])
    return comment


@transaction.atomic
def withdraw_comment(comment, *, actor):
    """Its text is no longer shown to anybody; that it was there stays. `actor` is its author."""
    comment.withdrawn_at = comment.withdrawn_at or timezone.now()
    comment.save(update_fields=["withdrawn_at"])
    return comment


@transaction.atomic
def mark_mentions_seen(action, *, person):
    """What this person is quoted in no longer awaits her or him."""
    quoted = ActionComment.objects.filter(action=action, mentions=person).exclude(seen__person=person)
    SeenMention.objects.bulk_create(
        [SeenMention(comment=comment, person=person) for comment in quoted], ignore_conflicts=True
    )
