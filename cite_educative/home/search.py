from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse

from actions.models import Action, Exchange, LibraryItem
from cite_educative.common.dates import date_fr
from cite_educative.common.search import normalise
from governance.models import Decision, Meeting
from partners.models import Mandate, Organisation, Person
from partners.permissions import hides_names

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
    groups = [
        ("Actions", _actions(user, query)),
        ("Partenaires", _organisations(user, query)),
        ("Personnes", _persons(user, query)),
        ("Réunions", _meetings(user, query)),
        ("Décisions", _decisions(user, query)),
        ("Échanges", _exchanges(user, query)),
        ("Bibliothèque", _documents(user, query)),
    ]
    return [(heading, rows) for heading, rows in groups if rows]


def _actions(user, query):
    rows = Action.objects.visible_to(user).search(query).select_related("holder").order_by("-budget_year", "code")
    return [
        Found(str(row), f"{row.holder}, exercice {row.budget_year}", reverse("actions:detail", args=[row.pk]))
        for row in rows[:LIMIT]
    ]


def _organisations(user, query):
    rows = Organisation.objects.visible_to(user).search(query).order_by("name")
    return [
        Found(row.name, row.get_kind_display(), reverse("partners:organisation", args=[row.pk]))
        for row in rows[:LIMIT]
    ]


def _persons(user, query):
    """Not for who reads under pseudonym in the Cités where the person acts."""
    named = [cite for cite in user.access.cites if not hides_names(user.access, cite)]
    known = Exists(Mandate.objects.filter(person=OuterRef("pk"), cite__in=named))
    rows = Person.objects.visible_to(user).filter(known).search(query).order_by("last_name", "first_name", "pk")
    return [Found(str(row), row.function, reverse("partners:person", args=[row.pk])) for row in rows[:LIMIT]]


def _meetings(user, query):
    rows = Meeting.objects.visible_to(user).search(query).select_related("body").order_by("-starts_at", "-pk")
    return [
        Found(
            str(row),
            ", ".join(filter(None, [row.get_status_display(), row.place])),
            reverse("governance:meeting", args=[row.pk]),
        )
        for row in rows[:LIMIT]
    ]


def _decisions(user, query):
    rows = (
        Decision.objects.visible_to(user).adopted().search(query).select_related("body").order_by("-year", "-number")
    )
    return [
        Found(str(row), f"{row.body}, {date_fr(row.adopted_on)}", reverse("governance:decision", args=[row.pk]))
        for row in rows[:LIMIT]
    ]


def _exchanges(user, query):
    rows = Exchange.objects.visible_to(user).search(query).order_by("-held_on", "-pk")
    return [
        Found(
            row.title, f"{row.get_kind_display()}, {date_fr(row.held_on)}", reverse("actions:exchange", args=[row.pk])
        )
        for row in rows[:LIMIT]
    ]


def _documents(user, query):
    rows = LibraryItem.objects.visible_to(user).search(query).order_by("-created_at", "-pk")
    return [
        Found(
            row.title,
            ", ".join(filter(None, [row.get_kind_display(), row.source])),
            reverse("actions:library_item", args=[row.pk]),
        )
        for row in rows[:LIMIT]
    ]
