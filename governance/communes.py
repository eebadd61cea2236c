"""What the Cité does in one commune, as one reader may know it: for the commune's page and for its "point commune"."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, Sum
from django.utils import timezone

from actions.enums import Scope, Step
from actions.models import Action, Exchange, Funding, LibraryItem
from actions.readable import readable_sums
from actions.tables import listed_actions
from governance.models import BodyMember, Meeting
from partners.access import Access
from partners.enums import OrganisationKind, PriorityNetwork, Role
from partners.models import Mandate, Organisation, Partnership

FIGURES = (Step.REQUESTED, Step.PROGRAMMED, Step.GRANTED, Step.PAID)


@dataclass(frozen=True)
class CommuneReader:
    """Reads what a referent of one commune reads, and nothing more: the "point commune" is written for its management."""

    access: Access
    pk: int = 0
    person_id: int | None = None

    @classmethod
    def of(cls, cite, commune, organisations):
        access = Access(
            today=timezone.localdate(),
            roles={cite.pk: frozenset({Role.REFERENT})},
            communes={cite.pk: frozenset({commune.pk})},
            organisations={cite.pk: frozenset(one.pk for one in organisations)},
        )
        return cls(access)


# --- People ---------------------------------------------------------------------------------------


def own_organisations(cite, commune):
    """The town itself, as an organisation of the Cité: named by its own sheet, or by a mandate held for the commune."""
    mandates = Mandate.objects.filter(cite=cite, organisation=OuterRef("pk"))
    partnerships = Partnership.objects.filter(cite=cite, organisation=OuterRef("pk"))
    located = Organisation.communes.through.objects.filter(organisation=OuterRef("pk"), commune=commune)
    return list(
        Organisation.objects.filter(
            Exists(located) & (Exists(partnerships) | Exists(mandates))
            | Exists(mandates.active().filter(communes=commune)),
            kind=OrganisationKind.COMMUNE,
        )
    )


def referents_of(cite, commune):
    """Active today, in protocol order."""
    return Mandate.objects.filter(cite=cite, role=Role.REFERENT, communes=commune).active().in_protocol_order()


def people_of(cite, commune, organisations):
    """Active mandates held for the commune: its referents, its elected members, those who act for the town."""
    limited = Mandate.communes.through.objects.filter(mandate=OuterRef("pk"), commune=commune)
    return Mandate.objects.filter(Exists(limited) | Q(organisation__in=organisations), cite=cite).active()


def territory_facts(cite, commune):
    """[(label, value)] of what is known; three queries."""
    schools = list(cite.schools.filter(commune=commune).values_list("network", flat=True))
    reinforced = sum(network != PriorityNetwork.NONE for network in schools)
    attached = type(commune).objects.filter(parent=commune).values_list("name", flat=True)
    quarters = cite.neighbourhoods.filter(communes=commune).values_list("name", flat=True)
    facts = (
        ("Population", f"{commune.population:,} habitants".replace(",", "\u00a0") if commune.population else ""),
        ("Commune de rattachement", commune.parent.name if commune.parent_id else ""),
        ("Communes associées", ", ".join(attached)),
        ("Quartiers prioritaires", ", ".join(quarters)),
        ("Établissements scolaires", _schools(len(schools), reinforced)),
    )
    return [(label, value) for label, value in facts if value]


def _schools(number, reinforced):
    if not number:
        return ""
    return f"{number}, dont {reinforced} en éducation prioritaire" if reinforced else str(number)


# --- Actions and money ----------------------------------------------------------------------------


def _in_commune(commune):
    return Exists(Action.communes.through.objects.filter(action=OuterRef("pk"), commune=commune))


def local_actions(user, cite, commune, year):
    """The commune's own and the intercommunal ones that concern it, as `actions.tables` lists them."""
    anywhere = ~Exists(Action.communes.through.objects.filter(action=OuterRef("pk")))
    here = _in_commune(commune) | Q(anywhere, scope=Scope.INTERCOMMUNAL)
    return listed_actions(user, cite).filter(here, budget_year=year).order_by("code", "pk")


def split_by_scope(actions):
    """(the commune's own, the intercommunal ones)."""
    actions = list(actions)
    own = [action for action in actions if action.scope == Scope.COMMUNAL]
    return own, [action for action in actions if action.scope == Scope.INTERCOMMUNAL]


def year_sums(user, actions, organisations):
    """`{step: (all funders, the organisations' own lines)}` that the user may read, for the actions not shared.

    Decimal, or None where nothing is known; one query.
    """
    rows = actions.filter(scope=Scope.COMMUNAL).order_by().values("pk")
    fundings = Funding.objects.in_cash().filter(action__in=rows, budget_year=F("action__budget_year"))
    everybody = readable_sums(user, FIGURES)
    town = Q(source__organisation__in=[one.pk for one in organisations])
    own = {f"own_{step}": Sum(step, filter=known.filter & town) for step, known in everybody.items()}
    # The aggregates of `everybody` are named as the fields: they come last.
    sums = fundings.aggregate(**own, **everybody)
    return {step: (sums[str(step)], sums[f"own_{step}"]) for step in FIGURES}


# --- What was said and what comes -----------------------------------------------------------------


def exchanges_about(user, cite, commune, organisations):
    """Readable exchanges that quote an action of the commune, the town or one of its people."""
    actions = Exchange.actions.through.objects.filter(exchange=OuterRef("pk"), action__communes=commune)
    towns = Exchange.organisations.through.objects.filter(exchange=OuterRef("pk"), organisation__in=organisations)
    people = people_of(cite, commune, organisations).values("person")
    persons = Exchange.persons.through.objects.filter(exchange=OuterRef("pk"), person__in=people)
    about = Exists(actions) | Exists(towns) | Exists(persons)
    return Exchange.objects.visible_to(user).filter(about, cite=cite)


def documents_about(user, cite, commune, organisations):
    """Readable documents of the library that quote an action of the commune or the town."""
    actions = LibraryItem.actions.through.objects.filter(libraryitem=OuterRef("pk"), action__communes=commune)
    towns = LibraryItem.organisations.through.objects.filter(
        libraryitem=OuterRef("pk"), organisation__in=organisations
    )
    return LibraryItem.objects.visible_to(user).filter(Exists(actions) | Exists(towns), cite=cite)


def meetings_with(cite, commune, organisations):
    """Meetings to come of the bodies where the commune's people sit. Says nothing of who may see them."""
    seats = BodyMember.objects.filter(
        body=OuterRef("body"), mandate__in=people_of(cite, commune, organisations).values("pk")
    )
    return Meeting.objects.upcoming(timezone.now()).filter(Exists(seats), body__cite=cite).select_related("body")
