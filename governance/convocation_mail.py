"""What goes with a message about a convocation: the letter, and the entry of the recipient's calendar."""

from cite_educative.common.uploads import MEGABYTE
from cite_educative.documents.enums import State
from governance.enums import ConvocationLetter
from governance.meeting_calendar import calendar_text
from governance.models import ConvocationMessage
from governance.services.papers import GIVEN_UP
from partners.enums import MessageKind
from partners.services import AttachmentsPending, PartnersError, attacher

UNMADE = (
    "La pièce jointe n’a pas pu être préparée en PDF\u00a0: relancez-la depuis la page de la réunion, puis renvoyez ce "
    "message."
)
MAX_ATTACHED = 10 * MEGABYTE  # past which the usual mail servers refuse a message, once encoded
TOO_BIG = (
    "La pièce jointe dépasse 10\u00a0Mo, ce que beaucoup de messageries refusent\u00a0: allégez ses annexes, puis "
    "préparez-la de nouveau."
)
GONE = "La réunion est annulée ou reportée\u00a0: cette convocation ne part plus."


@attacher(MessageKind.CONVOCATION)
def convocation_attachments(delivery):
    """The calendar names this recipient alone: nobody reads the addresses of the others."""
    rows = ConvocationMessage.objects.select_related("convocation__paper", "convocation__meeting__body__cite")
    sent = rows.get(message=delivery.message_id)
    convocation, content = sent.convocation, sent.convocation.paper.content
    is_cancelled = sent.letter == ConvocationLetter.CANCELS
    if not is_cancelled and convocation.meeting.status in GIVEN_UP:
        raise PartnersError(GONE)
    method = "CANCEL" if is_cancelled else "REQUEST"
    calendar = calendar_text(
        convocation.meeting,
        content,
        method=method,
        sequence=convocation.paper.number - (not is_cancelled),
        stamp=delivery.message.created_at,
        organiser=content["organiser"],
        attendee={"name": delivery.name, "email": delivery.email},
    )
    entry = ("reunion.ics", calendar, f"text/calendar; method={method}")
    return [entry] if is_cancelled else [pdf_of(convocation.paper), entry]


def pdf_of(paper):
    """Raises `AttachmentsPending` while it is made, `PartnersError` when it could not be or is too big."""
    file = paper.files.select_related("file").get(file__format="pdf").file
    if file.is_pending:
        raise AttachmentsPending
    if file.state == State.FAILED:
        raise PartnersError(UNMADE)
    if file.size > MAX_ATTACHED:
        raise PartnersError(TOO_BIG)
    with file.file.open("rb") as content:
        return file.filename, content.read(), "application/pdf"
