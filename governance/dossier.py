"""To whom the dossier of a meeting is sent, in which version, what the message says, and who got it."""

from dataclasses import dataclass

from django.utils import timezone

from cite_educative.common.dates import date_fr
from governance.convocation_content import Called, called
from governance.enums import PaperKind
from governance.models import Invitee, PaperMessage
from governance.permissions import amount_readers
from partners.models import Mandate


@dataclass(frozen=True)
class Reader(Called):
    """Somebody the dossier may be sent to. Who does not read amounts gets the version without them."""

    reads_amounts: bool = False
    is_guest: bool = False

    @property
    def joined(self):
        return (PaperKind.DOSSIER if self.reads_amounts else PaperKind.MEMBERS).label


def readers_of(meeting):
    """Those of the convocation in force, or else the members of the body that day, in protocol order.

    Their roles of today say who reads amounts. An address that is also the one of somebody who reads none gets none.
    """
    invitees = list(Invitee.objects.in_force(meeting))
    guests = {one.mandate.person_id for one in invitees if one.is_guest}
    lines = called([one.mandate for one in invitees] or _members(meeting))
    entitled = amount_readers(meeting.body.cite_id)
    shut = {line.person.email.lower() for line in lines if line.person.pk not in entitled} - {""}
    return [
        Reader(
            **vars(line),
            reads_amounts=line.person.pk in entitled and not shut & {line.email.lower(), line.copy_to.lower()},
            is_guest=line.person.pk in guests,
        )
        for line in lines
    ]


def _members(meeting):
    on = timezone.localdate(meeting.starts_at)
    return Mandate.objects.active(on).filter(memberships__body=meeting.body).in_protocol_order()


def awaited(dossier, readers):
    """The keys of the members to whom this version has not left yet: those ticked at first."""
    messages = PaperMessage.objects.filter(paper__meeting=dossier.meeting_id, paper__number=dossier.number)
    served = set(messages.values_list("message__deliveries__person", flat=True))
    return {one.person.pk for one in readers if not one.is_guest} - served


# --- What the message says --------------------------------------------------------------------------


def dossier_letter(dossier, title, sender):
    version = f", version {dossier.number}" if dossier.number > 1 else ""
    said = [
        "Madame, Monsieur,",
        f"Vous trouverez ci-joint le dossier de séance de la réunion «\u00a0{title}\u00a0».",
        f"Cordialement,\n\n{sender}\nCité éducative {dossier.meeting.body.cite}",
    ]
    return {"subject": f"Dossier de séance{version}\u00a0: {title}"[:200], "body": "\n\n".join(said)}


def attached_words(dossier, kind):
    """The last line of a message: what is attached, and which version sent before it replaces."""
    words = f"Pièce jointe\u00a0: {PaperKind(kind).label}, version {dossier.number}."
    rows = PaperMessage.objects.filter(paper__meeting=dossier.meeting_id, paper__kind=kind)
    former = rows.filter(paper__number__lt=dossier.number).select_related("paper", "message").first()
    if former:
        sent_on = date_fr(timezone.localdate(former.message.created_at))
        words += f" Elle annule et remplace la version {former.paper.number}, envoyée le {sent_on}."
    return words


def kinds_of(readers):
    return [
        kind
        for kind, reads in ((PaperKind.DOSSIER, True), (PaperKind.MEMBERS, False))
        if any(one.reads_amounts == reads for one in readers)
    ]


# --- Who got it -------------------------------------------------------------------------------------


def sendings(meeting):
    """For the team, the last one first."""
    rows = PaperMessage.objects.filter(paper__meeting=meeting).select_related("paper", "message")
    return [
        {
            "label": f"{row.paper.get_kind_display()}, version {row.paper.number}",
            "when": date_fr(timezone.localdate(row.message.created_at)),
            "people": [
                {"name": one.name, "email": one.email, "state": one.get_state_display(), "error": one.error}
                for one in sorted(row.message.deliveries.all(), key=lambda one: one.pk)
            ],
        }
        for row in rows.prefetch_related("message__deliveries")
    ]


def unreachable(meeting):
    """Who has to be given the dossier on paper, with the reason."""
    return [f"{one.person.formal_name} ({one.missing})" for one in readers_of(meeting) if one.missing]
