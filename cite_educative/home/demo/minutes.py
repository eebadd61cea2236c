"""Minutes of the Troïka of April: a first version signed by its chair, then a correction that the pilots read again."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from cite_educative.home.demo.exchanges import one_page
from governance.enums import RemarkState, ReviewState, SignedKind
from governance.models import Minutes
from governance.services import (
    add_meeting_file,
    add_remark,
    answer_review,
    notify_members,
    publish_minutes,
    reopen_minutes,
    save_minutes_heading,
    save_paragraph,
    send_for_review,
    settle_remark,
    validate_minutes,
)

CHAIR = "Mme Hélène Decoster, déléguée du préfet"
CORRECTION = "la demande des communes sur le suivi des actions de lecture est reprise mot pour mot."
WANTED = (
    "<p>Les communes demandent que les actions de lecture soient suivies par un même groupe, et qu’un point soit "
    "fait à la rentrée sur celles qui touchent plusieurs quartiers.</p>"
)
BODY = "Bonjour,\n\nLe procès-verbal est à lire dans l’application.\n\nCordialement,"


def write_minutes(dunkerque):
    actor = dunkerque.actor
    minutes = Minutes.objects.select_related("meeting__body").get(meeting__body__cite=dunkerque.cite)
    minutes = save_minutes_heading(
        minutes, version=minutes.version, chair=CHAIR, secretary=minutes.secretary, actor=actor
    )
    validate_minutes(minutes, actor=actor)
    version = publish_minutes(minutes, actor=actor)
    _sign(minutes.meeting, actor)
    pilots = [one.person for one in dunkerque.mandates if one.side_id and one.person.email]
    notify_members(version, subject="Procès-verbal publié", body=BODY, persons=pilots, actor=actor)
    _correct(minutes, pilots, actor)


def _sign(meeting, actor):
    for kind, name, signed_by, signed_on in (
        (SignedKind.MINUTES, "proces-verbal-signe.pdf", CHAIR, timezone.localdate()),
        (SignedKind.ATTENDANCE, "emargement.pdf", "les présents", timezone.localdate(meeting.starts_at)),
    ):
        upload = ContentFile(one_page([f"Document signé, {meeting}"]), name=name)
        add_meeting_file(meeting, kind=kind, upload=upload, signed_by=signed_by, signed_on=signed_on, actor=actor)


def _correct(minutes, pilots, actor):
    """Two sides have answered, one by post, one has not."""
    reopen_minutes(minutes, actor=actor, reason=CORRECTION)
    second = minutes.paragraphs.filter(item__isnull=False)[1]
    save_paragraph(second, version=second.version, html=WANTED, actor=actor)
    sides = list(minutes.meeting.body.cite.sides.order_by("order"))
    due_on = timezone.localdate() + timedelta(days=8)
    send_for_review(
        minutes,
        sides=sides,
        due_on=due_on,
        subject="Procès-verbal à relire",
        body=BODY,
        persons=pilots,
        actor=actor,
    )
    received = {"received_from": "Mme Agnès Roussel", "received_by": "courriel", "received_on": timezone.localdate()}
    first, *_, last = sides
    answer_review(minutes.reviews.get(side=first), state=ReviewState.CLEAN, actor=actor, **received)
    declined = add_remark(
        second, side=last, text="Ajouter le nom du groupe de suivi.", actor=actor,
        **received | {"received_from": "Mme Sophie Duriez"},
    )  # fmt: skip
    settle_remark(declined, state=RemarkState.DECLINED, answer="Le groupe n’a pas encore de nom.", actor=actor)
    add_remark(
        second,
        side=last,
        text="Écrire «\u00a0avant les vacances d’automne\u00a0» plutôt que «\u00a0à la rentrée\u00a0».",
        actor=actor,
        **received | {"received_from": "Mme Sophie Duriez"},
    )
