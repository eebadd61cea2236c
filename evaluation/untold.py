"""What a holder has not been told yet: that her action is retained, before a funder's notification is released."""

from actions.enums import Stage
from actions.models import Action
from actions.readable import with_readable_stage


def without_untold(actions, user, cite):
    """Less those of which the user, as their holder, has not been told the answer yet."""
    held = user.access.held.get(cite.pk)
    if not held:
        return actions
    own = with_readable_stage(Action.objects.visible_to(user).filter(cite=cite, holder__in=held), user, cite=cite)
    return actions.exclude(pk__in=own.filter(readable_stage=Stage.APPRAISAL).values("pk"))
