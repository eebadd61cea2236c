"""The reports of actions: who reads them once filed, who writes them, who judges them."""

from django.core.files.uploadedfile import SimpleUploadedFile

from actions.enums import ActionStatus
from evaluation.enums import EvidenceKind, ReportState
from evaluation.models import ActionReport, ReportEvidence
from tests.access.acts import PDF
from tests.access.matrix import Row, Secret
from tests.actions import factories
from tests.evaluation.factories import make_report

OWN_CITE = {"stranger": 404, "other_lead": 200}
READERS = "lead co_lead pilot elected finance referent institution evaluator reader"
FULL = "lead co_lead pilot elected finance referent evaluator holder"
WRITERS = "lead co_lead referent holder"
TEAM = "lead co_lead"
UNSEEN = {"institution": 404, "partner": 404, "reader": 404}
TOLD = "2026-06-01T10:00Z"
SECRET = "Trente familles sont revenues"


def closed(world):
    """Over, and its holder knows it."""

    return world.made("closed", new_action)


def new_action(world):
    return factories.make_action(
        world.cite, holder=world.holder, communes=[world.commune], status=ActionStatus.CLOSED, published_at=TOLD
    )


def report_in(state):
    def find(world):
        def build(world):
            return make_report(new_action(world), state=state, author=world.lead, implementation=SECRET)

        return world.made(f"report_{state}", build)

    return find


draft, filed, validated = (report_in(state) for state in (ReportState.DRAFT, ReportState.FILED, ReportState.VALIDATED))


def evidence_of(report):
    def find(world):
        def build(world):
            row = ReportEvidence(report=report(world), author=world.lead, kind=EvidenceKind.DOCUMENT)
            row.file.save("piece.pdf", SimpleUploadedFile("piece.pdf", PDF), save=True)
            return row

        return world.made(f"evidence_{report(world).state}", build)

    return find


def pk(find):
    return lambda world: [find(world).pk]


def typed(world):
    return {"version": ActionReport.objects.get(pk=draft(world).pk).version, "implementation": "Fait"}


def version(world):
    return {"version": ActionReport.objects.get(pk=filed(world).pk).version}


ROWS = [
    Row("evaluation:reports", only=READERS, outside=OWN_CITE),
    Row("evaluation:reports", query="?format=csv", only=READERS, outside=OWN_CITE),
    Row("evaluation:action_reports", pk(closed), only=FULL, others=404),
    Row(
        "evaluation:report_begin",
        pk(closed),
        post={"nature": "final", "exercice": "2026"},
        only=WRITERS,
        code=302,
        codes=UNSEEN,
    ),
    Row("evaluation:report_remind", pk(closed), only=TEAM, codes=UNSEEN),
    Row(
        "evaluation:report_remind",
        pk(closed),
        only=TEAM,
        code=302,
        codes=UNSEEN,
        post={"subject": "Bilan", "body": "Bonjour"},
    ),
    Row("evaluation:report", pk(filed), only=FULL, others=404),
    Row("evaluation:report", pk(draft), only=WRITERS, others=404),
    Row("evaluation:report_write", pk(draft), only=WRITERS, others=404),
    Row("evaluation:report_write", pk(draft), post=typed, only=WRITERS, code=302, others=404),
    Row("evaluation:report_validate", pk(filed), post=version, only=TEAM, code=302, codes=UNSEEN),
    Row("evaluation:report_back", pk(filed), only=TEAM, codes=UNSEEN),
    Row("evaluation:report_back", pk(filed), post={"remarks": "à revoir"}, only=TEAM, code=302, codes=UNSEEN),
    Row("evaluation:report_reopen", pk(validated), only=TEAM, codes=UNSEEN),
    Row("evaluation:report_reopen", pk(validated), post={"remarks": "erreur"}, only=TEAM, code=302, codes=UNSEEN),
    Row("evaluation:evidence_create", pk(draft), only=WRITERS, others=404),
    Row(
        "evaluation:evidence_create",
        pk(draft),
        post={"kind": "verbatim", "quote": "Merci", "shows_nobody": "on"},
        only=WRITERS,
        code=302,
        others=404,
    ),
    Row("evaluation:evidence", pk(evidence_of(filed)), only=FULL, others=404),
    Row("evaluation:evidence_remove", pk(evidence_of(draft)), post={}, only=WRITERS, code=302, others=404),
]

SECRETS = [
    Secret("evaluation:report", value=lambda world: SECRET, args=pk(filed), readers=FULL),
]
