"""Ready strings for the pages of written consultations."""

from django.urls import reverse
from django.utils import timezone

from cite_educative.common.dates import date_fr
from governance.enums import AnswerHow, Verdict
from governance.tables import effect_lines, status

VERDICT_CODES = {
    Verdict.FAVOURABLE: "favorable",
    Verdict.RESERVED: "reserve",
    Verdict.UNFAVOURABLE: "defavorable",
    Verdict.ABSTAINED: "preparation",
}


def line(consultation, reads_answers):
    """One consultation of a list; it comes `with_answers`, its body and decision."""
    return {
        "url": reverse("governance:consultation", args=[consultation.pk]),
        "title": consultation.decision.title,
        "reference": consultation.decision.reference,
        "body": consultation.body.label,
        "status": status(consultation),
        "deadline": date_fr(consultation.deadline),
        "answers": f"{consultation.nb_answers} sur {consultation.nb_voices}"
        if reads_answers and consultation.nb_voices
        else "–",
        "left": days_left(consultation),
    }


def days_left(consultation):
    if not consultation.is_open:
        return ""
    days = (consultation.deadline - timezone.localdate()).days
    if days < 0:
        return "échéance passée"
    if days == 0:
        return "dernier jour"
    return f"encore {days} jour{'s' if days > 1 else ''}"


def facts(consultation):
    silence = consultation.body.silence_agrees if consultation.is_draft else consultation.silence_agrees
    left = days_left(consultation)
    found = [
        ("Instance", consultation.body.label),
        ("Ouverte le", date_fr(consultation.opened_on) if consultation.opened_on else ""),
        ("Échéance", date_fr(consultation.deadline) + (f", {left}" if left else "")),
        ("Silence", silence_rule(silence)),
        ("Close le", date_fr(timezone.localdate(consultation.closed_at)) if consultation.closed_at else ""),
    ]
    return [{"label": label, "value": value, "url": ""} for label, value in found if value]


def silence_rule(agrees):
    return "vaut accord à l’échéance" if agrees else "ne vaut pas accord"


def effects(consultation):
    rows = consultation.decision.effects.select_related("action", "funding__source")
    return effect_lines(rows)


def answers(consultation, *, own, is_team):
    """One line per voice, with where it is given: the own one by who sits, any by the team."""
    rows = consultation.answers.in_protocol_order().select_related("entered_by__person")
    return [_answer(row, consultation.is_open and (is_team or row.pk in own), row.pk in own) for row in rows]


def _answer(row, can_give, is_own):
    verb = "Corriger" if row.answered_on else "Répondre" if is_own else "Saisir la réponse"
    said = row.get_how_display()
    if row.how == AnswerHow.ENTERED:
        said = f"reçue {row.received}, enregistrée par {row.entered_by}"
    return {
        "label": row.label,
        "side": row.side.label if row.organisation_id else "",
        "verdict": row.get_verdict_display() or "en attente",
        "code": VERDICT_CODES.get(row.verdict, "attendu"),
        "comment": row.comment,
        "when": f"{row.name}, le {date_fr(row.answered_on)}, {said}" if row.answered_on else "",
        "url": reverse("governance:consultation_answer", args=[row.pk]) if can_give else "",
        "verb": verb,
    }


def ratified(consultation):
    """Where it is ratified, or will be; None while it is on no agenda."""
    item = consultation.ratification
    if item is None:
        return None
    words = "À ratifier"
    if item.meeting.is_over:
        words = "Ratifiée" if item.decisions.adopted().exists() else "À l’ordre du jour, sans décision"
    return {"url": reverse("governance:meeting", args=[item.meeting_id]), "words": f"{words}\u00a0: {item.meeting}"}
