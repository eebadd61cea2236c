from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from governance import services
from governance.enums import RemarkState, ReviewState, SignedKind
from governance.models import Minutes, MinutesRemark
from tests.access.acts import PDF
from tests.access.governance import GESTURE, HIDDEN, MONEY, TEAM, closed, held_back, setting
from tests.access.matrix import Row, Secret
from tests.actions.factories import release

SPOKEN = "Une phrase dite en séance sur le porteur"


def draft(world):
    return Minutes.objects.get(meeting=closed(world))


def sent(world):
    """Every side is asked; nobody is written to."""

    def build(world):
        minutes = draft(world)
        services.send_for_review(
            minutes,
            sides=list(world.cite.sides.all()),
            due_on=timezone.localdate() + timedelta(days=5),
            actor=world.lead,
        )
        return minutes

    return world.made("sent_minutes", build)


def remark(world):
    return world.made(
        "minutes_remark",
        lambda world: services.add_remark(
            sent(world).paragraphs.first(), side=world.cite.sides.first(), text="À changer", actor=world.lead
        ),
    )


def issued(world):
    """Published before any funder released its answer; everybody of the Cité sits in the body."""

    def build(world):
        minutes = Minutes.objects.get(meeting=held_back(world))
        settled = {"state": RemarkState.TAKEN, "settled_at": timezone.now(), "settled_by": world.lead}
        MinutesRemark.objects.filter(paragraph__minutes=minutes).update(**settled)
        minutes.reviews.update(state=ReviewState.CLEAN, answered_at=timezone.now(), entered_by=world.lead)
        row = minutes.paragraphs.filter(item__isnull=False).first()
        services.save_paragraph(row, version=row.version, html=f"<p>{SPOKEN}</p>", actor=world.lead)
        services.validate_minutes(minutes, actor=world.lead)
        return services.publish_minutes(minutes, actor=world.lead)

    return world.made("issued_minutes", build)


def told(world):
    """The same once every funder has told."""

    def build(world):
        version = issued(world)
        for source in (setting(world).state, setting(world).town):
            release(source)
        return version

    return world.made("told_minutes", build)


def signed(world, kind, version):
    meeting = version(world).meeting
    return world.made(
        f"signed_{kind}",
        lambda world: services.add_meeting_file(
            meeting,
            kind=kind,
            upload=SimpleUploadedFile(f"{kind}.pdf", PDF),
            signed_by="les présents",
            signed_on=timezone.localdate(),
            actor=world.lead,
        ),
    )


def draft_pk(world):
    return [draft(world).meeting_id]


def sent_pk(world):
    return [sent(world).meeting_id]


def issued_pk(world):
    return [issued(world).meeting_id]


def told_pk(world):
    return [told(world).meeting_id]


def draft_paragraph(world):
    return [draft(world).paragraphs.first().pk]


def sent_paragraph(world):
    return [sent(world).paragraphs.first().pk]


def remark_pk(world):
    return [remark(world).pk]


def own_review(world):
    """Of the side for which the pilot of this world sits."""
    side = world.users["pilot"].person.mandates.get(cite=world.cite).side
    return [sent(world).reviews.get(side=side).pk]


def signed_minutes(world):
    return [signed(world, SignedKind.MINUTES, told).pk]


def kept_minutes(world):
    return [signed(world, SignedKind.MINUTES, issued).pk]


def signed_sheet(world):
    return [signed(world, SignedKind.ATTENDANCE, told).pk]


def a_remark(world):
    side = world.users["pilot"].person.mandates.get(cite=world.cite).side
    return {"side": side.pk, "text": "À changer", **RECEIVED}


def a_letter(world):
    return {"due_on": timezone.localdate() + timedelta(days=5), "sides": [], "subject": "Objet", "body": "Texte"}


def a_scan(world):
    return {
        "kind": SignedKind.ATTENDANCE,
        "signed_by": "les présents",
        "signed_on": timezone.localdate(),
        "upload": SimpleUploadedFile("emargement.pdf", PDF),
    }


