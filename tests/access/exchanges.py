from actions.enums import Audience, ExchangeKind, LibraryKind
from partners.enums import OrganisationKind, Role
from tests import factories
from tests.access.actions import action, pk_of
from tests.access.matrix import ALL, Row, Secret
from tests.actions.factories import make_action, make_exchange, make_library_item

TEAM = "lead co_lead"
PILOTS = f"{TEAM} pilot elected"
WRITERS = f"{PILOTS} finance referent institution"
SHEET = "lead co_lead pilot elected finance referent institution holder evaluator"
NAMED = " ".join(role for role in ALL.split() if role != "evaluator")
OWN_CITE = {"stranger": 404, "other_lead": 200}
OWN_CITE_POST = {"stranger": 404, "other_lead": 302}
# Who reads what concerns an action of the holder, in the referent's commune, asked of the institution.
CIRCLES = {
    Audience.TEAM: TEAM,
    Audience.PILOTS: PILOTS,
    Audience.NETWORK: WRITERS,
    Audience.HOLDER: f"{WRITERS} holder",
    Audience.MEMBERS: ALL,
}
# The same of an action of somebody else, elsewhere.
ELSEWHERE = {**CIRCLES, Audience.NETWORK: f"{PILOTS} finance", Audience.HOLDER: f"{PILOTS} finance"}


def elsewhere(world):
    return world.made("action elsewhere", lambda world: make_action(world.cite))


def exchange(audience, of=action):
    def build(world):
        return make_exchange(
            world.cite,
            f"Échange {audience} {of.__name__}",
            author=world.lead,
            audience=audience,
            actions=[of(world)],
            organisations=[of(world).holder],
            persons=[world.users["reader"].person],
            next_step="Rappeler mardi",
            next_step_owner=world.lead.person,
        )

    return lambda world: world.made(f"exchange {audience} {of.__name__}", build)


def event(audience):
    def build(world):
        return make_exchange(
            world.cite,
            f"Séminaire {audience}",
            author=world.lead,
            kind=ExchangeKind.NATIONAL,
            audience=audience,
            lesson=f"Leçon {audience}",
        )

    return lambda world: world.made(f"event {audience}", build)


def document(audience, of=action):
    def build(world):
        return make_library_item(
            world.cite,
            f"Document {audience} {of.__name__}",
            author=world.lead,
            audience=audience,
            actions=[of(world)],
            organisations=[of(world).holder],
            content=f"Contenu {audience} {of.__name__}".encode(),
        )

    return lambda world: world.made(f"document {audience} {of.__name__}", build)


def peer(world):
    def build(world):
        cite = factories.make_organisation(
            "Cité éducative du Val Fleuri", cite=world.cite, part="associated", kind=OrganisationKind.PEER_CITE
        )
        person = factories.make_person(email="maud.keller@exemple.fr")
        return factories.make_mandate(world.cite, Role.PARTNER, organisation=cite, person=person)

    return world.made("peer", build)


def person(world):
    return [world.users["reader"].person.pk]


def version_of(made):
    return lambda world: [made(world).versions.get().pk]


def new_exchange(world):
    return {"kind": "call", "held_on": "2026-03-02", "title": "Appel", "audience": "members"}


def new_peer(world):
    return {"name": "Cité éducative de Brume", "civility": "m", "first_name": "Samir", "last_name": "Aït"}


def item_sheet(world):
    return {"kind": LibraryKind.TOOL, "title": "Grille", "audience": "holder", "version": 1}


shared, kept = exchange(Audience.HOLDER), exchange(Audience.TEAM)
shared_document, kept_document = document(Audience.HOLDER), document(Audience.TEAM)
# Those who read the shared one without being of the team.
FORBIDDEN = dict.fromkeys(["pilot", "elected", "finance", "referent", "institution", "holder"], 403)

