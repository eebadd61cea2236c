"""Closing a written consultation: same numbers, same locks and same effects as a meeting's."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cite_educative.common.dates import date_fr
from cite_educative.documents.services import request_file
from governance.consultation_content import consultation_content
from governance.enums import DecisionStatus
from governance.models import Consultation, ConsultationFile, ConsultationRecord, Position
from governance.services.closing import adopt, closing_values, gather
from governance.services.consultation_answers import is_agreed
from governance.services.consultations import lock_consultation, record, stop_links

CONSULTATION_KIND = "governance.consultation"
FORMATS = ("pdf", "docx")


def _drafts(consultation):
    return list(consultation.body.decisions.filter(pk=consultation.decision_id, status=DecisionStatus.DRAFT))


def consultation_preview(consultation):
    """What adopting would write now, and what prevents it. Writes nothing."""
    return gather(_drafts(consultation), lock=False)


def why_not_yet(consultation, answers):
    """What is missing to close it; "" when it may be closed."""
    awaited = [answer.label for answer in answers if answer.answered_on is None]
    if awaited and consultation.deadline >= timezone.localdate():
        return (
            f"Réponses attendues jusqu’au {date_fr(consultation.deadline)}\u00a0: {', '.join(awaited)}. "
            "La consultation se clôt après cette date, ou dès que tous ont répondu."
        )
    if len(awaited) == len(answers) and not consultation.silence_agrees:
        return "Personne n’a répondu et le silence ne vaut pas accord\u00a0: annulez la consultation, ou inscrivez ce point à une réunion."
    return ""


@transaction.atomic
def close_consultation(consultation, *, actor, adopted, acknowledgement=""):
    """Adopt the decision with its effects, or record that it is not adopted; freeze the relevé and ask for its files.

    All or nothing. Raises `TransitionError` when it is not open (a second click), `ValidationError` when answers are
    still awaited, `ClosingRefused`, `AcknowledgementNeeded`.
    """
    row = lock_consultation(consultation)
    Consultation.TRANSITIONS["adopt" if adopted else "refuse"].check(row.status)
    answers = list(row.answers.in_protocol_order().select_related("entered_by"))
    missing = why_not_yet(row, answers)
    if missing:
        raise ValidationError(missing)
    values = {}
    row.decision.is_agreed = adopted and is_agreed(answers, row.silence_agrees)
    row.decision.save(update_fields=["is_agreed"])
    _keep_positions(row, answers)
    if adopted:
        today = timezone.localdate()
        preview = adopt(row.body, lambda: _drafts(row), on=today, actor=actor, acknowledgement=acknowledgement)
        values = closing_values(preview, acknowledgement)
    row.move("adopt" if adopted else "refuse", actor=actor, closed_at=timezone.now())
    row.decision.refresh_from_db()
    stop_links(row)
    record(row, actor, "closed", f"a clos, {'adoptée' if adopted else 'non adoptée'},", after=values)
    return _issue(row, answers, actor)


def _keep_positions(consultation, answers):
    Position.objects.bulk_create(
        Position(
            decision=consultation.decision,
            side=answer.side,
            organisation=answer.organisation,
            verdict=answer.verdict,
            comment=answer.comment,
            entered_by=answer.entered_by,
        )
        for answer in answers
        if answer.answered_on
    )


def _issue(consultation, answers, actor):
    issued = ConsultationRecord.objects.create(
        consultation=consultation,
        number=1,
        content=consultation_content(consultation, answers),
        issued_at=timezone.now(),
        issued_by=actor,
    )
    name = consultation.decision.reference or f"consultation-{consultation.pk}"
    for format_ in FORMATS:
        file = request_file(
            kind=CONSULTATION_KIND,
            format=format_,
            title=f"Relevé de la consultation écrite {consultation.decision.reference}".strip(),
            filename=f"releve-consultation-{name}.{format_}",
            cite_id=consultation.body.cite_id,
            author=actor,
        )
        ConsultationFile.objects.create(record=issued, file=file)
    return issued
