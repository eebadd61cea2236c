"""Opinions on a request: asked by letter, given once. Their lines in the journal are about the opinion, not the
action: the holder and the referents, who read the action's, never meet them."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.enums import NOT_APPRAISED, ActionStatus
from actions.models import Opinion, OpinionScore
from actions.services.reminders import life_of
from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.once import just_written, lock_row
from cite_educative.common.transitions import TransitionError
from partners.enums import Gesture, MessageKind
from partners.models import AccessLink
from partners.services import LinkError, Recipient, issue_link, revoke_links, same_letter, send_message, use_link

BY_LINK = "par le lien envoyé"


@transaction.atomic
def ask_opinions(*, action, asked, question, due_on, subject, body, actor):
    """Write one awaited opinion per `asked` and send the letter, each recipient with its own link.

    `asked` are unsaved `Opinion` (side or source, person or none, name, email). Raises `PartnersError` when
    somebody has no usable address; nothing is then written. A second click finds the letter of the first one.
    """
    lock_row(action)
    letter = {"kind": MessageKind.REQUEST, "subject": subject, "body": body, "actor": actor, "cite": action.cite}
    links = AccessLink.objects.filter(pk__in=action.opinions.values("link"))
    earlier = same_letter(**letter, recipients=asked, links=links)
    if earlier:
        return earlier
    recipients = []
    for opinion in asked:
        _check_cite(action, opinion)
        opinion.action, opinion.question, opinion.due_on, opinion.asked_by = action, question, due_on, actor
        opinion.save()
        opinion.link = issue_link(
            gesture=Gesture.OPINION,
            email=opinion.email,
            name=opinion.name,
            person=opinion.person,
            actor=actor,
            cite=action.cite,
            subject=opinion,
            life=life_of(due_on),
        )
        opinion.save(update_fields=["link"])
        until = f" pour le {date_fr(due_on)}" if due_on else ""
        _record(opinion, actor, "asked", f"{actor} a demandé l’avis de {opinion.name} sur {action}{until}.")
        recipients.append(Recipient(opinion.name, opinion.email, opinion.person, opinion.link))
    return send_message(**letter, recipients=recipients, reply_to=actor.email)


@transaction.atomic
def give_opinion(
    opinion, *, actor, verdict, comment, advised, scores=None, given_on=None, given_how="", name="", person=None
):
    """Answer an awaited opinion, once. `name` and `person`: who answers, when it is not who was asked.

    `scores`: `{criterion: score}` of the call's grid, as many as were given. With `given_how`, the team enters what
    it received. Raises `TransitionError` when nobody may give it any more
    (`why_closed`).
    """
    lock_row(opinion.action)
    row = Opinion.objects.select_for_update(of=("self",)).select_related("action").get(pk=opinion.pk)
    refusal = why_closed(row)
    if refusal:
        raise TransitionError(refusal)
    if name:
        row.name, row.person = name, person
    row.given_on = given_on or timezone.localdate()
    row.verdict, row.comment, row.advised, row.given_how, row.entered_by = verdict, comment, advised, given_how, actor
    row.full_clean(exclude=["action", "side", "source"])
    row.save()
    _save_scores(row, scores)
    revoke_links(gestures=[Gesture.OPINION], email=row.email, subject=row)
    _record(row, actor, "given", _given_sentence(row, actor))
    return row


def _save_scores(opinion, scores):
    """Raises `ValidationError` when the action changed call, and thus grid, meanwhile."""
    if any(criterion.call_id != opinion.action.call_id for criterion in scores or ()):
        raise ValidationError(
            "La grille de cette demande vient de changer. Rechargez la page : rien n’est enregistré."
        )
    rows = [
        OpinionScore(opinion=opinion, criterion=criterion, score=score) for criterion, score in (scores or {}).items()
    ]
    for row in rows:
        row.full_clean(exclude=["opinion", "criterion"])
        row.save()


@transaction.atomic
def give_by_link(link, opinion, **answer):
    """Raises `LinkError`, or `TransitionError` when it was given another way meanwhile."""
    use_link(link)
    return give_opinion(opinion, actor=link.created_by, given_how=BY_LINK, **answer)


@transaction.atomic
def enter_opinion(opinion, *, actor, scores=None):
    """Keep an opinion that nobody asked here: the own one, or one received another way, which must then say how.

    `opinion` is an unsaved row with its answer, `scores` those of the grid; a second click finds that of the first one.
    """
    _check_cite(opinion.action, opinion)
    is_own = actor.person_id is not None and opinion.person_id == actor.person_id
    if not is_own and not opinion.given_how.strip():
        raise ValidationError({"given_how": "Dites comment vous l’avez reçu."})
    opinion.asked_by = opinion.entered_by = actor
    opinion.full_clean()
    same = {criterion.pk: score for criterion, score in (scores or {}).items()}
    known = just_written(
        opinion,
        lock=opinion.action,
        at="asked_at",
        alike=lambda row: dict(row.scores.values_list("criterion", "score")) == same,
    )
    if known:
        return known
    opinion.save()
    _save_scores(opinion, scores)
    _record(opinion, actor, "given", _given_sentence(opinion, actor))
    return opinion


@transaction.atomic
def withdraw_opinion(opinion, *, actor):
    """Stop waiting: the row and its link go, the journal keeps the line. Raises `TransitionError` once given."""
    row = Opinion.objects.select_for_update(of=("self",)).get(pk=opinion.pk)
    if row.given_on:
        raise TransitionError("Un avis rendu ne s’efface pas. Une correction est un nouvel avis.")
    revoke_links(gestures=[Gesture.OPINION], email=row.email, subject=row)
    _record(row, actor, "withdrawn", f"{actor} n’attend plus l’avis de {row.name} sur {row.action}.")
    row.delete()


def opinion_of(link):
    """The awaited opinion that a link asks for, with its action. Raises `LinkError`."""
    opinion = Opinion.objects.select_related("action__holder", "action__objective", "side", "source", "asked_by")
    opinion = opinion.filter(pk=link.subject_pk).first()
    if opinion is None:
        raise LinkError("Cet avis n’est plus attendu. Merci de votre disponibilité.")
    refusal = why_closed(opinion)
    if refusal:
        raise LinkError(refusal)
    return opinion


def why_closed(opinion):
    """Why nobody may give this opinion, asked earlier; "" when it is still awaited."""
    action = opinion.action
    if opinion.given_on:
        day = date_fr(opinion.given_on)
        return f"Cet avis a été rendu le {day}. Une correction est un nouvel avis, que l’équipe de la Cité enregistre."
    if action.status not in NOT_APPRAISED:
        return ""
    if action.status == ActionStatus.ABANDONED:
        return "Cette demande a été abandonnée\u00a0: cet avis n’est plus attendu. Merci de votre disponibilité."
    if action.status == ActionStatus.CLOSED:
        return "Cette action est close\u00a0: cet avis n’est plus attendu. Merci de votre disponibilité."
    return (
        "Cette demande est revenue à son porteur, qui la complète\u00a0: aucun avis n’est attendu pour l’instant. "
        "Cette page se rouvrira quand la demande aura été déposée de nouveau."
    )


def _given_sentence(opinion, actor):
    if opinion.given_how and opinion.given_how != BY_LINK:
        return f"{actor} a enregistré l’avis de {opinion.name} sur {opinion.action}, reçu {opinion.given_how}."
    return f"{opinion.name} a rendu son avis sur {opinion.action}."


def _check_cite(action, opinion):
    for row in filter(None, (opinion.side, opinion.source)):
        if row.cite_id != action.cite_id:
            raise ValueError("The side or the source belongs to another Cité.")


def _record(opinion, actor, verb, sentence):
    journal.record(
        cite_id=opinion.action.cite_id, actor=actor, verb=f"opinion.{verb}", subject=opinion, sentence=sentence
    )
