from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from actions.double_funding import doubles_of
from actions.enums import ActionStatus
from actions.models import DoubleDismissal, MainstreamAbsence, MainstreamContribution, OutsideGrant
from actions.outside import confirm_import, plan_of, save_answers, start_import
from actions.services import make_articulation_note
from tests import factories as common
from tests.access.actions import pk_of
from tests.access.matrix import Row, Secret
from tests.actions import factories

FULL = "lead co_lead pilot elected finance evaluator"
READERS = f"{FULL} referent institution"
TEAM = "lead co_lead"
OWN_CITE = {"stranger": 404, "other_lead": 200}
OWN_TEAM = {"stranger": 404, "other_lead": 302}
HIDDEN = {"holder": 404, "partner": 404, "reader": 404}
TABLE = "Porteur;Intitulé de l'action;Montant accordé\nLes Ateliers du Banc Vert;Cirque au pied des tours;2345\n"


def action(world):
    """In the referent's commune, held by the holder of the matrix, retained, not released."""

    def build(world):
        made = factories.make_action(
            world.cite,
            title="Cirque au pied des tours",
            holder=world.holder,
            communes=[world.commune],
            status=ActionStatus.RETAINED,
        )
        line = factories.make_source(world.cite, "Ligne du cirque")
        factories.make_funding(made, line, programmed="71234")
        return made

    return world.made("articulation action", build)


def elsewhere(world):
    """In another commune: the referent does not follow it."""

    def build(world):
        town = common.make_commune("Ailleurs")
        world.cite.communes.add(town)
        made = factories.make_action(
            world.cite, title="Théâtre d’ailleurs", communes=[town], status=ActionStatus.RETAINED
        )
        factories.make_funding(made, factories.make_source(world.cite, "Ligne d’ailleurs"), programmed="81234")
        return made

    return world.made("articulation elsewhere", build)


def contribution(world):
    def build(world):
        return MainstreamContribution.objects.create(
            cite=world.cite,
            action=action(world),
            institution=world.institution,
            label="Animatrice du relais",
            amount=Decimal("4567"),
            budget_year=2026,
            author=world.lead,
        )

    return world.made("contribution", build)


def far_contribution(world):
    """By an institution that nobody of the matrix acts for, to an action that the referent does not follow."""

    def build(world):
        return MainstreamContribution.objects.create(
            cite=world.cite,
            action=elsewhere(world),
            institution=world.partner,
            label="Prêt du chapiteau",
            kind="premises",
            budget_year=2026,
            author=world.lead,
        )

    return world.made("far contribution", build)


def absence(world):
    def build(world):
        return MainstreamAbsence.objects.create(
            action=elsewhere(world), reason="Le gymnase est pris", author=world.lead
        )

    return world.made("absence", build)


def grant(world):
    """In the referent's commune, of the holder of the matrix."""

    def build(world):
        return OutsideGrant.objects.create(
            cite=world.cite,
            programme="Contrat de ville",
            budget_year=2026,
            holder=world.holder,
            holder_name=world.holder.name,
            title="Cirque au pied des tours",
            amount=Decimal("6543"),
            commune=world.commune,
            author=world.lead,
        )

    return world.made("grant", build)


def far_grant(world):
    def build(world):
        return OutsideGrant.objects.create(
            cite=world.cite,
            programme="PRE",
            budget_year=2026,
            holder=world.institution,
            holder_name=world.institution.name,
            title="Ludothèque mobile",
            amount=Decimal("7654"),
            author=world.lead,
        )

    return world.made("far grant", build)


def quarter(world):
    def build(world):
        made = common.make_neighbourhood(communes=[world.commune])
        world.cite.neighbourhoods.add(made)
        action(world).neighbourhoods.add(made)
        return made

    return world.made("quarter", build)


def double(world):
    action(world), grant(world)
    return doubles_of(world.lead, world.cite)[0]


def dismissal(world):
    def build(world):
        return DoubleDismissal.objects.create(
            cite=world.cite,
            key=double(world).key,
            label="Cirque",
            reason="Deux groupes",
            said_by="Mme Delvallee",
            author=world.lead,
        )

    return world.made("dismissal", build)


def run(world):
    def build(world):
        return start_import(
            cite=world.cite,
            actor=world.lead,
            programme="Contrat de ville",
            budget_year=2026,
            content=TABLE.encode(),
            filename="cdv.csv",
        )

    return world.made("outside run", build)


