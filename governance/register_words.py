"""Words of the register, on the page and printed."""

from django.db.models import Prefetch

from cite_educative.common.money import euros
from governance.models import Position

NO_EFFECT = "sans effet"


def signed(amount):
    """ "+ 320 000,00 €": a change, not an amount."""
    if amount is None:
        return NO_EFFECT
    return f"+\N{NO-BREAK SPACE}{euros(amount)}" if amount > 0 else euros(amount)


def owner_name(decision):
    return decision.owner.person.formal_name if decision.owner_id else "–"


def with_positions(decisions):
    """With what `positions_text` reads."""
    return decisions.prefetch_related(Prefetch("positions", Position.objects.in_protocol_order()))


def positions_text(decision):
    """ "Préfecture : favorable ; Dunkerque : ne se prononce pas"; reads `positions` with their voices."""
    return " ; ".join(
        f"{row.organisation.name if row.organisation_id else row.side.label}\u00a0: {row.get_verdict_display()}"
        for row in decision.positions.all()
    )
