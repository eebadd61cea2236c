"""What somebody is typing, kept for its author alone until the form is saved."""

from django.db import transaction

from actions.models import FormDraft


@transaction.atomic
def keep_draft(*, action, form, actor, content):
    """Replaced at each call; `form` names the form within the sheet, `content` is what it sent."""
    FormDraft.objects.update_or_create(action=action, form=form, author=actor, defaults={"content": content})


@transaction.atomic
def drop_draft(*, action, form, actor):
    """Once saved, or given up."""
    FormDraft.objects.filter(action=action, form=form, author=actor).delete()


def draft_of(*, action, form, actor):
    """What this user was typing, {} when nothing."""
    drafts = FormDraft.objects.filter(action=action, form=form, author=actor)
    return next((draft.content for draft in drafts), {})
