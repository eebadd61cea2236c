"""Letters that remind people of what they have to do: prepared, read again, sent by a person."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.once import lock_row
from governance.models import ActionPoint
from governance.models.action_point import withheld_points
from partners.enums import MessageKind, Role
from partners.services import Recipient, send_message

SUBJECT = "Suites à donner, Cité éducative"
BODY = (
    "Madame, Monsieur,\n\nVoici ce qui vous revient à la suite de nos réunions\u00a0:\n\n{suites}\n\n"
    "Un mot en réponse suffit pour dire où vous en êtes, ou que c’est fait.\n\nCordialement,"
)
PLACE = "{suites}"
TOLD_ROLES = (Role.LEAD, Role.CO_LEAD, Role.PILOT, Role.FINANCE)
NO_ADDRESS = "aucune adresse électronique\u00a0: complétez la fiche, ou appelez"
NOT_TOLD = "la notification des financeurs n’est pas libérée\u00a0: ce serait l’annoncer"
TODAY = "déjà relancée aujourd’hui"


@dataclass
class PointLetter:
    """What one owner will be sent: an address and the points."""

    recipient: Recipient
    points: list = field(default_factory=list)

    @property
    def lines(self):
        return [_line(point) for point in self.points]

    def text(self, body):
        listed = "\n".join(f"– {line}" for line in self.lines)
        return body.replace(PLACE, listed) if PLACE in body else f"{body}\n\n{listed}"


def _line(point):
    return f"{point.text}, attendu pour le {date_fr(point.due_on)}" if point.due_on else point.text


def point_letters(points):
    """(letters, refused): one letter an owner, and `(point, why not)` for the others. Writes nothing."""
    today, letters, refused = timezone.localdate(), {}, []
    rows = points.for_list().annotate(is_withheld=withheld_points()).by_date()
    for point in rows:
        recipient = _recipient(point)
        why = _why_not(point, recipient, today)
        if why:
            refused.append((point, why))
        else:
            letters.setdefault(recipient.email.lower(), PointLetter(recipient)).points.append(point)
    return list(letters.values()), refused


def _recipient(point):
    if point.mandate_id:
        return Recipient.of(point.mandate.person)
    return Recipient(point.organisation.name, point.organisation.email)


def _why_not(point, recipient, today):
    is_told = point.mandate_id is not None and point.mandate.role in TOLD_ROLES
    if point.is_withheld and not is_told:
        return NOT_TOLD
    if not recipient.email:
        return NO_ADDRESS
    return TODAY if point.reminded_on == today else ""


@transaction.atomic
def remind_action_points(*, cite, keys, subject, body, actor):
    """One letter for each owner of the open points `keys`; returns the letters that left.

    What was reminded today, by a first click or by somebody else, is not a second time. Raises `PartnersError` when
    an address is not usable; nothing is then sent.
    """
    lock_row(cite)
    letters, _ = point_letters(ActionPoint.objects.to_do().filter(cite=cite, pk__in=keys))
    today = timezone.localdate()
    for letter in letters:
        send_message(
            kind=MessageKind.REMINDER,
            subject=subject,
            body=letter.text(body),
            recipients=[letter.recipient],
            actor=actor,
            cite=cite,
            reply_to=actor.email,
        )
        for point in letter.points:
            point.reminded_on = today
            point.save(update_fields=["reminded_on"])
        sentences = [(point, f"{actor} a relancé {point.owner}\u00a0: {point.text}.") for point in letter.points]
        journal.record_many(cite_id=cite.pk, actor=actor, verb="action_point.reminded", subjects=sentences)
    return letters
