"""What the relevé of a written consultation prints: strings, frozen when it is closed."""

from django.utils import timezone

from cite_educative.common.dates import date_fr
from governance.content import cite_lines, decision_effects
from governance.enums import AnswerHow


def consultation_content(consultation, answers):
    """`answers` in protocol order; positions are printed only when the body says so."""
    body, decision = consultation.body, consultation.decision
    given = sum(1 for answer in answers if answer.answered_on)
    return {
        **cite_lines(body.cite),
        "body": body.label,
        "reference": decision.reference,
        "title": decision.title,
        "text": decision.text,
        "presentation": consultation.presentation,
        "opened_on": date_fr(consultation.opened_on),
        "deadline": date_fr(consultation.deadline),
        "closed_on": date_fr(timezone.localdate(consultation.closed_at)),
        "pieces": [str(piece) for piece in consultation.pieces.all()],
        "silence_agrees": consultation.silence_agrees,
        "is_adopted": consultation.is_adopted,
        "is_agreed": decision.is_agreed,
        "prints_positions": body.prints_positions,
        "nb_voices": str(len(answers)),
        "nb_given": str(given),
        "has_given": given > 0,
        "is_plural": given > 1,
        "answers": [_answer(answer, consultation) for answer in answers],
        "effects": decision_effects(decision),
    }


def _answer(answer, consultation):
    body = consultation.body
    voice = answer.side.label + (f" ({answer.organisation.name})" if answer.organisation_id else "")
    if answer.answered_on is None:
        silence = ", valant accord" if consultation.silence_agrees else ""
        said = f"sans réponse à l’échéance{silence}"
        return {"voice": voice, "name": "", "when": said, "verdict": "", "comment": ""}
    said = f"reçue {answer.received}" if answer.how == AnswerHow.ENTERED else answer.get_how_display()
    return {
        "voice": voice,
        "name": answer.name,
        "when": f"{date_fr(answer.answered_on)}, {said}",
        "verdict": answer.get_verdict_display() if body.prints_positions else "",
        "comment": answer.comment if body.prints_positions else "",
    }
