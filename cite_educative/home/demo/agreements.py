"""Agreements of 2026: one signed by both, one that waits for its holder, one still being written."""

from datetime import date

from actions.models import Agreement
from actions.services import draft_agreement, issue_agreement, record_signature
from cite_educative.home.demo import plan

YEAR = 2026
SIGNED_ON = (date(2026, 6, 12), date(2026, 6, 19))  # by the holder, by the funder
ISSUED_ON = date(2026, 6, 5)


def add_agreements(dunkerque):
    """With the first three holders, by name, to which the State grants something."""
    state = dunkerque.sources[plan.STATE]
    granted = state.fundings.agreeable().filter(budget_year=YEAR).select_related("action__holder")
    holders = sorted({funding.action.holder for funding in granted}, key=lambda one: one.name)[:3]
    drafts = [
        draft_agreement(
            cite=dunkerque.cite,
            funder=state.organisation,
            holder=holder,
            budget_year=YEAR,
            actor=dunkerque.actor,
            today=ISSUED_ON,
        )
        for holder in holders
    ]
    for draft in drafts[:2]:
        issue_agreement(draft, version=draft.version, actor=dunkerque.actor, today=ISSUED_ON)
    first, second = (Agreement.objects.get(pk=draft.pk) for draft in drafts[:2])
    for signature, day in zip(first.signatures.all(), SIGNED_ON, strict=True):
        record_signature(
            signature, capacity=signature.capacity, sent_on=ISSUED_ON, signed_on=day, actor=dunkerque.actor
        )
    waiting = second.signatures.first()
    record_signature(
        waiting, capacity=waiting.capacity, sent_on=date(2026, 6, 8), signed_on=None, actor=dunkerque.actor
    )
