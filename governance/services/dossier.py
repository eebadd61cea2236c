"""The dossier of a meeting sent by a person: each one gets the version that she or he may read."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from cite_educative.common import journal
from cite_educative.common.transitions import TransitionError
from cite_educative.documents.enums import State
from governance.convocation_mail import MAX_ATTACHED, TOO_BIG
from governance.dossier import attached_words, readers_of
from governance.enums import PaperKind
from governance.models import PaperMessage
from governance.paper_content import is_dossier_outdated
from governance.services.meetings import lock_meeting
from governance.services.papers import paper_for_members
from partners.enums import MessageKind
from partners.services import Recipient, same_letter, send_message

SAME_LETTER = timedelta(hours=1)
CHANGED = "Une autre version du dossier a été préparée entre-temps. Rien n’est parti\u00a0: relisez, puis envoyez."
GONE = "Les personnes cochées ne sont plus attendues à cette réunion, ou n’ont plus d’adresse. Rien n’est parti."


def check_dossier(meeting):
    """The version to send. Raises `TransitionError` for a meeting that was opened or given up, while no dossier
    says what is planned now, and when it is too big for a message.
    """
    if not meeting.is_preparable:
        raise TransitionError(f"Cette réunion est {meeting.get_status_display()}\u00a0: son dossier ne s’envoie plus.")
    dossier = meeting.papers.filter(kind=PaperKind.DOSSIER).select_related("meeting__body__cite").first()
    if dossier is None:
        raise TransitionError("Préparez d’abord le dossier de séance\u00a0: il n’y a encore rien à envoyer.")
    if is_dossier_outdated(dossier.content, meeting):
        raise TransitionError(
            "L’ordre du jour, une note, la date ou le lieu a changé depuis que ce dossier a été préparé\u00a0: "
            "mettez-le à jour, puis envoyez-le."
        )
    if dossier.files.filter(file__state=State.FAILED).exists():
        raise TransitionError("Le dossier n’a pas pu être préparé en PDF\u00a0: relancez sa préparation d’abord.")
    if dossier.files.filter(file__size__gt=MAX_ATTACHED).exists():
        raise TransitionError(TOO_BIG)
    return dossier


@transaction.atomic
def send_dossier(meeting, *, dossier, subject, body, persons, actor):
    """(number of persons written to, created); within the hour the same letter to the same persons leaves once.

    `dossier`: the key of the version that was read again. The letter leaves when its PDF is made. Raises
    `TransitionError`, `ValidationError` when a newer version was made or nobody is left, and `PartnersError`.
    """
    row = lock_meeting(meeting)
    last = check_dossier(row)
    if last.pk != dossier:
        raise ValidationError(CHANGED)
    keys = {person.pk for person in persons}
    chosen = [one for one in readers_of(row) if one.person.pk in keys and one.email]
    if not chosen:
        raise ValidationError(GONE)
    full = [one for one in chosen if one.reads_amounts]
    without = [one for one in chosen if not one.reads_amounts]
    created = [
        _send(last, paper, subject, body, lines, actor)
        for paper, lines in (
            (last, full),
            (paper_for_members(last, actor=actor) if without else None, without),
        )
        if lines
    ]
    if any(created):
        _record(row, last, chosen, without, actor)
    return len(chosen), any(created)


def _send(dossier, paper, subject, body, lines, actor):
    """False when it has left already."""
    letter = {
        "kind": MessageKind.BODY,
        "subject": subject,
        "body": f"{body}\n\n{attached_words(dossier, paper.kind)}",
        "recipients": [Recipient(one.person.formal_name, one.email, one.person, None, one.copy_to) for one in lines],
        "actor": actor,
        "cite": dossier.meeting.body.cite,
    }
    if same_letter(**letter, within=SAME_LETTER):
        return False
    message = send_message(**letter, reply_to=actor.email)
    PaperMessage.objects.create(paper=paper, message=message)
    return True


def _record(meeting, dossier, chosen, without, actor):
    number = len(chosen)
    sentence = f"{actor} a envoyé le dossier de séance, version {dossier.number}, à {number} personne"
    sentence += "s" if number > 1 else ""
    if without:
        sentence += f", dont {len(without)} sans les montants"
    journal.record(
        cite_id=meeting.body.cite_id,
        actor=actor,
        verb="meeting.dossier",
        subject=meeting,
        sentence=f"{sentence}.",
    )
