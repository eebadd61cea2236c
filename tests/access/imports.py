from actions.enums import ImportState
from actions.imports import start_import
from tests.access.matrix import Row
from tests.actions.factories import make_call

OWN_CITE = {"stranger": 404, "other_lead": 200}
TABLE = "Action;Porteur;Financeur;Montant demandé\nChorale;Les Voix;État;1000\n"


def run(world):
    """Uploaded by the lead, its funder still unknown."""

    def build(world):
        call = make_call(world.cite, "Appel à importer")
        return start_import(call=call, actor=world.lead, content=TABLE.encode(), filename="suivi.csv")

    return world.made("import", build)


def written(world):
    def build(world):
        one = run(world)
        type(one).objects.filter(pk=one.pk).update(state=ImportState.ABANDONED)
        return one

    return world.made("import written", build)


ROWS = [
    Row("actions:import", only="lead", outside=OWN_CITE),
    Row("actions:import", post={}, only="lead", outside=OWN_CITE),
    Row("actions:import_run", lambda world: [run(world).pk], only="lead", others=404),
    Row("actions:import_run", lambda world: [written(world).pk], query="?reglages=1", only="lead", others=404),
    Row("actions:import_run", lambda world: [run(world).pk], post={}, only="lead", others=404),
    Row("actions:import_confirm", lambda world: [run(world).pk], post={}, only="lead", code=302, others=404),
    Row("actions:import_abandon", lambda world: [run(world).pk], post={}, only="lead", code=302, others=404),
]
