"""What the page of a body says, and the bodies for which somebody may propose a point."""

from governance.models import Body
from governance.rhythm import rhythm_words
from partners.models import Mandate
from partners.tables import mandate_quality


def open_bodies(user, cite):
    """See `BodyQuerySet.open_to`."""
    return Body.objects.open_to(user).filter(cite=cite)


def facts(row):
    sides = [side.label for side in row.required_sides.all()]
    quorum = row.get_quorum_rule_display() or "aucun"
    if row.quorum_number:
        quorum = f"{row.quorum_number} membre{'s' if row.quorum_number > 1 else ''}"
    told = [
        {"label": "Nature", "value": row.get_kind_display()},
        {"label": "Rythme", "value": rhythm_words(row.rhythm_every, row.rhythm_unit)},
        {"label": "Quorum", "value": quorum},
    ]
    if sides:
        told.append({"label": "Pilotes indispensables", "value": ", ".join(sides)})
    return told


def presiding(row):
    """Names and qualities, in protocol order."""
    return [f"{one.person.formal_name}, {mandate_quality(one)}" for one in row.presiding()]


def count_members(row):
    """The seats held today."""
    return row.members.filter(mandate__in=Mandate.objects.active()).count()
