"""What goes with a message to a body: the dossier, or its version without amounts; nothing for the other messages."""

from governance.convocation_mail import pdf_of
from governance.models import PaperMessage
from partners.enums import MessageKind
from partners.services import attacher


@attacher(MessageKind.BODY)
def dossier_attachments(delivery):
    sent = PaperMessage.objects.filter(message=delivery.message_id).select_related("paper").first()
    return [pdf_of(sent.paper)] if sent else []
