"""Letters about what a closed meeting decided: who is written to, and the text that is prepared."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.dates import date_fr
from governance.enums import DecisionStatus, MeetingStatus, NoticeKind
from governance.minutes_page import members, one_each, quality_of
from governance.models import DecisionEffect, MeetingMessage, Minutes
from governance.network import Addressee
from partners.enums import Role
from partners.models import Mandate

HEADINGS = {
    NoticeKind.MEMBERS: "Annoncer le relevé aux membres",
    NoticeKind.HOLDERS: "Prévenir les porteurs concernés",
}
NOBODY = {
    NoticeKind.MEMBERS: "Personne ne siège aujourd’hui dans cette instance.",
    NoticeKind.HOLDERS: "Aucun porteur d’une action décidée dans cette séance n’a de contact.",
}


def notice_addressees(meeting, kind):
    if kind == NoticeKind.HOLDERS:
        return [Addressee(mandate.person, quality_of(mandate)) for mandate in one_each(_holders(meeting))]
    minutes = Minutes.objects.with_secrecy().filter(meeting=meeting).first()
    return members(meeting.body, is_kept_back=minutes is None or minutes.is_kept_back)


def _holders(meeting):
    decided = DecisionEffect.objects.filter(decision__meeting=meeting, decision__status=DecisionStatus.ADOPTED)
    mandates = Mandate.objects.active().filter(
        cite=meeting.body.cite_id, role=Role.HOLDER, organisation__in=decided.values("action__holder")
    )
    return mandates.in_protocol_order()


def notice_letter(meeting, kind, title, sender):
    """{subject, body}. Nothing of what was decided is in the text: each reads what she or he may."""
    day = date_fr(timezone.localdate(meeting.starts_at))
    if kind == NoticeKind.MEMBERS:
        page = settings.SITE_URL + reverse("governance:meeting", args=[meeting.pk])
        subject = f"Relevé de décisions disponible\u00a0: {title}"
        said = [
            f"Le relevé de décisions de la réunion «\u00a0{title}\u00a0» est disponible.",
            f"Il se lit et se télécharge ici\u00a0: {page}",
        ]
    else:
        page = settings.SITE_URL + reverse("actions:list")
        subject = f"Votre action a été examinée le {day}"
        said = [
            f"Une action que vous portez a été examinée le {day} ({meeting.body.label}).",
            "Chaque financeur vous notifiera sa décision par son propre acte\u00a0: ce message n’en tient pas lieu, et "
            "aucune dépense ne peut s’appuyer sur lui.",
            f"L’état de votre dossier se lit ici\u00a0: {page}",
        ]
    closing = f"Cordialement,\n\n{sender}\nCité éducative {meeting.body.cite}"
    return {"subject": subject[:200], "body": "\n\n".join(["Madame, Monsieur,", *said, closing])}


def notice_lines(meeting):
    """For the page of a closed meeting: each prepared letter, and when it left."""
    url = reverse("governance:meeting_notify", args=[meeting.pk])
    rows = MeetingMessage.objects.filter(meeting=meeting).select_related("message")
    sent = {}
    for row in rows.prefetch_related("message__deliveries"):
        day = date_fr(timezone.localdate(row.message.created_at))
        number = row.message.deliveries.count()
        sent.setdefault(row.kind, []).append(f"parti le {day}, {number} destinataire{'s' if number > 1 else ''}")
    is_published = meeting.status == MeetingStatus.PUBLISHED
    return [
        {
            "label": HEADINGS[kind],
            "url": f"{url}?a={kind}" if is_published or kind == NoticeKind.HOLDERS else "",
            "sent": sent.get(kind, []),
        }
        for kind in NoticeKind
    ]
