from django.utils import timezone

from actions.enums import ImportState
from actions.models import Difference, StateExport
from actions.state_exports import start_export
from tests.access.actions import action, draft, pk_of, source
from tests.access.matrix import Row, Secret

READERS = "lead co_lead pilot elected finance"
LEAD = "lead"
OWN_CITE = {"stranger": 404, "other_lead": 200}
TABLE = "Référence;Intitulé;Porteur;Coût total\nDA-SECRET-1;Projet tenu secret;Les Voix;1000\n"
THEIRS = "Intitulé que Dauphin donne"
REASON = "Le porteur a changé de titre"


def waiting(world):
    """Given by the lead, not confirmed: nobody else opens it."""

    def build(world):
        return start_export(
            cite=world.cite,
            actor=world.users["lead"],
            content=TABLE.encode(),
            filename="dauphin.csv",
            budget_year=2026,
        )

    return world.made("state export", build)


def done(world):
    def build(world):
        run = waiting(world)
        return StateExport.objects.create(
            cite=world.cite, kind="dauphin", budget_year=2026, filename="deja.csv", sha256=run.sha256, file=run.file,
            author=world.users["lead"], state=ImportState.DONE, confirmed_at=timezone.now(),
        )  # fmt: skip

    return world.made("state export done", build)


def difference(world, key="title", of=action, **fields):
    def build(world):
        fields_ = {"theirs": THEIRS, "theirs_value": THEIRS, **fields}
        return Difference.objects.create(
            action=of(world), key=key, kind="dauphin", export=done(world), line=2, seen_at=timezone.now(), **fields_
        )

    return world.made(f"difference {key} {of.__name__}", build)


def amount(world):
    key = f"requested:{source(world).pk}:2026"
    return difference(
        world, key, theirs_value="2000.00", theirs="2\u00a0000,00", source=source(world), budget_year=2026
    )


def granted(world):
    key = f"granted:{source(world).pk}:2026"
    return difference(
        world, key, theirs_value="1234.00", theirs="1\u00a0234,00", source=source(world), budget_year=2026
    )


def of_draft(world):
    return difference(world, of=draft, theirs="Titre du brouillon", theirs_value="Titre du brouillon")


def kept(world):
    def build(world):
        row = difference(world, "audience", theirs="Adultes", theirs_value="Adultes")
        row.state, row.reason = "kept", REASON
        row.settled_by, row.settled_at = world.users["lead"], timezone.now()
        row.save()
        return row

    return world.made("difference kept", build)


def settle(name, row, only, data=None, code=302):
    """The pilots and the co-lead read it; who may not read it does not know that it is there."""
    codes = {role: 403 for role in READERS.split() if role not in only.split()}
    return Row(f"actions:{name}", pk_of(row), post=data or {}, only=only, code=code, others=404, codes=codes)


def of_run(name, run, **row):
    codes = dict.fromkeys(("co_lead", "pilot", "elected", "finance"), 403)
    return Row(f"actions:{name}", pk_of(run), only=LEAD, others=404, codes=codes, **row)


ROWS = [
    Row("actions:state_exports", only=READERS, outside=OWN_CITE),
    Row("actions:state_exports", post={}, only=LEAD, outside=OWN_CITE),
    of_run("state_export", waiting),
    of_run("state_export", waiting, query="?reglages=1"),
    of_run("state_export", waiting, post={"etape": "lignes"}, code=302),
    Row("actions:state_export", pk_of(done), only=READERS, others=404),
    of_run("state_export_sheets", waiting, post={}),
    of_run("state_export_confirm", waiting, post={}, code=302),
    of_run("state_export_abandon", waiting, post={}, code=302),
    Row("actions:differences", only=READERS, outside=OWN_CITE),
    Row("actions:differences", query="?etat=traites", only=READERS, outside=OWN_CITE),
    settle("difference_accept", difference, LEAD, {"seen": "x"}, code=409),
    settle("difference_accept", amount, "lead finance", {"seen": "x"}, code=409),
    settle("difference_accept", granted, "", {"seen": "rien"}),
    settle("difference_keep", difference, LEAD, {"reason": "Vérifié"}),
    settle("difference_keep", granted, "lead finance", {"reason": "Vérifié"}),
    settle("difference_reopen", kept, LEAD),
]

SECRETS = [
    Secret("actions:differences", lambda world: THEIRS, READERS, prepare=difference),
    Secret("actions:differences", lambda world: "1\u00a0234,00", READERS, prepare=granted),
    Secret("actions:differences", lambda world: "Titre du brouillon", "lead co_lead", prepare=of_draft),
    Secret("actions:differences", lambda world: REASON, READERS, query="?etat=traites", prepare=kept),
    Secret("actions:detail", lambda world: THEIRS, READERS, pk_of(action), prepare=difference),
    Secret("actions:detail", lambda world: "1\u00a0234,00", READERS, pk_of(action), prepare=granted),
    Secret("actions:state_export", lambda world: "DA-SECRET-1", LEAD, pk_of(waiting)),
]
