from partners.enums import Role


def can_lead(user, cite):
    """Everything a project lead does alone: settings, imports, meetings, notes."""
    return user.access.has(cite.pk, Role.LEAD)


def can_steer(user, cite):
    return user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD)


def can_read_money(user, cite):
    return cite.pk in user.access.money_readers
