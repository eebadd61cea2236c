from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from actions import services
from actions.models import FinancialStatement
from tests.access.actions import MONEY, OWN_CITE, READERS, pk_of, source
from tests.access.acts import OFFICERS, PDF
from tests.access.matrix import Row, Secret
from tests.actions import factories

WRITERS = "lead finance holder"
# Who reads the sheet of the action, without writing its statement.
HIDDEN = {role: 404 for role in READERS.split() if role not in f"{MONEY} holder".split()}
NOT_OFFICERS = {role: 403 for role in MONEY.split() if role not in OFFICERS.split()}
UNSEEN = {"partner": 404, "reader": 404, **HIDDEN}


def released_source(world):
    def build(world):
        line = factories.make_source(world.cite, "Ligne notifiée")
        factories.release(line)
        return line

    return world.made("released_source", build)


def owing(world):
    def build(world):
        action = factories.make_action(world.cite, holder=world.holder, communes=[world.commune], status="retained")
        factories.make_funding(action, source(world), granted="7654.32")
        return action

    return world.made("owing", build)


def told(world):
    """Owed, and its holder knows it."""

    def build(world):
        action = factories.make_action(world.cite, holder=world.holder, communes=[world.commune], status="retained")
        factories.make_funding(action, released_source(world), granted="50")
        return action

    return world.made("told", build)


def filed(world):
    def build(world):
        services.file_elsewhere(services.statement_of(owing(world)), actor=world.lead, **a_statement(world))
        return owing(world)

    return world.made("filed_statement", build)


def accepted(world):
    def build(world):
        statement = FinancialStatement.objects.get(action=filed(world))
        funding = owing(world).fundings.get()
        services.accept_statement(statement, justified={funding.pk: 7000}, actor=world.lead)
        return statement

    return world.made("accepted_statement", build)


def justified_action(world):
    return accepted(world).action


def share(world):
    return accepted(world).shares.get()


def file(world):
    return FinancialStatement.objects.get(action=filed(world)).files.get()


def a_statement(world):
    return {
        "filed_on": date(2026, 7, 1),
        "spent": 9000,
        "unspent": 0,
        "people_reached": 12,
        "upload": SimpleUploadedFile("cr.pdf", PDF),
    }


def justified(world):
    statement = FinancialStatement.objects.get(action=owing(world))
    return {f"justified-{owing(world).fundings.get().pk}": "7000", "version": statement.version}


def kept(name, args, post=None):
    code = 200 if post is None else 302
    return Row(name, args, only=OFFICERS, code=code, post=post, codes=UNSEEN)


ROWS = [
    Row("actions:statements", only=MONEY, outside=OWN_CITE),
    Row("actions:statements", query="?format=csv", only=MONEY, outside=OWN_CITE),
    Row("actions:statement", pk_of(owing), only=f"{MONEY} holder", others=404),
    Row("actions:statement", pk_of(owing), only=WRITERS, code=302, codes=UNSEEN, post={"version": "0"}),
    Row("actions:statement_elsewhere", pk_of(owing), only=WRITERS, codes=UNSEEN),
    Row("actions:statement_elsewhere", pk_of(told), only=WRITERS, code=302, codes=UNSEEN, post=a_statement),
    kept("actions:statement_back", pk_of(filed)),
    kept("actions:statement_back", pk_of(filed), {"remarks": "à revoir"}),
    kept("actions:statement_extend", pk_of(owing)),
    kept("actions:statement_extend", pk_of(owing), {"due_on": "2027-09-30", "reason": "panne"}),
    kept("actions:statement_accept", pk_of(filed)),
    kept("actions:statement_accept", pk_of(filed), justified),
    kept("actions:statement_reopen", pk_of(justified_action)),
    kept("actions:statement_reopen", pk_of(justified_action), {"reason": "erreur"}),
    kept("actions:statement_remind", pk_of(owing), {}),
    Row("actions:statement_file", pk_of(file), only=f"{MONEY} holder", others=404),
    Row("actions:refund", pk_of(share), only=OFFICERS, others=404, codes=NOT_OFFICERS),
    Row(
        "actions:refund",
        pk_of(share),
        only=OFFICERS,
        others=404,
        code=302,
        codes=NOT_OFFICERS,
        post={"asked_on": "2026-09-01"},
    ),
]


GRANTED = "7\u00a0654,32"
SECRETS = [
    Secret("actions:statements", lambda world: "7\u00a0654", MONEY, prepare=owing),
    Secret("actions:statement", lambda world: GRANTED, MONEY, pk_of(owing)),
]
