from actions.enums import ActionStatus
from partners.enums import Role


def can_create_action(user, cite):
    return user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD, Role.HOLDER)


def can_choose_holder(user, cite):
    """The team files for any organisation, a holder for its own."""
    return user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD)


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


def can_publish_action(user, action):
    to_publish = action.status == ActionStatus.RETAINED and action.published_at is None
    return to_publish and user.access.has(action.cite_id, Role.LEAD, Role.CO_LEAD)


def can_enter_request(user, action):
    """Who writes the sheet of an action not filed yet writes what it asks for."""
    return can_submit_action(user, action)


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


def can_enter_something(user, action):
    """Whether the page of entry opens at all; each amount is checked again with its source."""
    access = user.access
    return (
        access.has(action.cite_id, Role.LEAD, Role.FINANCE)
        or bool(access.sides.get(action.cite_id))
        or can_enter_request(user, action)
    )


def can_write_plan(user, cite):
    """Programme, axes, objectives and calls."""
    return user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD)


def can_read_envelopes(user, cite):
    return cite.pk in user.access.money_readers
