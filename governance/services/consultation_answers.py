"""What each side answers to a written consultation: signed in, by a link without account, or entered by the team."""

from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from governance.enums import AnswerHow, Verdict
from governance.models import ConsultationAnswer
from governance.services.consultations import links_of, lock_consultation
from partners.enums import Gesture, MessageKind
from partners.models import Mandate
from partners.services import LinkError, Recipient, issue_link, same_letter, send_message, use_link


@transaction.atomic
def answer_consultation(answer, *, actor, how, verdict, name, comment="", answered_on=None, received="", version=None):
    """Give or correct one voice's position, until the deadline. The same answer sent twice is written once.

    `answered_on` is the day of the fact: the team enters later what it received in time. Raises `TransitionError`
    once the consultation is not open, `ValidationError`, `ConflictError` when somebody answered since `version`.
    """
    consultation = lock_consultation(answer.consultation)
    if not consultation.is_open:
        raise TransitionError(why_closed(consultation))
    row = ConsultationAnswer.objects.select_related("side", "organisation").get(pk=answer.pk)
    said = {"verdict": verdict, "comment": comment, "name": name, "how": how, "received": received}
    on = answered_on or timezone.localdate()
    if all(getattr(row, field) == value for field, value in said.items()) and row.answered_on:
        return row
    if version is not None and row.version != version:
        raise ConflictError(row)
    _check_day(consultation, on)
    before = {"verdict": row.verdict, "comment": row.comment, "name": row.name}
    for field, value in said.items():
        setattr(row, field, value)
    row.answered_on, row.entered_by, row.entered_at = on, actor, timezone.now()
    row.version += 1
    row.full_clean()
    row.save()
    _record(consultation, row, actor, before)
    return row


def _check_day(consultation, on):
    if on > consultation.deadline:
        raise ValidationError(
            f"L’échéance est passée depuis le {date_fr(consultation.deadline)}\u00a0: une position donnée après ne "
            "compte pas. Dites-la à la réunion qui ratifiera."
        )
    if not consultation.opened_on <= on <= timezone.localdate():
        raise ValidationError({"answered_on": f"Donnez une date du {date_fr(consultation.opened_on)} à aujourd’hui."})


def _record(consultation, answer, actor, before):
    gave = "a corrigé sa position sur" if before["verdict"] else "a répondu à"
    sentence = f"{answer.label} {gave} {_named(consultation)}."
    if answer.how == AnswerHow.ENTERED:
        sentence = (
            f"{actor} a enregistré la position de {answer.label}, reçue {answer.received}, sur {_named(consultation)}."
        )
    journal.record(
        cite_id=consultation.body.cite_id,
        actor=actor,
        verb="consultation.answered",
        subject=answer,
        sentence=sentence,
        before=before,
        after={"verdict": answer.verdict, "comment": answer.comment, "name": answer.name},
    )


def _named(consultation):
    return f"la consultation écrite «\u00a0{consultation.decision.title}\u00a0»"


def why_closed(consultation):
    """Why nobody answers it; "" while it is open and its deadline has not passed."""
    if consultation.is_draft:
        return "Cette consultation n’est pas encore ouverte."
    if consultation.status == "cancelled":
        return (
            "Cette consultation a été annulée\u00a0: aucune réponse n’est plus attendue. Merci de votre disponibilité."
        )
    if consultation.is_closed:
        day = date_fr(timezone.localdate(consultation.closed_at))
        return f"Cette consultation a été close le {day}\u00a0: les positions ne changent plus."
    if consultation.deadline < timezone.localdate():
        return f"L’échéance est passée depuis le {date_fr(consultation.deadline)}\u00a0: les réponses sont closes."
    return ""


def voice_answer(consultation, side, organisation=None):
    """The awaited or given answer of one voice. Raises `ValidationError` for somebody who does not sit."""
    answer = consultation.answers.filter(side=side, organisation=organisation).first()
    if answer is None:
        who = organisation.name if organisation else side.label
        raise ValidationError(f"{who} ne siège pas dans «\u00a0{consultation.body.label}\u00a0».")
    return answer