def ready(world):
    def build(world):
        made = run(world)
        save_answers(run=made, mapping=made.mapping)
        return made

    return world.made("outside ready", build)


def done(world):
    def build(world):
        made = ready(world)
        return confirm_import(run=made, actor=world.lead, fingerprint=plan_of(made).fingerprint)

    return world.made("outside done", build)


def programme(world):
    def build(world):
        made = factories.make_programme(world.cite, published_at="2026-01-05T10:00Z")
        factories.make_objective(factories.make_axis(made))
        return made

    return world.made("articulation programme", build)


def note(world):
    def build(world):
        return make_articulation_note(programme=programme(world), year=2026, actor=world.lead)[0]

    return world.made("articulation note", build)


def note_file(world):
    return [note(world).files.first().file_id]


def holder_pk(world):
    action(world), grant(world)
    return [world.holder.pk]


def dismissing(world):
    return [dismissal(world).pk]


def mainstream_data(world):
    return {
        "institution": world.institution.pk,
        "label": "Salle",
        "kind": "premises",
        "valuation": "valued",
        "action": action(world).pk,
        "budget_year": "2026",
        "informed_on": "2026-03-02",
        "version": "1",
    }


def grant_data(world):
    return {
        "programme": "PRE",
        "budget_year": "2026",
        "holder_name": "Association",
        "title": "Cirque",
        "step": "granted",
        "version": "1",
    }


def upload(world):
    file = SimpleUploadedFile("cdv.csv", TABLE.encode())
    return {"file": file, "programme": "Contrat de ville", "budget_year": "2026"}


def page(name, args=lambda world: [], **more):
    return Row(f"actions:{name}", args, **{"only": READERS, "others": 404, **more})


def team(name, args=lambda world: [], **more):
    """What only the team writes: the other readers of the articulation get 403."""
    return Row(f"actions:{name}", args, **{"only": TEAM, "codes": HIDDEN, **more})


def with_double(world):
    double(world)
    return []


def with_action(world):
    """Made before the role writes: what is written is undone."""
    action(world)
    return []


COLUMNS = {"field-0-A": "holder_name", "field-0-B": "title", "field-0-C": "granted"}


ROWS = [
    *(
        page(name, outside=OWN_CITE)
        for name in (
            "articulation",
            "articulation_schemes",
            "articulation_holders",
            "articulation_quarters",
            "articulation_doubles",
            "mainstream",
            "outside",
        )
    ),
    page("articulation_holder", holder_pk, codes={"institution": 404}),
    page("articulation_quarter", pk_of(quarter)),
    team("mainstream_create", only=f"{TEAM} pilot elected referent institution", outside=OWN_CITE),
    Row(
        "actions:mainstream_create",
        with_action,
        only=TEAM,
        post=mainstream_data,
        code=302,
        outside=OWN_CITE,
        # The institution that they name is not theirs: the form again. The CAF does not follow this action.
        codes={**HIDDEN, "pilot": 200, "elected": 200, "referent": 200, "institution": 200},
    ),
    Row("actions:mainstream_update", pk_of(contribution), only=f"{TEAM} institution", codes=HIDDEN),
    Row(
        "actions:mainstream_update",
        pk_of(contribution),
        only=TEAM,
        post=mainstream_data,
        code=302,
        codes={**HIDDEN, "institution": 200},
    ),
    Row("actions:mainstream_remove", pk_of(contribution), only=f"{TEAM} institution", post={}, code=302, codes=HIDDEN),
    Row("actions:action_mainstream", pk_of(action), only=f"{FULL} referent", others=404),
    Row("actions:mainstream_absence", pk_of(action), only=TEAM, codes={**HIDDEN, "institution": 404}),
    Row(
        "actions:mainstream_absence",
        pk_of(action),
        only=TEAM,
        post={"reason": "Aucun local", "version": "0"},
        code=302,
        codes={**HIDDEN, "institution": 404},
    ),
    Row(
        "actions:mainstream_absence_withdraw",
        pk_of(action),
        only=TEAM,
        post={},
        code=302,
        codes={**HIDDEN, "institution": 404},
    ),
    team("outside_create", outside=OWN_CITE),
    team("outside_create", post=grant_data, code=302, outside=OWN_TEAM),
    team("outside_update", pk_of(grant), codes={**HIDDEN, "institution": 404}),
    team("outside_update", pk_of(grant), post=grant_data, code=302, codes={**HIDDEN, "institution": 404}),
    team("outside_remove", pk_of(grant), post={}, code=302, codes={**HIDDEN, "institution": 404}),
    team("outside_match", post={}, code=302, outside=OWN_TEAM),
    team("outside_import", outside=OWN_CITE),
    team("outside_import", post=upload, code=302, outside=OWN_TEAM),
    *(Row("actions:outside_run", pk_of(made), only=TEAM, others=404) for made in (run, ready, done)),
    Row("actions:outside_run", pk_of(run), only=TEAM, others=404, post=COLUMNS, code=302),
    Row("actions:outside_confirm", pk_of(ready), only=TEAM, others=404, post={"fingerprint": ""}, code=409),
    Row("actions:outside_abandon", pk_of(run), only=TEAM, others=404, post={}, code=302),
    Row("actions:outside_withdraw", pk_of(done), only=TEAM, others=404),
    Row("actions:outside_withdraw", pk_of(done), only=TEAM, others=404, post={}, code=302),
    team("double_dismiss", with_double, query="?cle=rien", only="", codes={**HIDDEN, "lead": 404, "co_lead": 404}),
    Row(
        "actions:double_reopen",
        dismissing,
        only=TEAM,
        post={},
        code=302,
        codes={**HIDDEN, "referent": 404, "institution": 404},
    ),
    Row(
        "actions:articulation_note",
        pk_of(programme),
        only=TEAM,
        post={},
        code=302,
    ),
    Row("documents:status", note_file, only="lead co_lead pilot elected finance", others=404),
]