def file_address(world):
    return f"/documents/{issued(world).files.first().file_id}/"


RECEIVED = {"received_from": "M. Petit", "received_by": "courriel", "received_on": "2026-01-05"}
REVIEW = {"state": ReviewState.CLEAN, **RECEIVED}
# The text is not sent to the pilots yet: they see the meeting, may not write, and are told nothing more.
WRITERS = {"only": TEAM, "others": 404, "codes": {"pilot": 403, "elected": 403, "finance": 403}}
UNSENT = {"only": TEAM, "others": 404}
REVIEWERS = {"pilot": 403, "elected": 403}

ROWS = [
    Row("governance:minutes", draft_pk, **UNSENT),
    Row("governance:minutes", sent_pk, only="lead co_lead pilot elected", others=404),
    Row("governance:minutes_prepare", draft_pk, **GESTURE, post={}),
    Row("governance:minutes_heading", draft_pk, **WRITERS),
    Row("governance:minutes_send", draft_pk, **WRITERS),
    Row("governance:minutes_send", draft_pk, **WRITERS, post=a_letter),
    Row("governance:minutes_validate", draft_pk, **WRITERS | {"code": 302}, post={}),
    Row("governance:minutes_publish", draft_pk, **WRITERS),
    Row("governance:minutes_publish", draft_pk, **WRITERS | {"code": 302}, post={}),
    Row("governance:minutes_reopen", draft_pk, **WRITERS),
    Row("governance:minutes_reopen", told_pk, **{**HIDDEN, "others": 403}, post={"reason": ""}),
    Row("governance:minutes_paragraph", draft_paragraph, **UNSENT),
    Row("governance:minutes_paragraph", sent_paragraph, **UNSENT, codes=REVIEWERS),
    Row("governance:minutes_paragraph", sent_paragraph, **UNSENT, codes=REVIEWERS, post={"text": "", "version": "1"}, code=302),
    Row("governance:minutes_remark", sent_paragraph, only="lead co_lead pilot elected", others=404),
    # Of another side: it comes back, refused.
    Row("governance:minutes_remark", sent_paragraph, only="lead co_lead pilot", others=404, code=302, codes={"elected": 200}, post=a_remark),
    Row("governance:minutes_settle", remark_pk, **UNSENT, codes=REVIEWERS),
    Row("governance:minutes_settle", remark_pk, **UNSENT, codes=REVIEWERS, code=302, post={"state": "taken"}),
    Row("governance:minutes_review", own_review, only="lead co_lead pilot", others=404, codes={"elected": 403}),
    Row(
        "governance:minutes_review",
        own_review,
        only="lead co_lead pilot",
        others=404,
        codes={"elected": 403},
        code=302,
        post=REVIEW,
    ),
    Row("governance:meeting_file_add", draft_pk, **HIDDEN),
    Row("governance:meeting_file_add", draft_pk, **GESTURE, post=a_scan),
    # Published at last: in a world where each row is made in turn, nothing is read again any more.
    Row("governance:minutes", issued_pk, only=MONEY, others=404),
    Row("governance:minutes", told_pk),
    Row("governance:minutes_notify", told_pk, **{**HIDDEN, "others": 403}),
    Row("governance:meeting_file", signed_minutes),
    Row("governance:meeting_file", kept_minutes, only=MONEY, others=404),
    Row("governance:meeting_file", signed_sheet, only=MONEY, others=404),
]  # fmt: skip

SECRETS = [
    Secret("governance:minutes", args=issued_pk, value=lambda world: SPOKEN, readers=MONEY),
    Secret("governance:meeting", args=issued_pk, value=file_address, readers=MONEY),
    Secret("documents:list", prepare=issued, value=lambda world: "Procès-verbal, ", readers=MONEY),
    Secret("governance:minutes", args=sent_pk, value=lambda world: "La séance est ouverte", readers="lead co_lead pilot elected"),
]  # fmt: skip