def own_answers(user, consultation):
    """Those that the user may give, by a seat held today in the body."""
    mandates = Mandate.objects.active(user.access.today).filter(
        person=user.person_id, memberships__body=consultation.body_id
    )
    seats = set(mandates.values_list("side", "organisation"))
    sides = {side for side, _ in seats}
    rows = consultation.answers.in_protocol_order()
    return [
        row
        for row in rows
        if row.side_id in sides and (row.organisation_id is None or (row.side_id, row.organisation_id) in seats)
    ]


# --- By a link ------------------------------------------------------------------------------------


def answer_of(link):
    """The answer that a link asks for. Raises `LinkError` when nobody may give it any more."""
    rows = ConsultationAnswer.objects.select_related(
        "side", "organisation", "consultation__body__cite", "consultation__decision"
    )
    answer = rows.filter(pk=link.subject_pk).first()
    if answer is None:
        raise LinkError("Cette consultation n’existe plus. Merci de votre disponibilité.")
    refusal = why_closed(answer.consultation)
    if refusal:
        raise LinkError(refusal)
    return answer


@transaction.atomic
def answer_by_link(link, answer, *, verdict, comment, version):
    """Raises `LinkError`, `ConflictError`, `ValidationError`, `TransitionError`."""
    use_link(link)
    return answer_consultation(
        answer,
        actor=link.created_by,
        how=AnswerHow.LINK,
        verdict=verdict,
        comment=comment,
        name=link.name,
        version=version,
    )


def askable(consultation):
    """(answer, person) for everybody who may speak for a voice today, in protocol order."""
    mandates = Mandate.objects.active().filter(memberships__body=consultation.body_id, side__isnull=False)
    people = {}
    for mandate in mandates.in_protocol_order():
        people.setdefault((mandate.side_id, mandate.organisation_id), []).append(mandate.person)
        people.setdefault((mandate.side_id, None), []).append(mandate.person)
    return [
        (answer, person)
        for answer in consultation.answers.in_protocol_order()
        for person in dict.fromkeys(people.get((answer.side_id, answer.organisation_id), ()))
    ]


@transaction.atomic
def ask_answers(*, consultation, asked, subject, body, actor):
    """Send the text with each one's own link, until the end of the last day. Returns the message.

    `asked`: (answer, person) pairs, some of `askable`. Raises `PartnersError` when somebody has no usable address,
    `TransitionError` when nobody may answer; nothing is then written. A second click finds the letter of the first.
    """
    row = lock_consultation(consultation)
    refusal = why_closed(row)
    if refusal:
        raise TransitionError(refusal)
    letter = {"kind": MessageKind.REQUEST, "subject": subject, "body": body, "actor": actor, "cite": row.body.cite}
    earlier = same_letter(**letter, recipients=[Recipient.of(person) for _, person in asked], links=links_of(row))
    if earlier:
        return earlier
    end = timezone.make_aware(datetime.combine(row.deadline + timedelta(days=1), time.min))
    recipients = [
        Recipient.of(
            person,
            issue_link(
                gesture=Gesture.CONSULTATION,
                email=person.email,
                name=person.formal_name,
                person=person,
                actor=actor,
                cite=row.body.cite,
                subject=answer,
                life=end - timezone.now(),
            ),
        )
        for answer, person in asked
    ]
    message = send_message(**letter, recipients=recipients, reply_to=actor.email)
    journal.record(
        cite_id=row.body.cite_id,
        actor=actor,
        verb="consultation.asked",
        subject=row,
        sentence=f"{actor} a écrit à {len(recipients)} personne{'s' if len(recipients) > 1 else ''} pour {_named(row)}.",
    )
    return message


def is_agreed(answers, silence_agrees):
    """Whether all said yes, without reserve; silence is a yes only by the rule of the body."""
    return all(
        answer.verdict == Verdict.FAVOURABLE or (silence_agrees and answer.answered_on is None) for answer in answers
    )
