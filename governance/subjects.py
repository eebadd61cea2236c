"""What a point may be about besides actions: one list to choose from, whose values are "scenario-12"."""

from actions.enums import AgreementState
from actions.models import Agreement, Call, Scenario
from governance.models import ActionPoint, AgendaItem

MOST = 50  # of each kind, the newest first
NONE = "aucun"
UNSHARED = "un scénario non partagé"
UNSIGNED = (AgreementState.DRAFT, AgreementState.ISSUED)


class Subjects:
    """Those that `user` may bring to a meeting of `cite`, and the one that `item` has."""

    def __init__(self, user, cite, item=None):
        self.rows, self.labels, self.choices, self.chosen = {}, {"": NONE}, [("", NONE)], ""
        current = subject_of(item) if item else None
        for name, (label, rows) in _groups(user, cite).items():
            found = list(rows.order_by("-pk")[:MOST])
            if current and current[0] == name and current[1] not in found:
                found.append(current[1])
            keys = {f"{name}-{row.pk}": (name, row) for row in found}
            self.labels |= {key: _label(row) for key, (_, row) in keys.items()}
            self.rows |= keys
            if current and current[0] == name:
                self.chosen = f"{name}-{current[1].pk}"
                self.labels[self.chosen] = subject_label(item, user)
            if keys:
                self.choices.append((label, [(key, self.labels[key]) for key in keys]))

    def label(self, key):
        return self.labels[key]

    def columns(self, key):
        """`{column of AgendaItem: row}`, empty for no subject."""
        return dict([self.rows[key]]) if key else {}


def subject_of(item):
    """(column, row), None when the point is about its actions alone."""
    return next(((name, getattr(item, name)) for name in AgendaItem.SUBJECTS if getattr(item, f"{name}_id")), None)


def subject_label(item, user):
    """What it is about, without the name of a scenario that `user` may not see."""
    found = subject_of(item)
    if not found:
        return NONE
    row = found[1]
    if isinstance(row, Scenario) and not Scenario.objects.visible_to(user).filter(pk=row.pk).exists():
        return UNSHARED
    return _label(row)


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
