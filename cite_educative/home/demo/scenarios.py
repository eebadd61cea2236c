"""Three scenarios for the second wave: one proposed, one for the youngest, one 10 % lower."""

from decimal import Decimal

from actions.models import ScenarioLine
from actions.services import copy_scenario, create_scenario, lock_scenario, share_scenario, write_cells
from actions.services.scenarios import PROPOSED, Cell

YOUNGEST = ("crèche", "Parler bambin", "parents d’abord")


def try_amounts(dunkerque):
    actor = dunkerque.actor
    balance = create_scenario(
        call=dunkerque.second_call, label="Équilibre entre les axes", start=PROPOSED, actor=actor
    )
    young = copy_scenario(balance, label="Priorité aux 0-6 ans", actor=actor)
    lower = copy_scenario(balance, label="Baisse de 10 %", percent=Decimal(10), actor=actor)
    write_cells(young, list(_raised(young)), actor=actor)
    for scenario in (balance, young, lower):
        share_scenario(scenario, actor=actor)
    lock_scenario(lower, actor=actor)


def _raised(scenario):
    """What the youngest ask is proposed in full."""
    for line in ScenarioLine.objects.filter(scenario=scenario).select_related("action"):
        if any(word in line.action.title for word in YOUNGEST):
            yield Cell(line.action_id, line.source_id, line.amount * 2, line.version)
