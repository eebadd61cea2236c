from dataclasses import dataclass

from django.urls import reverse

from actions.models import Action
from cite_educative.common.dates import date_fr
from cite_educative.common.search import normalise
from governance.models import Decision
from partners.models import Organisation

LIMIT = 20


@dataclass(frozen=True)
class Found:
    title: str
    detail: str
    url: str


def search_everywhere(user, query):
    """`[(heading, [Found])]` over what the user may see, at most twenty of each; empty for an empty query."""
    if not normalise(query):
        return []
    actions = Action.objects.visible_to(user).search(query).select_related("holder").order_by("-budget_year", "code")
    organisations = Organisation.objects.visible_to(user).search(query).order_by("name")
    decisions = Decision.objects.visible_to(user).adopted().search(query).select_related("body")
    groups = [
        (
            "Actions",
            [
                Found(
                    str(action),
                    f"{action.holder}, exercice {action.budget_year}",
                    reverse("actions:detail", args=[action.pk]),
                )
                for action in actions[:LIMIT]
            ],
        ),
        (
            "Partenaires",
            [
                Found(row.name, row.get_kind_display(), reverse("partners:organisation", args=[row.pk]))
                for row in organisations[:LIMIT]
            ],
        ),
        (
            "Décisions",
            [
                Found(
                    str(row), f"{row.body}, {date_fr(row.adopted_on)}", reverse("governance:decision", args=[row.pk])
                )
                for row in decisions.order_by("-year", "-number")[:LIMIT]
            ],
        ),
    ]
    return [(heading, rows) for heading, rows in groups if rows]
