"""The follow-up of actions: reports, jalons, photos, visits."""

from django.core.files.base import ContentFile
from django.utils import timezone

from actions.models import ActionPhoto, Milestone, ProgressReport
from tests.access.actions import pk_of, retained
from tests.access.matrix import Row, Secret

# Writes: the team, the referents of the commune. The holder once it knows, which it does not yet here.
WRITERS = "lead co_lead referent"
UNSEEN = {"institution": 404, "partner": 404, "reader": 404}
FULL = "lead co_lead pilot elected finance referent holder evaluator"
CONCERNED = "lead co_lead pilot elected referent holder"
DIFFICULTY = "La salle municipale est fermée jusqu’à Pâques"


def milestone(world):
    def build(world):
        return Milestone.objects.create(
            action=retained(world), label="Première séance", due_on="2026-03-02", created_by=world.lead
        )

    return world.made("milestone", build)


def photo(world):
    def build(world):
        row = ActionPhoto(
            action=retained(world), author=world.lead, title="La salle", shows_nobody=True, filename="x.jpg"
        )
        row.file.save("x.jpg", ContentFile(b"\xff\xd8\xff\xe0"), save=True)
        return row

    return world.made("photo", build)


def a_report(world):
    ProgressReport.objects.create(
        action=retained(world),
        weather="difficulty",
        highlights="Trente familles reviennent chaque semaine",
        difficulty=DIFFICULTY,
        author=world.lead,
        reported_on=timezone.localdate(),
    )


ROWS = [
    Row("actions:follow_up", pk_of(retained), only=FULL, others=404),
    Row("actions:report", pk_of(retained), only=WRITERS, codes=UNSEEN),
    Row("actions:report", pk_of(retained), only=WRITERS, codes=UNSEEN, post={"weather": "on_track"}, code=302),
    Row("actions:milestone_create", pk_of(retained), only=WRITERS, codes=UNSEEN),
    Row(
        "actions:milestone_create",
        pk_of(retained),
        only=WRITERS,
        codes=UNSEEN,
        post={"label": "Bilan", "due_on": "2026-06-01"},
        code=302,
    ),
    Row("actions:milestone_update", pk_of(milestone), only=WRITERS, codes=UNSEEN),
    Row("actions:milestone_tick", pk_of(milestone), only=WRITERS, codes=UNSEEN, post={"fait": "1"}, code=302),
    Row("actions:photo_create", pk_of(retained), only=WRITERS, codes=UNSEEN),
    Row("actions:photo", pk_of(photo), only=FULL, others=404),
    Row("actions:photo_remove", pk_of(photo), only=WRITERS, codes=UNSEEN, post={}, code=302),
    Row("actions:visited", pk_of(retained), only=FULL, others=404, post={}, code=204),
]

SECRETS = [
    Secret(
        "actions:follow_up",
        value=lambda world: "Trente familles reviennent",
        args=pk_of(retained),
        readers=FULL,
        prepare=a_report,
    ),
    Secret(
        "actions:follow_up", value=lambda world: DIFFICULTY, args=pk_of(retained), readers=CONCERNED, prepare=a_report
    ),
    Secret(
        "actions:follow_up",
        value=lambda world: "En retard",
        args=pk_of(retained),
        readers=CONCERNED,
        prepare=milestone,
    ),
    Secret("actions:history", value=lambda world: DIFFICULTY, args=pk_of(retained), readers="", prepare=a_report),
]
