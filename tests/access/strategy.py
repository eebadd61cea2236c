from actions.models import ActionPublic, ContractTheme, Scheme, Theme
from actions.ordering import arrangement
from actions.services import freeze_programme, save_strategy_section
from tests.access.actions import CREATED_ELSEWHERE, OWN_CITE, TEAM, axis, both, objective, pk_of, programme
from tests.access.matrix import ALL, Row, Secret
from tests.actions import factories

PILOTS = "lead co_lead pilot elected"
MONEY = "lead co_lead pilot elected finance"
WORKING = "Constat de travail à relire"
FROZEN = "Constat arrêté en janvier"
SUMMARY = "Présentation encore secrète"


def draft_programme(world):
    """Being written: the team and the pilots read it."""

    def build(world):
        made = factories.make_programme(world.cite, "Programme 2027-2030")
        factories.make_axis(made, "Axe en préparation", summary=SUMMARY)
        return made

    return world.made("draft programme", build)


def written(world):
    """Published, with a version, and a text changed since."""

    def build(world):
        made = programme(world)
        lead = world.lead
        source = factories.make_source(world.cite, "Ligne du dossier")
        factories.make_envelope(source, provisional="314159")
        fields = {"programme": made, "key": "diagnostic", "actor": lead}
        save_strategy_section(body=FROZEN, version=0, **fields)
        freeze_programme(made, label="demande de label", actor=lead)
        save_strategy_section(body=WORKING, version=1, **fields)
        return made

    return world.made("written programme", build)


def version(world):
    return written(world).versions.get()


def draft_version(world):
    def build(world):
        made, _ = freeze_programme(draft_programme(world), label="essai", actor=world.lead)
        return made

    return world.made("draft version", build)


def loose_axis(world):
    return world.made("loose axis", lambda world: factories.make_axis(programme(world), "Axe à retirer"))


def loose_objective(world):
    return world.made("loose objective", lambda world: factories.make_objective(axis(world), "Objectif à retirer"))


def item(model):
    def read(world):
        return world.made(
            f"list item {model.__name__}", lambda world: model.objects.create(cite=world.cite, label="Sport")
        )

    return read


def placed(row):
    def read(world):
        row(world)
        return {"vu": arrangement(programme(world)), "avant": "fin"}

    return read


def listed(row):
    return lambda world: {"vu": str(row(world).pk), "avant": "fin"}


def section(world):
    return [written(world).pk, "diagnostic"]


def other_action(world):
    """Of somebody else, for the smallest, not published."""

    def build(world):
        made = factories.make_action(world.cite, objective=objective(world), axis=axis(world))
        ActionPublic.objects.create(action=made, kind="0-3")
        factories.make_funding(made, factories.make_source(world.cite, "Ligne cachée"), programmed="27182")
        return made

    return world.made("covered action", build)


def gestures(name, row):
    return [
        *both(f"actions:{name}_update", pk_of(row), TEAM, {"label": "Sport"}),
        Row(f"actions:{name}_place", pk_of(row), only=TEAM, post=listed(row), code=302),
        Row(f"actions:{name}_restore", pk_of(row), only=TEAM, post={}, code=302),
        Row(f"actions:{name}_retire", pk_of(row), only=TEAM, post={}, code=302),
        Row(f"actions:{name}_retire", pk_of(row), only="", others=405, outside=405),
    ]


def kind(world):
    return ["thematiques"]


ROWS = [
    Row("actions:coverage", outside=OWN_CITE),
    Row("actions:coverage", query="?vue=communes&format=csv", outside=OWN_CITE),
    Row("actions:coverage", query="?vue=thematiques&format=xlsx", outside=OWN_CITE),
    Row("actions:dossier", pk_of(written)),
    Row("actions:dossier", pk_of(draft_programme), only=PILOTS, others=404),
    Row("actions:dossier_section", section, only=TEAM),
    Row("actions:dossier_section", section, only=TEAM, post={"body": "Un texte", "version": "2"}, code=302),
    Row("actions:programme_freeze", pk_of(written), only=TEAM),
    Row("actions:programme_freeze", pk_of(written), only=TEAM, post={"label": "comité"}, code=302),
    Row("actions:programme_version", pk_of(version), only=MONEY, others=404),
    Row("actions:programme_version", pk_of(draft_version), only=PILOTS, others=404),
    # Finance officers have one version only, and nothing to compare it with but itself.
    Row("actions:programme_compare", pk_of(written), only=MONEY, others=404),
    Row("actions:axis_place", pk_of(axis), only=TEAM, post=placed(axis), code=302),
    Row("actions:axis_place", pk_of(axis), only="", others=405, outside=405),
    Row("actions:objective_place", pk_of(objective), only=TEAM, post=placed(objective), code=302),
    Row("actions:axis_remove", pk_of(loose_axis), only=TEAM, post={}, code=302),
    Row("actions:axis_remove", pk_of(loose_axis), only="", others=405, outside=405),
    Row("actions:objective_remove", pk_of(loose_objective), only=TEAM, post={}, code=302),
    Row("actions:cite_lists", only=TEAM, outside=OWN_CITE),
    *both(
        "actions:list_item_create", kind, TEAM, {"label": "Voile"}, outside=OWN_CITE, posted_outside=CREATED_ELSEWHERE
    ),
    Row("actions:list_usual", kind, only=TEAM, post={}, code=302, outside=CREATED_ELSEWHERE),
    *gestures("theme", item(Theme)),
    *gestures("contract_theme", item(ContractTheme)),
    *gestures("scheme", item(Scheme)),
]

# Referents and institutions follow actions of theirs only: this one is of nobody's commune.
COUNTING = "lead co_lead pilot elected finance evaluator"

SECRETS = [
    Secret("actions:plan", lambda world: SUMMARY, PILOTS, query="?programme=0", prepare=draft_programme),
    Secret("actions:dossier", lambda world: WORKING, PILOTS, pk_of(written)),
    Secret("actions:dossier", lambda world: FROZEN, " ".join(set(ALL.split()) - set(PILOTS.split())), pk_of(written)),
    Secret("actions:dossier", lambda world: "314\u00a0159", MONEY, pk_of(written)),
    Secret("actions:programme_version", lambda world: "314\u00a0159", MONEY, pk_of(version)),
    Secret("actions:programme_version", lambda world: SUMMARY, PILOTS, pk_of(draft_version)),
    # Compared word by word: one that only the working text has.
    Secret("actions:programme_compare", lambda world: "relire", PILOTS, pk_of(written)),
    Secret("actions:coverage", lambda world: "27182,00", COUNTING, query="?format=csv", prepare=other_action),
]
