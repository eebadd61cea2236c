from actions.enums import ActionStatus
from tests.access.matrix import Row, Secret
from tests.actions import factories

OWN_CITE = {"stranger": 404, "other_lead": 200}
READERS = "lead co_lead pilot elected finance referent institution holder evaluator"
TEAM = "lead co_lead"
MONEY = "lead co_lead pilot elected finance"


def action(world):
    """Filed, in the referent's commune, asked of the institution, not published."""

    def build(world):
        made = factories.make_action(world.cite, holder=world.holder, communes=[world.commune])
        line = factories.make_source(world.cite, "CAF", organisation=world.institution)
        factories.make_funding(made, line, requested="1000", proposed="987.65")
        return made

    return world.made("action", build)


def draft(world):
    def build(world):
        return factories.make_action(
            world.cite, holder=world.holder, status=ActionStatus.DRAFT, shared_at="2026-01-05T10:00Z"
        )

    return world.made("draft", build)


def retained(world):
    def build(world):
        return factories.make_action(
            world.cite, holder=world.holder, communes=[world.commune], status=ActionStatus.RETAINED
        )

    return world.made("retained", build)


def source(world):
    action(world)
    return world.cite.funding_sources.get(label="CAF")


def programme(world):
    return world.made(
        "programme", lambda world: factories.make_programme(world.cite, published_at="2026-01-05T10:00Z")
    )


def axis(world):
    return world.made("axis", lambda world: factories.make_axis(programme(world)))


def objective(world):
    return world.made("objective", lambda world: factories.make_objective(axis(world)))


def call(world):
    """Published: every member may read it."""
    return world.made("call", lambda world: factories.make_call(world.cite, published_at="2026-01-05T10:00Z"))


def pk_of(builder):
    return lambda world: [builder(world).pk]


def sheet(world):
    return {
        "title": "Radio au collège",
        "holder": world.holder.pk,
        "budget_year": "2026",
        "scope": "communal",
    }


def an_amount(world):
    return {
        "source": source(world).pk,
        "budget_year": "2026",
        "step": "requested",
        "amount": "12,50",
        "on": "2026-02-03",
    }


def a_source(world):
    organisation = world.institution.pk
    return {"organisation": organisation, "label": "Autre", "short_label": "A", "circuit": "commune", "order": 1}


PROGRAMME = {"label": "Programme 2027-2030", "starts_on": "2027-09-01", "ends_on": "2030-08-31"}
AXIS = {"national_objective": "school", "label": "Un axe", "short_label": "Axe", "order": "9"}
OBJECTIVE = {"label": "Un objectif", "order": "9"}
CALL = {"label": "Un appel", "budget_year": "2026", "born_in": "here"}
ENVELOPE = {"provisional": "1000"}


def both(name, args, only, post, *, others=403, outside=404, posted_outside=404):
    """The form, and what sending it does."""
    return [
        Row(name, args, only=only, others=others, outside=outside),
        Row(name, args, only=only, others=others, outside=posted_outside, post=post, code=302),
    ]


def nothing(world):
    return []


CREATED_ELSEWHERE = {"stranger": 404, "other_lead": 302}
UNSEEN = {"partner": 404, "reader": 404}

ROWS = [
    Row("actions:list", outside=200),
    Row("actions:list", query="?format=csv", outside=200),
    Row("actions:list", query="?format=xlsx", outside=200),
    *(Row(f"actions:{name}", pk_of(action), only=READERS, others=404) for name in ("detail", "money", "history")),
    Row("actions:create", only="lead co_lead holder", outside=OWN_CITE),
    # The holder of this Cité is no choice for the lead of another: the form again.
    Row("actions:create", only="lead co_lead holder", post=sheet, code=302, outside=OWN_CITE),
    Row("actions:submit", pk_of(draft), only="lead co_lead holder", others=404, post={}, code=302),
    # Filed already: a second click is told so.
    Row("actions:submit", pk_of(action), only="lead co_lead holder", codes=UNSEEN, post={}, code=302),
    Row("actions:submit", pk_of(action), only="", others=405, outside=405),
    Row("actions:publish", pk_of(retained), only=TEAM, codes={**UNSEEN, "institution": 404}, post={}, code=302),
    Row("actions:publish", pk_of(retained), only="", others=405, outside=405),
    Row("actions:amount", pk_of(action), only="lead finance pilot elected", codes=UNSEEN),
    # A pilot whose side answers for no line has no line to choose: the page again, which says so.
    Row(
        "actions:amount",
        pk_of(action),
        only="lead finance",
        codes={**UNSEEN, "pilot": 200, "elected": 200},
        post=an_amount,
        code=302,
    ),
    Row("actions:finances", only=MONEY, outside=OWN_CITE),
    Row("actions:act_create", only="lead finance", outside=OWN_CITE),
    Row("actions:envelope", pk_of(source), only=MONEY),
    Row("actions:envelope", pk_of(source), only="lead finance", post=ENVELOPE, code=302),
    *both("actions:source_update", pk_of(source), "lead finance", a_source),
    Row("actions:source_create", only="lead finance", outside=OWN_CITE),
    Row("actions:source_create", only="lead finance", post=a_source, code=302, outside=OWN_CITE),
    Row("actions:plan", outside=OWN_CITE),
    *both("actions:programme_create", nothing, TEAM, PROGRAMME, outside=OWN_CITE, posted_outside=CREATED_ELSEWHERE),
    *both("actions:programme_update", pk_of(programme), TEAM, PROGRAMME),
    Row("actions:programme_publish", pk_of(programme), only=TEAM, post={}, code=302),
    *both("actions:axis_create", pk_of(programme), TEAM, AXIS),
    *both("actions:axis_update", pk_of(axis), TEAM, AXIS),
    *both("actions:objective_create", pk_of(axis), TEAM, OBJECTIVE),
    *both("actions:objective_update", pk_of(objective), TEAM, OBJECTIVE),
    Row("actions:call_list", outside=OWN_CITE),
    *both("actions:call_create", nothing, TEAM, CALL, outside=OWN_CITE, posted_outside=CREATED_ELSEWHERE),
    *both("actions:call_update", pk_of(call), TEAM, CALL),
]

FULL_READERS = "lead co_lead pilot elected finance referent institution evaluator"
PROPOSED = "987,65"

SECRETS = [
    Secret("actions:money", lambda world: PROPOSED, FULL_READERS, pk_of(action)),
    Secret("actions:history", lambda world: PROPOSED, FULL_READERS, pk_of(action)),
    Secret("actions:money", lambda world: "1\u00a0000,00", READERS, pk_of(action)),
    Secret("actions:list", lambda world: action(world).title, READERS, prepare=action, query="?exercice=tous"),
    Secret("actions:list", lambda world: "1000,00", READERS, prepare=action, query="?exercice=tous&format=csv"),
]
