"""Who gives an export, and who settles each difference: the lead; for an amount, the finance officers too."""

from actions.differences import BY_ACT, MONEY, OF_FILE
from actions.permissions import can_edit_action, can_manage_money
from partners.enums import Role
from partners.permissions import can_edit_organisation
from partners.services.matching import name_key


def can_read_exports(user, cite):
    return user.access.has(cite.pk, Role.LEAD, Role.CO_LEAD, Role.PILOT, Role.FINANCE)


def can_settle(user, difference):
    """Keep the value of the sheet, or reopen what was kept."""
    if difference.field in (*MONEY, *OF_FILE):
        return can_manage_money(user, difference.action.cite)
    return user.access.has(difference.action.cite_id, Role.LEAD)


def can_accept(user, difference):
    """Whether the sheet may follow by a click: not for what an act, a payment or a decision writes, nor for the sum
    of several sheets."""
    if not can_settle(user, difference) or difference.field in (*BY_ACT, *OF_FILE, "status"):
        return False
    if difference.field in MONEY:
        return True
    if difference.field == "holder" and completes_directory(difference):
        return can_edit_organisation(user, difference.action.holder)
    return can_edit_action(user, difference.action)


def completes_directory(difference):
    """The same holder, whose SIRET our directory lacks."""
    holder, told = difference.action.holder, difference.theirs_value
    return bool(told["siret"]) and not holder.siret and name_key(holder.name) == name_key(told["name"])
