"""The referents' network: the "point commune" and the letters to its members."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from actions.services import share_with_network
from cite_educative.common import journal
from cite_educative.common.once import lock_row
from cite_educative.documents.services import request_file
from governance.commune_content import commune_content
from governance.models import CommunePoint, CommunePointFile
from partners.enums import MessageKind
from partners.services import Recipient, same_letter, send_message

POINT_KIND = "governance.commune_point"
FORMATS = ("pdf", "docx")
SAME_LETTER = timedelta(hours=1)
VARYING = ("made_on", "made_by")


@transaction.atomic
def make_commune_point(*, cite, commune, year, actor):
    """Freeze what the commune's referent may read today and ask for its PDF and DOCX.

    (point, created): when nothing changed since the last one, that one is returned and nothing is written.
    """
    lock_row(cite)
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
        sentence=f"{actor} a établi le point de la commune «\u00a0{commune}\u00a0», exercice {year}.",
    )
    return point, True


def _unchanged(content, earlier):
    return all(content[key] == earlier.get(key) for key in content if key not in VARYING)


@transaction.atomic
def write_to_network(*, cite, subject, body, persons, actor, shared=None):
    """(message, created). The same letter to the same persons within the hour leaves once: a second click finds it.

    `shared`, an exchange or a document, becomes readable by the network. Raises `PartnersError` when somebody has no usable address; nothing is then written.
    """
    lock_row(cite)
    letter = {
        "kind": MessageKind.NETWORK,
        "subject": subject,
        "body": body,
        "recipients": [Recipient.of(person) for person in persons],
        "actor": actor,
        "cite": cite,
    }
    earlier = same_letter(**letter, within=SAME_LETTER)
    if earlier:
        return earlier, False
    message = send_message(**letter, reply_to=actor.email)
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