ROWS = [
    Row("actions:exchanges", outside=OWN_CITE),
    Row("actions:exchanges", query="?format=csv", outside=OWN_CITE),
    Row("actions:exchange_create", only=WRITERS, outside=OWN_CITE),
    Row("actions:exchange_create", only=WRITERS, post=new_exchange, code=302, outside=OWN_CITE_POST),
    Row("actions:exchange", pk_of(kept), only=TEAM, others=404),
    Row("actions:exchange", pk_of(shared), only=CIRCLES[Audience.HOLDER], others=404),
    Row("actions:exchange_update", pk_of(kept), only=TEAM, others=404),
    Row("actions:exchange_update", pk_of(shared), only=TEAM, others=404, codes=FORBIDDEN),
    Row(
        "actions:exchange_update",
        pk_of(shared),
        post=lambda world: new_exchange(world) | {"version": 1},
        only=TEAM,
        code=302,
        others=404,
        codes=FORBIDDEN,
    ),
    Row("actions:exchange_done", pk_of(shared), post={}, only=TEAM, code=302, others=404, codes=FORBIDDEN),
    Row("actions:action_exchanges", pk_of(action), only=SHEET, others=404),
    Row("actions:organisation_exchanges", lambda world: [world.holder.pk]),
    Row("actions:person_exchanges", person, only=NAMED, others=404),
    Row("actions:national", only=WRITERS, outside=OWN_CITE),
    Row("actions:peer_create", only=TEAM, outside=OWN_CITE),
    Row("actions:peer_create", only=TEAM, post=new_peer, code=302, outside=OWN_CITE_POST),
    Row("actions:library", outside=OWN_CITE),
    Row("actions:library", query="?format=csv", outside=OWN_CITE),
    Row("actions:library_create", only=WRITERS, outside=OWN_CITE),
    Row("actions:library_create", only=WRITERS, post={}, outside=OWN_CITE),
    Row("actions:library_item", pk_of(kept_document), only=TEAM, others=404),
    Row("actions:library_item", pk_of(shared_document), only=CIRCLES[Audience.HOLDER], others=404),
    Row("actions:library_update", pk_of(shared_document), only=TEAM, others=404, codes=FORBIDDEN),
    Row(
        "actions:library_update",
        pk_of(shared_document),
        post=item_sheet,
        only=TEAM,
        code=302,
        others=404,
        codes=FORBIDDEN,
    ),
    Row("actions:library_version_create", pk_of(shared_document), only=TEAM, others=404, codes=FORBIDDEN),
    Row("actions:library_version_create", pk_of(shared_document), post={}, only=TEAM, others=404, codes=FORBIDDEN),
    Row("actions:library_download", version_of(kept_document), only=TEAM, others=404),
    Row("actions:library_download", version_of(shared_document), only=CIRCLES[Audience.HOLDER], others=404),
]


def _title(made):
    return lambda world: made(world).title


def _circle_secrets():
    for circles, of in ((CIRCLES, action), (ELSEWHERE, elsewhere)):
        for audience, readers in circles.items():
            noted, filed = exchange(audience, of), document(audience, of)
            for query in ("", "?format=csv"):
                yield Secret("actions:exchanges", _title(noted), readers, query=query, prepare=noted)
                yield Secret("actions:library", _title(filed), readers, query=query, prepare=filed)
            yield Secret("search", _title(noted), readers, query="?q=Echange", prepare=noted)
            yield Secret("search", _title(filed), readers, query="?q=Document", prepare=filed)
            yield Secret("actions:library_download", _content(filed), readers, version_of(filed))


def _content(made):
    return lambda world: made(world).title.replace("Document", "Contenu")


def both(world):
    """Shared with the holder, it quotes an action that the holder may not see."""

    def build(world):
        return make_exchange(
            world.cite, author=world.lead, audience=Audience.HOLDER, actions=[action(world), elsewhere(world)]
        )

    return world.made("exchange of two actions", build)


def _person_name(world):
    return world.users["reader"].person.last_name


open_to_all = exchange(Audience.MEMBERS)
holder_page = {"args": lambda world: [world.holder.pk]}

SECRETS = [
    *_circle_secrets(),
    Secret("actions:exchange", lambda world: elsewhere(world).title, f"{PILOTS} finance", pk_of(both), prepare=both),
    Secret("actions:exchange", _person_name, NAMED, pk_of(open_to_all), prepare=open_to_all),
    Secret(
        "actions:exchange", lambda world: world.lead.person.last_name, NAMED, pk_of(open_to_all), prepare=open_to_all
    ),
    Secret("actions:exchanges", _person_name, NAMED, prepare=open_to_all),
    Secret("actions:exchanges", lambda world: world.lead.person.last_name, NAMED, prepare=open_to_all),
    *[
        Secret(
            "actions:action_exchanges",
            _title(exchange(audience)),
            CIRCLES[audience],
            pk_of(action),
            prepare=exchange(audience),
        )
        for audience in (Audience.TEAM, Audience.PILOTS, Audience.NETWORK, Audience.HOLDER)
    ],
    *[
        Secret(
            "actions:organisation_exchanges",
            _title(made(audience)),
            CIRCLES[audience],
            prepare=made(audience),
            **holder_page,
        )
        for made in (exchange, document)
        for audience in CIRCLES
    ],
    *[
        Secret(
            "actions:person_exchanges",
            _title(exchange(audience)),
            CIRCLES[audience],
            person,
            prepare=exchange(audience),
        )
        for audience in (Audience.TEAM, Audience.HOLDER)
    ],
    Secret("actions:national", lambda world: "Leçon team", TEAM, prepare=event(Audience.TEAM)),
    Secret("actions:national", lambda world: "Leçon pilots", PILOTS, prepare=event(Audience.PILOTS)),
    Secret("actions:national", lambda world: "Leçon network", WRITERS, prepare=event(Audience.NETWORK)),
    Secret("actions:national", lambda world: "maud.keller@exemple.fr", WRITERS, prepare=peer),
    # A document joined to an event is not read with it.
    Secret(
        "actions:national",
        lambda world: "Support réservé",
        TEAM,
        prepare=lambda world: make_library_item(
            world.cite, "Support réservé", author=world.lead, exchange=event(Audience.NETWORK)(world)
        ),
    ),
]
