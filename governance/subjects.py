"""What a point may be about besides actions: one list to choose from, whose values are "scenario-12"."""

from actions.enums import AgreementState
from actions.models import Agreement, Call, Scenario
from governance.models import ActionPoint, AgendaItem

MOST = 50  # of each kind, the newest first
NONE = "aucun"
UNSIGNED = (AgreementState.DRAFT, AgreementState.ISSUED)


class Subjects:
    """Those that `user` may bring to a meeting of `cite`, and the one that `item` has."""

    def __init__(self, user, cite, item=None):
        self.rows, self.choices, self.chosen = {}, [("", NONE)], ""
        current = subject_of(item) if item else None
        for name, (label, rows) in _groups(user, cite).items():
            found = list(rows.order_by("-pk")[:MOST])
            if current and current[0] == name and current[1] not in found:
                found.append(current[1])
            keys = {f"{name}-{row.pk}": (name, row) for row in found}
            if keys:
                self.choices.append((label, [(key, _label(row)) for key, (_, row) in keys.items()]))
            self.rows |= keys
        if current:
            self.chosen = f"{current[0]}-{current[1].pk}"

    def label(self, key):
        return _label(self.rows[key][1]) if key else NONE

    def columns(self, key):
        """`{column of AgendaItem: row}`, empty for no subject."""
        return dict([self.rows[key]]) if key else {}


def subject_of(item):
    """(column, row), None when the point is about its actions alone."""
    return next(((name, getattr(item, name)) for name in AgendaItem.SUBJECTS if getattr(item, f"{name}_id")), None)


def subject_label(item):
    found = subject_of(item)
    return _label(found[1]) if found else NONE


def _groups(user, cite):
    scenarios = Scenario.objects.visible_to(user).kept().filter(call__cite=cite, shared_at__isnull=False)
    agreements = Agreement.objects.visible_to(user).filter(cite=cite, state__in=UNSIGNED)
    points = ActionPoint.objects.visible_to(user).to_do().filter(cite=cite)
    return {
        "call": ("Appels à projets", Call.objects.visible_to(user).filter(cite=cite)),
        "scenario": ("Scénarios d’arbitrage", scenarios.select_related("call")),
        "agreement": ("Conventions à signer", agreements.select_related("holder", "amends")),
        "action_point": ("Suites à donner", points),
    }


def _label(row):
    return f"{row.label}, {row.call.label}" if isinstance(row, Scenario) else str(getattr(row, "label", row))
