"""What an exchange or a document may quote, and what its form proposes from the page where it was asked for."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from actions.enums import ExchangeKind
from actions.models import Action
from partners.enums import OrganisationKind, Part
from partners.models import Mandate, Organisation, Person

MOST_PROPOSED = 8


def quotable_actions(user, cite):
    """Those that the user reads in full."""
    actions = Action.objects.visible_to(user).filter(cite=cite)
    return actions if cite.pk in user.access.full_readers else actions.local_to(user.access)


def quotable_organisations(user, cite):
    """The partners; for a referent the own one, those of the own communes and the holders of the actions followed."""
    holders = Exists(quotable_actions(user, cite).filter(holder=OuterRef("pk")))
    if cite.pk in user.access.full_readers:
        acting = Exists(Mandate.objects.filter(organisation=OuterRef("pk"), cite=cite))
        partners = Organisation.objects.in_cite(cite).values("pk")
        return Organisation.objects.visible_to(user).filter(Q(pk__in=partners) | acting | holders)
    own = user.access.organisations.get(cite.pk, ())
    links = Organisation.communes.through.objects.filter(
        organisation=OuterRef("pk"), commune__in=user.access.communes.get(cite.pk, ())
    )
    near = Q(pk__in=Organisation.objects.in_cite(cite).values("pk")) & Exists(links)
    return Organisation.objects.visible_to(user).filter(Q(pk__in=own) | near | holders)


def quotable_persons(user, cite):
    """Everybody who has or had a mandate in the Cité, whatever the commune."""
    known = Exists(Mandate.objects.filter(person=OuterRef("pk"), cite=cite))
    return Person.objects.visible_to(user).filter(known, anonymised_at__isnull=True)


@dataclass(frozen=True)
class Origin:
    """Where a form was asked for: `proposed` rows are offered as boxes to tick, those of `chosen` are ticked.

    Both map "persons", "organisations" and "actions" to lists. `query` finds the same origin again.
    """

    cite: object
    query: str = ""
    kind: str = ExchangeKind.CALL
    proposed: dict = field(default_factory=dict)
    chosen: dict = field(default_factory=dict)


def action_origin(action):
    """An action proposes its holder, and those who act for it. One query, and one for a holder not loaded."""
    links = {"actions": [action], "organisations": [action.holder]}
    contacts = _contacts(action.holder, action.cite)
    return Origin(action.cite, f"action={action.pk}", ExchangeKind.ADVICE, {**links, "persons": contacts}, links)


def organisation_origin(user, organisation, cite):
    """An organisation proposes those who act for it and its last actions. Three queries."""
    links = {"organisations": [organisation]}
    held = quotable_actions(user, cite).filter(holder=organisation).order_by("-budget_year", "-pk")[:MOST_PROPOSED]
    proposed = {**links, "persons": _contacts(organisation, cite), "actions": list(held)}
    kind = ExchangeKind.PARTNER
    if organisation.kind == OrganisationKind.PEER_CITE:
        kind = ExchangeKind.NATIONAL
    elif organisation.partnerships.filter(cite=cite, part=Part.HOLDER).exists():
        kind = ExchangeKind.ADVICE
    return Origin(cite, f"organisme={organisation.pk}", kind, proposed, links)


def person_origin(user, person, cite):
    """A person proposes the organisations of her or his mandates, ticked when there is one. One query."""
    mandates = Mandate.objects.filter(person=person, cite=cite).active()
    organisations = list(quotable_organisations(user, cite).filter(mandates__in=mandates).distinct())
    links = {"persons": [person]}
    ticked = {**links, "organisations": organisations if len(organisations) == 1 else []}
    proposed = {**links, "organisations": organisations}
    return Origin(cite, f"personne={person.pk}", ExchangeKind.CALL, proposed, ticked)


def _contacts(organisation, cite):
    today = timezone.localdate()
    mandates = Mandate.objects.filter(organisation=organisation, cite=cite).active(today)
    people = Person.objects.filter(Exists(mandates.filter(person=OuterRef("pk"))))
    return list(people.in_protocol_order(cite)[:MOST_PROPOSED])
