"""Written consultations: what a pilot has not answered, what the lead may close, publish or take to a meeting."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.dates import date_fr
from cite_educative.home.awaiting.task import DECIDE, VALIDATE, Task, delay
from governance.enums import ConsultationStatus
from governance.models import Consultation
from governance.services import own_answers


def to_answer(user, cite):
    today = timezone.localdate()
    rows = Consultation.objects.visible_to(user).filter(
        body__cite=cite, status=ConsultationStatus.OPEN, deadline__gte=today
    )
    for consultation in rows.select_related("body", "decision").order_by("deadline", "pk"):
        for answer in own_answers(user, consultation):
            if answer.answered_on is None:
                yield Task(
                    DECIDE,
                    consultation.decision.title,
                    f"Consultation écrite, {consultation.body.label}, pour {answer.label}. "
                    f"Réponse attendue jusqu’au {date_fr(consultation.deadline)}.",
                    reverse("governance:consultation_answer", args=[answer.pk]),
                    "Répondre",
                    *delay(consultation.deadline, today),
                )


def to_close(cite):
    """For the lead: what may be closed, then what is closed and not published to the members."""
    unpublished = Q(closed_at__isnull=False, published_at__isnull=True)
    rows = Consultation.objects.filter(Q(status=ConsultationStatus.OPEN) | unpublished, body__cite=cite)
    rows = rows.with_answers().select_related("body", "decision").order_by("closed_at", "deadline", "pk")
    tasks = [_to_publish(row) if row.closed_at else _to_close(row, timezone.localdate()) for row in rows]
    return [task for task in tasks if task]


def _to_close(consultation, today):
    number, whole = consultation.nb_answers, consultation.nb_voices
    if number < whole and consultation.deadline >= today:
        return None
    detail = "Tous les pilotes ont répondu." if number == whole else f"Échéance passée, {number} réponses sur {whole}."
    return Task(
        DECIDE,
        consultation.decision.title,
        f"Consultation écrite, {consultation.body.label}. {detail}",
        reverse("governance:consultation_close", args=[consultation.pk]),
        "Clore",
        "attendu",
        "à clore",
    )


def _to_publish(consultation):
    return Task(
        VALIDATE,
        consultation.decision.title,
        "Le résultat de la consultation écrite est prêt à publier aux membres.",
        reverse("governance:consultation", args=[consultation.pk]),
        "Publier",
        "attendu",
        "à publier",
    )
