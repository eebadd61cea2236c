"""Points proposed for an agenda: written by whom may propose, answered once by the team."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.locks import lock_version
from cite_educative.common.once import just_written
from cite_educative.common.transitions import TransitionError
from governance.enums import ItemKind, ProposalStatus
from governance.models import AgendaProposal
from governance.services.meetings import add_item

ANSWERED = "Cette proposition a déjà sa réponse."
ANSWERS = {ProposalStatus.POSTPONED: "remis à plus tard", ProposalStatus.DECLINED: "écarté"}


@transaction.atomic
def propose_point(proposal, *, actor):
    """Save a new one; a second click finds it. Raises `ValidationError`."""
    proposal.author = actor
    if proposal.action_id and proposal.action.cite_id != proposal.body.cite_id:
        raise ValueError("The action belongs to another Cité.")
    proposal.full_clean()
    known = just_written(proposal, lock=proposal.body)
    if known:
        return known
    proposal.save()
    asked = f"a noté, proposé par {proposal.received_from}," if proposal.received_from else "a proposé"
    _record(proposal, actor, "proposed", f"{asked} le point «\u00a0{proposal.title}\u00a0»")
    return proposal


def _lock(proposal, version):
    row = lock_version(AgendaProposal.objects.select_related("body", "action"), proposal.pk, version)
    if row.is_settled:
        raise TransitionError(ANSWERED)
    return row


@transaction.atomic
def accept_proposal(proposal, *, meeting, kind=ItemKind.DISCUSSION, version, actor):
    """Becomes a point of this meeting. Raises `ConflictError`, `TransitionError` once answered or the meeting over."""
    row = _lock(proposal, version)
    if meeting.body_id != row.body_id:
        raise ValueError("The meeting is of another body.")
    actions = [row.action] if row.action_id else []
    row.item = add_item(meeting=meeting, actor=actor, title=row.title, kind=kind, actions=actions)
    _answer(row, ProposalStatus.ACCEPTED, "", actor)
    return row


@transaction.atomic
def answer_proposal(proposal, *, status, sentence, version, actor):
    """Postponed, it stays to be taken up; declined, it is closed. Raises `ValidationError` without a sentence, as above."""
    row = _lock(proposal, version)
    if status not in ANSWERS:
        raise ValueError("A proposal is accepted into a meeting, postponed or declined.")
    if not sentence.strip():
        raise ValidationError({"answer": "Dites en une phrase pourquoi\u00a0: la personne qui propose la lira."})
    _answer(row, status, sentence.strip(), actor)
    return row


def _answer(row, status, sentence, actor):
    row.status, row.answer = status, sentence
    row.answered_by, row.answered_at = actor, timezone.now()
    row.version += 1
    row.full_clean()
    row.save()
    words = ANSWERS.get(status, "inscrit à l’ordre du jour")
    _record(row, actor, status, f"a {words} le point proposé «\u00a0{row.title}\u00a0»")


def _record(row, actor, verb, words):
    journal.record(
        cite_id=row.body.cite_id, actor=actor, verb=f"proposal.{verb}", subject=row, sentence=f"{actor} {words}."
    )
