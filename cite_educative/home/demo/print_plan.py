"""The three documents of the plan of 2026."""

from actions.enums import PlanDocument
from actions.models import Action
from actions.services import make_plan_document
from partners.models import User


def print_plan(dunkerque):
    author = User.objects.get(pk=dunkerque.actor.pk)
    for kind in PlanDocument:
        actions = Action.objects.visible_to(author).filter(cite=dunkerque.cite, budget_year=2026)
        make_plan_document(kind=kind, cite=dunkerque.cite, budget_year=2026, actor=author, actions=actions)