LEVELS = f"{FULL} referent"
SECRETS = [
    # A holder learns nothing of it, even of the own action and grant.
    Secret("actions:articulation_holder", lambda world: "71\u00a0234", LEVELS, holder_pk, prepare=action),
    Secret("actions:articulation_holder", lambda world: "6\u00a0543", LEVELS, holder_pk, prepare=grant),
    Secret("actions:articulation_holders", lambda world: "71\u00a0234", LEVELS, prepare=action),
    Secret("actions:articulation_holders", lambda world: "81\u00a0234", FULL, prepare=elsewhere),
    Secret("actions:articulation_quarters", lambda world: "71\u00a0234", LEVELS, prepare=quarter),
    Secret("actions:articulation_quarter", lambda world: "71\u00a0234", LEVELS, pk_of(quarter), prepare=quarter),
    Secret("actions:articulation_doubles", lambda world: "Cirque au pied", LEVELS, prepare=with_double),
    Secret("actions:articulation_doubles", lambda world: "Mme Delvallee", f"{TEAM} pilot elected finance referent", prepare=dismissing),
    Secret("actions:articulation_doubles", lambda world: "Mme Delvallee", f"{TEAM} pilot elected finance referent", query="?format=csv", prepare=dismissing),
    Secret("actions:mainstream", lambda world: "Animatrice du relais", READERS, prepare=contribution),
    Secret("actions:mainstream", lambda world: "4567", READERS, query="?format=csv", prepare=contribution),
    Secret("actions:mainstream", lambda world: "Prêt du chapiteau", FULL, prepare=far_contribution),
    Secret("actions:articulation", lambda world: "Le gymnase est pris", FULL, prepare=absence),
    Secret("actions:articulation", lambda world: "Théâtre d’ailleurs", FULL, prepare=elsewhere),
    Secret("actions:action_mainstream", lambda world: "Animatrice du relais", LEVELS, pk_of(action), prepare=contribution),
    *(
        Secret(f"actions:{name}", lambda world: "Animatrice du relais", "", pk_of(action), prepare=contribution)
        for name in ("detail", "money")
    ),
    Secret("actions:outside", lambda world: "6\u00a0543", LEVELS, prepare=grant),
    Secret("actions:outside", lambda world: "6543", LEVELS, query="?format=csv", prepare=grant),
    Secret("actions:outside", lambda world: "7\u00a0654", f"{FULL} institution", prepare=far_grant),
    Secret("actions:list", lambda world: "/plan/articulation/", f"{READERS} other_lead"),
]  # fmt: skip
