"""What was arbitrated goes to a meeting: a point of its agenda, with the note that helps to decide it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q

from actions.enums import Step
from actions.finances.cells import board_fundings
from actions.models import Action, Call
from cite_educative.common.money import euros
from cite_educative.common.once import lock_row
from governance.enums import ItemKind
from governance.models import AgendaItem
from governance.services.meetings import add_item
from governance.services.notes import save_note

MINUTES = 30
REQUEST = "Programmer {number} pour {amount}, selon l’arbitrage de «\u00a0{call}\u00a0»."
PROPOSAL = (
    "Les pilotes programment les montants du tableau. Chaque financeur reste libre de son propre acte\u00a0: programmer "
    "n’est pas accorder."
)


def proposed_of(call):
    """The fundings of the call's requests for which something is proposed, in cash, and not programmed so already."""
    waiting = Q(programmed__isnull=True) | ~Q(programmed=F("proposed"))
    return board_fundings(call).in_cash().filter(waiting, proposed__isnull=False)


def carried_points(call):
    """Where this arbitration was taken, the last meeting first."""
    return AgendaItem.objects.filter(call=call).select_related("meeting__body").order_by("-meeting__starts_at", "pk")


@transaction.atomic
def carry_to_meeting(*, call, meeting, title, actor):
    """The point of `meeting` on what is proposed for `call`, and its note. Returns (item, created).

    A second run finds the point of the first. The decision is written in session, from the same amounts. Raises
    `ValidationError` when nothing is proposed, `TransitionError` once the meeting is over.
    """
    lock_row(Call.objects.get(pk=call.pk))
    known = AgendaItem.objects.filter(meeting=meeting, call=call).first()
    if known:
        return known, False
    fundings = proposed_of(call)
    actions = list(Action.objects.filter(pk__in=fundings.order_by().values("action")).order_by("code", "pk"))
    if not actions:
        raise ValidationError("Rien n’est proposé pour cet appel\u00a0: retenez d’abord un scénario.")
    item = add_item(
        meeting=meeting, actor=actor, title=title, kind=ItemKind.DECISION, actions=actions, minutes_planned=MINUTES
    )
    item.call = call
    item.save(update_fields=["call"])
    amount = fundings.sums(Step.PROPOSED)[Step.PROPOSED]
    number = f"{len(actions)} actions" if len(actions) > 1 else "une action"
    request = REQUEST.format(number=number, amount=euros(amount), call=call.label)
    save_note(item=item, actor=actor, title=title, request=request, proposal=PROPOSAL)
    return item, True
