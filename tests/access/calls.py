from datetime import date

from actions.models import Criterion, Opinion, OpinionScore
from tests.access.actions import TEAM, UNSEEN, both, call, draft, objective, pk_of, source
from tests.access.matrix import ROLES, Row, Secret
from tests.actions import factories
from tests.factories import make_organisation

EVERYBODY = " ".join(ROLES)
PILOTS = "lead co_lead pilot elected"
# Who reads every request reads every call; the others, those that are published or that they answered.
PREPARING = "lead co_lead pilot elected finance evaluator"
CRITERION = {"label": "Lien avec l’école", "order": "1"}
SCORED = "3,0\u00a0sur\u00a04"
REASON = "Le siège de l’association avait brûlé"


def hidden(world):
    """Being prepared."""
    return world.made(
        "hidden call",
        lambda world: factories.make_call(world.cite, "Appel 2027", presentation="Texte", closes_on=date(2099, 1, 5)),
    )


def criterion(world):
    return world.made("criterion", lambda world: Criterion.objects.create(call=call(world), label="Faisabilité"))


def loose_criterion(world):
    return world.made("loose criterion", lambda world: Criterion.objects.create(call=call(world), label="Profil"))


def own_request(world):
    """The holder's, filed late and accepted, with an opinion that scores it."""

    def build(world):
        made = factories.make_action(
            world.cite,
            title="Ciné-club du quartier",
            holder=world.holder,
            communes=[world.commune],
            call=call(world),
            late_accepted_on=date(2026, 1, 16),
            late_accepted_by=world.users["lead"],
            late_reason=REASON,
        )
        opinion = Opinion.objects.create(
            action=made,
            name="Mme Durand",
            verdict="unfavourable",
            given_on=date(2026, 2, 3),
            advised="4321.00",
            asked_by=world.users["lead"],
        )
        OpinionScore.objects.create(opinion=opinion, criterion=criterion(world), score=3)
        return made

    return world.made("own request", build)


def other_request(world):
    """Of another holder, in another commune, not published."""
    return world.made(
        "other request",
        lambda world: factories.make_action(
            world.cite,
            title="Lutherie partagée",
            holder=make_organisation("Voisins", cite=world.cite),
            call=call(world),
        ),
    )


def requests(world):
    return own_request(world), other_request(world)


def public(world):
    return [world.cite.slug, call(world).pk]


def unpublished(world):
    return [world.cite.slug, hidden(world).pk]


def to_register(world):
    """What the form chooses among is there before it is sent."""
    source(world), objective(world)
    return [call(world).pk]


def new_request(world):
    return {
        "title": "Radio au collège",
        "holder": world.holder.pk,
        "objective": objective(world).pk,
        "scope": "intercommunal",
        "audience": "Collégiens",
        "starts_on": "2026-02-02",
        "ends_on": "2026-06-30",
        "external_ref": "DA26001",
        "received_on": "2026-01-15",
        f"requested-{source(world).pk}": "1 000",
    }


def answer(world):
    return {"title": "Radio au collège", "holder": world.holder.pk}


ROWS = [
    Row("actions:call", pk_of(call)),
    Row("actions:call", pk_of(hidden), only=PREPARING, others=404),
    Row("actions:call_update", pk_of(hidden), only=TEAM, others=404, codes=dict.fromkeys(PREPARING.split()[2:], 403)),
    *both("actions:call_next", pk_of(call), TEAM, {"label": "Appel 2027 bis", "budget_year": "2027"}),
    Row("actions:call_publish", pk_of(call), only=TEAM, post={}, code=302),
    Row("actions:call_publish", pk_of(call), only="", others=405, outside=405),
    Row("actions:call_withdraw", pk_of(call), only=TEAM, post={}, code=302),
    Row("actions:call_withdraw", pk_of(call), only="", others=405, outside=405),
    Row("actions:call_answer", pk_of(call), only="lead co_lead holder"),
    Row("actions:call_answer", pk_of(call), only="lead co_lead holder", post=answer, code=302),
    *both("actions:request_create", to_register, TEAM, new_request),
    Row("actions:call_appraisal", pk_of(call), only=PILOTS),
    Row("actions:call_appraisal", pk_of(call), query="?format=csv", only=PILOTS),
    Row("actions:call_criteria", pk_of(call), only=TEAM),
    Row("actions:call_criteria", pk_of(call), only=TEAM, post={}, code=302),
    *both("actions:criterion_create", pk_of(call), TEAM, CRITERION),
    *both("actions:criterion_update", pk_of(criterion), TEAM, CRITERION),
    Row("actions:criterion_remove", pk_of(loose_criterion), only=TEAM, post={}, code=302),
    Row("actions:filing", pk_of(draft), only=TEAM, others=404, codes={"holder": 403}),
    # Filed already: the sheet says so.
    Row("actions:filing", pk_of(own_request), only=TEAM, codes={**UNSEEN, "institution": 404}, code=302),
    Row("actions:call_public", public, code=200, others=200, outside=200, anonymous=200),
    Row("actions:call_public", unpublished, only="", others=404, outside=404, anonymous=404),
]

SECRETS = [
    Secret(
        "actions:call",
        lambda world: own_request(world).title,
        f"{PREPARING} referent holder",
        pk_of(call),
        prepare=requests,
    ),
    Secret("actions:call", lambda world: other_request(world).title, PREPARING, pk_of(call), prepare=requests),
    Secret("actions:call", lambda world: REASON, f"{PILOTS} finance referent", pk_of(call), prepare=requests),
    Secret("actions:detail", lambda world: REASON, f"{PILOTS} finance referent", pk_of(own_request)),
    *(
        Secret("actions:opinions", lambda world: SCORED, PILOTS, pk_of(own_request), query=query)
        for query in ("", "?format=csv")
    ),
    Secret("actions:call_appraisal", lambda world: SCORED, PILOTS, pk_of(call), prepare=requests),
    Secret("actions:call_appraisal", lambda world: "4321", PILOTS, pk_of(call), query="?format=csv", prepare=requests),
    Secret("actions:call_public", lambda world: own_request(world).title, "", public, prepare=requests),
    Secret("actions:call_public", lambda world: criterion(world).label, EVERYBODY, public, prepare=criterion),
    Secret("actions:call_list", lambda world: "Appel 2027", PREPARING, prepare=hidden),
]
