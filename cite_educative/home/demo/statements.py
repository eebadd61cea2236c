"""Statements of 2025: one being corrected, one to check, two accepted, one that nobody filed."""

from datetime import date
from decimal import Decimal

from django.core.files.base import ContentFile

from actions.finances.statements import owed_fundings, planned_lines, proposed_shares
from actions.models import Action
from actions.services import (
    accept_statement,
    file_elsewhere,
    file_statement,
    note_refund,
    remind_statement,
    save_statement,
    send_statement_back,
    statement_of,
)
from cite_educative.home.demo.exchanges import one_page

FILED = {  # code: (day, spent, unspent, people reached)
    "CE25-002": (date(2026, 6, 18), "12400", "0", 118),
    "CE25-003": (date(2026, 5, 29), "14100", "800", 64),
    "CE25-004": (date(2026, 6, 3), "15200", "0", 31),
    "CE25-006": (date(2026, 5, 12), "14600", "0", 40),
    "CE25-007": (date(2026, 4, 30), "6900", "0", 210),
    "CE25-008": (date(2026, 5, 20), "3050", "0", 95),
}
ACCEPTED = dict.fromkeys(("CE25-003", "CE25-004", "CE25-006", "CE25-007", "CE25-008"), date(2026, 6, 25))
REFUND_ASKED = date(2026, 7, 2)
LATE, WRITTEN = "CE25-005", "CE25-001"


def justify(dunkerque):
    actions = {action.code: action for action in Action.objects.filter(cite=dunkerque.cite, budget_year=2025)}
    actor = dunkerque.actor
    for code, (day, spent, unspent, people) in FILED.items():
        lines = ("Compte rendu financier 2025", str(actions[code]), "Exemple de la démonstration")
        statement = file_elsewhere(
            statement_of(actions[code]),
            filed_on=day,
            spent=Decimal(spent),
            unspent=Decimal(unspent),
            people_reached=people,
            upload=ContentFile(one_page(lines), name=f"compte-rendu-{code.lower()}.pdf"),
            actor=actor,
        )
        if code in ACCEPTED:
            _accept(statement, ACCEPTED[code], actor)
    remind_statement(actions[LATE], budget_year=2025, actor=actor, today=date(2026, 7, 1))
    _write(actions[WRITTEN], actor)


def _accept(statement, day, actor):
    fundings = owed_fundings(statement.action, statement.budget_year)
    justified = proposed_shares(fundings, statement.unspent)
    accept_statement(statement, justified=justified, actor=actor, today=day)
    for share in statement.shares.with_refund():
        if share.to_refund:
            note_refund(share, asked_on=REFUND_ASKED, refunded_on=None, actor=actor)


def _write(action, actor):
    """Filed here from its budget, then sent back for one explanation."""
    statement = statement_of(action)
    lines = planned_lines(action, 2025)
    for line in lines:
        line.actual = line.planned
    lines[0].actual, lines[0].explanation = lines[0].planned + 900, "Deux ateliers de plus."
    statement.implementation = "Trente ateliers dans six crèches et quatre écoles, avec les parents."
    statement.publics = "Familles des quartiers prioritaires, enfants de 2 à 10 ans."
    statement.places = "De janvier à décembre 2025, dans les crèches et les écoles de deux communes."
    statement.results = "Objectif de 300 participations dépassé."
    statement.people_reached, statement.unspent = 342, Decimal(0)
    statement.attested_by, statement.attested_as = "Camille Exemple", "présidente"
    saved = save_statement(statement, version=0, lines=lines, actor=actor)
    filed = file_statement(saved, version=saved.version, actor=actor, today=date(2026, 6, 12))
    send_statement_back(
        filed, remarks="Précisez combien de séances les deux ateliers de plus ont compté.", actor=actor
    )
