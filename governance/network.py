"""The referents' network: who is in it, commune by commune then institution by institution."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max

from actions.freshness import knows_freshness, with_freshness
from actions.models import Action
from partners.enums import Role, SideKind
from partners.models import Commune, Mandate, Organisation, Person, Seat
from partners.permissions import can_steer
from partners.tables import Member, member

ROLES = (Role.REFERENT, Role.INSTITUTION)
LAST = 999


@dataclass(frozen=True)
class CommuneRow:
    """A commune without `referents` has none today. `fresh_at` is None for who may not know it."""

    commune: Commune
    referents: list = field(default_factory=list)
    fresh_at: datetime | None = None


@dataclass(frozen=True)
class Addressee:
    """Somebody the network is written to; `missing` says why it cannot be."""

    person: Person
    quality: str

    @property
    def missing(self):
        return "" if self.person.email else "aucune adresse électronique"


def network_mandates(cite):
    """Active referents of communes, then of institutions, in protocol order, with their communes."""
    mandates = Mandate.objects.filter(cite=cite, role__in=ROLES).active().in_protocol_order()
    return sorted(mandates.prefetch_related("communes"), key=lambda mandate: ROLES.index(mandate.role))


def communes_in_order(cite):
    """As their town sits in the Troïka, then by name: a list that no figure ranks."""
    seats = Seat.objects.filter(side__cite=cite, side__kind=SideKind.COMMUNES)
    towns = Organisation.communes.through.objects.filter(organisation__in=seats.values("organisation"))
    rank = {}
    for commune, order in towns.order_by("organisation__seats__order").values_list(
        "commune", "organisation__seats__order"
    ):
        rank.setdefault(commune, order)
    communes = cite.communes.select_related("parent")
    return sorted(communes, key=lambda commune: (rank.get(commune.pk, LAST), commune.name))


def commune_rows(user, cite, mandates, *, year, today):
    """One row per commune, a referent of several in each."""
    by_commune = {}
    for mandate in mandates:
        if mandate.role == Role.REFERENT:
            drawn = member(mandate, with_contacts=True, today=today)
            for commune in mandate.communes.all():
                by_commune.setdefault(commune.pk, []).append(drawn)
    fresh = freshness_of_communes(user, cite, year)
    return [
        CommuneRow(commune, by_commune.get(commune.pk, []), fresh.get(commune.pk))
        for commune in communes_in_order(cite)
    ]


def institution_members(mandates, *, today) -> list[Member]:
    return [member(one, with_contacts=True, today=today) for one in mandates if one.role == Role.INSTITUTION]


def freshness_of_communes(user, cite, year):
    """{commune: when one of its sheets was last brought up to date}, for the team and the communes' own referents."""
    if not knows_freshness(user.access, cite.pk):
        return {}
    actions = Action.objects.visible_to(user).filter(cite=cite, budget_year=year)
    rows = with_freshness(actions, user).filter(fresh_at__isnull=False, communes__isnull=False).order_by()
    last = dict(rows.values_list("communes").annotate(last=Max("fresh_at")))
    if can_steer(user, cite):
        return last
    own = user.access.communes.get(cite.pk, ())
    return {commune: when for commune, when in last.items() if commune in own}


def addressees(cite):
    """One per person, whatever the number of mandates."""
    by_person = {}
    for mandate in network_mandates(cite):
        by_person.setdefault(mandate.person_id, []).append(mandate)
    return [
        Addressee(
            person=mandates[0].person,
            quality=", ".join(dict.fromkeys(map(_quality, mandates))),
        )
        for mandates in by_person.values()
    ]


def _quality(mandate):
    return mandate.title or f"{mandate.role_label}, {mandate.organisation.name}"
