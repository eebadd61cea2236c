"""The rows of the differences as pages show them, with the one gesture that each allows."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from actions.difference_rights import can_accept, can_settle
from actions.differences import BY_ACT, OF_FILE, agrees, compared_with_files, label_of, ours
from actions.enums import DifferenceState, Step
from actions.models import Difference
from actions.permissions import can_manage_money
from cite_educative.common.dates import date_fr

CLOSE, TAKE, ACT, PAYMENT, MOVE, SHARE = "close", "take", "act", "payment", "move", "share"
WHY = {
    ACT: "Un montant accordé vient d’un acte du financeur\u00a0: enregistrez-le avec sa date et son numéro.",
    PAYMENT: "Un versement s’enregistre avec sa date\u00a0: l’export ne la dit pas.",
    MOVE: "Le statut de la fiche vient d’une décision ou d’un fait daté\u00a0: il ne se reprend pas d’un export.",
    SHARE: "Ce montant est celui d’un dossier de plusieurs fiches\u00a0: corrigez celle qui doit l’être, puis revenez "
    "clore l’écart.",
}


def difference_groups(user, differences, *, actions=None, faults=None, typed=None):
    """`[{action, rows}]` in the order given: the differences of a page, one group an action.

    `actions` are theirs when they are known already, with all that `compared_actions` reads. `faults` and `typed` map
    keys of differences to a sentence and to the reason that was being written.
    """
    rows = list(differences)
    known = compared_with_files(rows) if actions is None else {action.pk: action for action in actions}
    groups = {}
    for row in rows:
        row.action = known[row.action_id]
        line = difference_line(user, row) | {
            "fault": (faults or {}).get(row.pk, ""),
            "typed": (typed or {}).get(row.pk, ""),
            "is_keeping": row.pk in (typed or {}),
        }
        groups.setdefault(row.action_id, {"action": row.action, "rows": []})["rows"].append(line)
    return list(groups.values())


def with_details(queryset):
    return queryset.select_related("source", "export", "settled_by__person")


def difference_line(user, row):
    is_open = row.state == DifferenceState.OPEN
    now = ours(row.action, row.key, row.theirs_value) if is_open else row.ours
    gesture = _gesture(user, row) if is_open else ""
    label = label_of(row)
    return {
        "pk": row.pk,
        "label": label[:1].upper() + label[1:],
        "ours": now,
        "theirs": row.theirs,
        "tool": row.get_kind_display(),
        "origin": f"{row.export.filename}, ligne {row.line}, vu le {date_fr(timezone.localdate(row.seen_at))}",
        "gesture": gesture,
        "why": WHY.get(gesture, ""),
        "url": _url(row, gesture),
        "can_settle": is_open and can_settle(user, row),
        "can_reopen": row.state == DifferenceState.KEPT and can_settle(user, row),
        "settled": _settled(row),
        "state": row.state,
    }


def _gesture(user, row):
    if agrees(row.action, row.key, row.theirs_value):
        return CLOSE if can_settle(user, row) else ""
    if row.field in OF_FILE:
        return SHARE if can_settle(user, row) else ""
    if row.field in BY_ACT:
        if not can_manage_money(user, row.action.cite):
            return ""
        return ACT if row.field == Step.GRANTED else PAYMENT
    if row.field == "status":
        return MOVE if can_settle(user, row) else ""
    return TAKE if can_accept(user, row) else ""


def _url(row, gesture):
    """Where the amount is entered with its proof, already filled in; where the sheet is moved."""
    if gesture == ACT:
        asked = {"ligne": row.source_id, "action": row.action_id, f"grant-{row.action_id}": row.theirs_value}
        return f"{reverse('actions:act_create')}?{urlencode(asked)}"
    if gesture == PAYMENT:
        asked = {
            "source": row.source_id,
            "budget_year": row.budget_year,
            "step": row.field,
            "amount": row.theirs_value,
        }
        return f"{reverse('actions:amount', args=[row.action_id])}?{urlencode(asked)}"
    return reverse("actions:detail", args=[row.action_id]) if gesture in (MOVE, SHARE) else ""


def _settled(row):
    if row.state == DifferenceState.OPEN:
        return ""
    words = f"{row.get_state_display()} par {row.settled_by}, le {date_fr(timezone.localdate(row.settled_at))}"
    return words[:1].upper() + words[1:] + (f"\u00a0: {row.reason}" if row.reason else "")


def differences_of_sheet(user, action):
    """The open differences of one sheet, as one group or none."""
    rows = list(with_details(Difference.objects.visible_to(user).open().filter(action=action)))
    is_alone = not any(row.field in OF_FILE for row in rows)
    return difference_groups(user, rows, actions=[action] if is_alone else None)
