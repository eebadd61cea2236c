"""Templates of notes, notes read again, versions compared."""

from datetime import timedelta

from django.utils import timezone

from governance import services
from governance.enums import Approval
from governance.note_page import addressees
from partners.models import Person
from tests.access.governance import GESTURE, HIDDEN, MONEY, OWN_CITE, TEAM, issued, planned, setting
from tests.access.matrix import Row, Secret
from tests.governance import factories

WORDS = "Une phrase que seuls relisent les pilotes"
TEMPLATE = {"version": "0", "request": "Demande", "section-0-title": "Partie", "section-0-text": "Texte."}
SIDES = "lead co_lead pilot"


def reviewed(world):
    """In review by every side, one of which asked for a change."""

    def build(world):
        row = factories.make_note(setting(world), planned(world).items.first(), request=WORDS)
        due_on = timezone.localdate() + timedelta(days=3)
        services.send_note(row, sides=list(world.cite.sides.all()), due_on=due_on, actor=world.lead)
        return row

    return world.made("reviewed_note", build)


def own_review(world):
    """Of the side for which the pilot sits."""
    return reviewed(world).reviews.get(side__kind="state")


def remark(world):
    def build(world):
        review = reviewed(world).reviews.exclude(pk=own_review(world).pk).first()
        services.answer_note(review, state=Approval.CHANGES, remark="À changer", actor=world.lead)
        return review.remarks.get()

    return world.made("note_remark", build)


def reviewed_item(world):
    return [reviewed(world).item_id]


def own_review_pk(world):
    return [own_review(world).pk]


def a_letter(world):
    reader = addressees(reviewed(world))[0].person
    Person.objects.filter(pk=reader.pk).update(email="lecteur@exemple.fr")
    return {"recipients": [reader.pk], "subject": "À relire", "body": "Bonjour,", "send": "1"}


def compared_item(world):
    def build(world):
        row = issued(world)
        row.refresh_from_db()
        factories.make_note(setting(world), row.item, note=row, version=row.version, title="Autre titre")
        services.issue_note(row, actor=world.lead)
        return row

    return [world.made("compared_note", build).item_id]


def answer(world):
    return {
        "state": "approved",
        "received_from": "Mme Petit",
        "received_by": "courriel",
        "received_on": timezone.localdate().isoformat(),
    }


def asking(world):
    day = timezone.localdate() + timedelta(days=2)
    return {"due_on": day.isoformat(), "sides": [world.cite.sides.first().pk]}


def of_cite(*kind):
    return lambda world: setting(world) and [*kind]


ROWS = [
    Row("governance:note_templates", only=TEAM, outside=OWN_CITE),
    Row("governance:note_template", of_cite("report"), only=TEAM, outside=OWN_CITE),
    Row(
        "governance:note_template",
        of_cite("report"),
        only=TEAM,
        code=302,
        outside={"stranger": 404, "other_lead": 302},
        post=TEMPLATE,
    ),
    Row(
        "governance:note_template_reset",
        of_cite("report"),
        only=TEAM,
        code=302,
        outside={"stranger": 404, "other_lead": 302},
        post={},
    ),
    Row("governance:note", reviewed_item, only="lead co_lead pilot elected", others=404),
    Row("governance:note_send", reviewed_item, **HIDDEN),
    Row("governance:note_send", reviewed_item, **GESTURE, post=asking),
    Row("governance:note_write", reviewed_item, **HIDDEN),
    Row("governance:note_write", reviewed_item, **GESTURE, post=a_letter),
    Row("governance:note_validate", reviewed_item, **GESTURE, post={}),
    Row("governance:note_review", own_review_pk, only=SIDES, others=404, codes={"elected": 403}),
    Row(
        "governance:note_review", own_review_pk, only=SIDES, others=404, codes={"elected": 403}, code=302, post=answer
    ),
    Row(
        "governance:note_review_drop",
        own_review_pk,
        only=TEAM,
        others=404,
        codes={"pilot": 403, "elected": 403},
        code=302,
        post={},
    ),
    Row(
        "governance:note_settle",
        lambda world: [remark(world).pk],
        only=TEAM,
        others=404,
        codes={"pilot": 403, "elected": 403},
    ),
    Row(
        "governance:note_settle",
        lambda world: [remark(world).pk],
        only=TEAM,
        others=404,
        codes={"pilot": 403, "elected": 403},
        code=302,
        post={"state": "taken"},
    ),
    Row("governance:note_differences", compared_item, only=MONEY, others=404),
]

SECRETS = [
    Secret("governance:note", args=reviewed_item, value=lambda world: WORDS, readers="lead co_lead pilot elected"),
]
