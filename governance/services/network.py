"""The referents' network: the "point commune" and the letters to its members."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from actions.services import share_with_network
from cite_educative.common import journal
from cite_educative.documents.services import request_file
from governance.commune_content import commune_content
from governance.models import CommunePoint, CommunePointFile
from partners.enums import MessageKind
from partners.models import Cite, OutgoingMessage
from partners.services import Recipient, send_message

POINT_KIND = "governance.commune_point"
FORMATS = ("pdf", "docx")
SAME_LETTER = timedelta(hours=1)
VARYING = ("made_on", "made_by")


@transaction.atomic
def make_commune_point(*, cite, commune, year, actor):
    """Freeze what the commune's referent may read today and ask for its PDF and DOCX.

    (point, created): when nothing changed since the last one, that one is returned and nothing is written.
    """
    Cite.objects.select_for_update(of=("self",)).get(pk=cite.pk)
    today = timezone.localdate()
    content = commune_content(cite, commune, year, made_on=today, made_by=actor)
    last = CommunePoint.objects.filter(cite=cite, commune=commune, budget_year=year).first()
    if last and _unchanged(content, last.content):
        return last, False
    point = CommunePoint.objects.create(cite=cite, commune=commune, budget_year=year, content=content, made_by=actor)
    for format_ in FORMATS:
        file = request_file(
            kind=POINT_KIND,
            format=format_,
            title=f"Point commune, {commune}, {content['made_on']}",
            filename=f"point-commune-{slugify(commune.name)}-{today:%Y-%m-%d}.{format_}",
            cite_id=cite.pk,
            author=actor,
        )
        CommunePointFile.objects.create(point=point, file=file)
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="commune_point.made",
        subject=point,
        sentence=f"{actor} a établi le point de la commune de {commune}, exercice {year}.",
    )
    return point, True


def _unchanged(content, earlier):
    return all(content[key] == earlier.get(key) for key in content if key not in VARYING)


@transaction.atomic
def write_to_network(*, cite, subject, body, persons, actor, shared=None):
    """(message, created). The same letter to the same persons within the hour leaves once: a second click finds it.

    `shared`, an exchange or a document, becomes readable by the network. Raises `PartnersError` when somebody has no usable address; nothing is then written.
    """
    Cite.objects.select_for_update(of=("self",)).get(pk=cite.pk)
    recipients = [Recipient.of(person) for person in persons]
    earlier = _same_letter(cite, subject, body, recipients, actor)
    if earlier:
        return earlier, False
    message = send_message(
        kind=MessageKind.NETWORK,
        subject=subject,
        body=body,
        recipients=recipients,
        actor=actor,
        cite=cite,
        reply_to=actor.email,
    )
    if shared is not None:
        share_with_network(shared, actor=actor)
    number = message.deliveries.count()
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="network.written",
        subject=message,
        sentence=f"{actor} a écrit au réseau des référents, {number} destinataire{'s' if number > 1 else ''}"
        f"\u00a0: «\u00a0{message.subject}\u00a0».",
    )
    return message, True


def _same_letter(cite, subject, body, recipients, actor):
    addresses = {recipient.email.lower() for recipient in recipients}
    recent = OutgoingMessage.objects.filter(
        cite=cite,
        kind=MessageKind.NETWORK,
        sent_by=actor,
        subject=subject,
        body=body,
        created_at__gt=timezone.now() - SAME_LETTER,
    )
    for message in recent.prefetch_related("deliveries"):
        if {delivery.email.lower() for delivery in message.deliveries.all()} == addresses:
            return message
    return None
