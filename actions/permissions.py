from actions.enums import ActionStatus
from partners.enums import Role


def can_create_action(user, cite):
    return user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD, Role.HOLDER)


def can_edit_action(user, action):
    """The team always, until the action is closed; its holder while it is a draft or was sent back."""
    if action.status in (ActionStatus.CLOSED, ActionStatus.ABANDONED):
        return False
    if user.access.has(action.cite_id, Role.LEAD, Role.CO_LEAD):
        return True
    own = action.holder_id in user.access.held.get(action.cite_id, ())
    return own and action.status in (ActionStatus.DRAFT, ActionStatus.SENT_BACK)


def can_submit_action(user, action):
    return action.status in (ActionStatus.DRAFT, ActionStatus.SENT_BACK) and can_edit_action(user, action)


def can_import(user, cite):
    return user.access.has(cite.pk, Role.LEAD)


def can_manage_money(user, cite):
    """Sources, envelopes, acts: the lead and finance officers."""
    return user.access.has(cite.pk, Role.LEAD, Role.FINANCE)


def can_enter_amounts(user, source):
    """The lead and finance officers for every source, a pilot for those of its own side."""
    if can_manage_money(user, source.cite):
        return True
    return source.side_id is not None and source.side_id in user.access.sides.get(source.cite_id, ())


def can_read_envelopes(user, cite):
    return cite.pk in user.access.money_readers


def can_read_history(user, action):
    """Who reads the action in full reads what happened to it."""
    return action.reading_level(user.access) == "full"
