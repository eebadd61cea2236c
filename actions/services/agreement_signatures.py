"""Signatures of an agreement: sent, reminded, signed; the last one commits what it holds and plans its payments."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.enums import AgreementState, EntryKind, PaymentKind, Step
from actions.finances.agreement_content import SIGNED, installments
from actions.finances.order import ceiling
from actions.finances.payments import OPEN, claimed
from actions.models import Agreement, AgreementSignature, Funding, Payment
from actions.services.agreements import agreement_lines, refuse_wrong_amounts, standing, tell_agreement, the_agreement
from actions.services.payments import meet_conditions, plan_payments, shrink_payments
from cite_educative.common.dates import date_fr
from cite_educative.common.locks import next_version
from cite_educative.common.money import ZERO
from cite_educative.common.once import lock_row

GIVE_UP = "Corrigez l’acte du financeur s’il est faux, ou abandonnez cette convention et préparez-en une autre."


@transaction.atomic
def record_signature(signature, *, capacity, sent_on, signed_on, actor, version=None):
    """Note when one party was sent the agreement and signed it; the last signature commits what the agreement holds.

    Raises `ConflictError`, `ValidationError`.
    """
    lock_row(signature.agreement)
    signature.version = next_version(signature, version)
    agreement = Agreement.objects.select_related("cite", "holder", "funder").get(pk=signature.agreement_id)
    if agreement.state != AgreementState.ISSUED:
        raise ValidationError("Cette convention n’est pas à la signature.")
    if signed_on and signed_on < agreement.issued_on:
        raise ValidationError(f"Elle n’a pu être signée avant d’être établie, le {date_fr(agreement.issued_on)}.")
    if sent_on and signed_on and signed_on < sent_on:
        raise ValidationError("Elle n’a pu être signée avant d’être envoyée.")
    signature.capacity, signature.sent_on, signature.signed_on = capacity, sent_on, signed_on
    signature.save(update_fields=["capacity", "sent_on", "signed_on", "version"])
    noted = "noté la signature" if signed_on else "complété la ligne de signature"
    tell_agreement(
        agreement, actor, "signature", f"a {noted} de {signature.organisation} sur {the_agreement(agreement)}"
    )
    dates = list(agreement.signatures.values_list("signed_on", flat=True))
    if all(dates):
        _sign(agreement, max(dates), actor)
    return agreement


@transaction.atomic
def remind_signature(signature, *, actor, today=None):
    """Note that a party was asked again to sign. A second click the same day changes nothing."""
    today = today or timezone.localdate()
    lock_row(signature)
    fresh = AgreementSignature.objects.select_related("agreement", "organisation").get(pk=signature.pk)
    if fresh.signed_on or fresh.reminded_on == today:
        return fresh
    fresh.reminded_on = today
    fresh.save(update_fields=["reminded_on"])
    tell_agreement(
        fresh.agreement,
        actor,
        "reminded",
        f"a relancé {fresh.organisation} pour signer {the_agreement(fresh.agreement)}",
    )
    return fresh


def _sign(agreement, on, actor):
    """Signed of all: what it holds is committed where the source uses that step, and its payments are planned.

    What an amendment takes back is first taken from the payments planned before.
    """
    lines, before = agreement_lines(agreement), _amounts_before(agreement)
    refuse_wrong_amounts(lines, GIVE_UP)
    agreement.state, agreement.signed_on = AgreementState.SIGNED, on
    agreement.save(update_fields=["state", "signed_on"])
    parts = []
    for line in lines:
        rows = Funding.objects.select_for_update(of=("self",)).select_related("source", "action")
        funding = rows.get(pk=line.funding_id)
        if Step.COMMITTED in funding.source.steps:
            funding.record(
                Step.COMMITTED, line.amount, kind=EntryKind.AGREEMENT, on=on, actor=actor, reference=agreement.number
            )
        if agreement.amends_id:
            shrink_payments(funding, line.amount, reason=f"avenant {agreement.number}", actor=actor)
        Payment.objects.filter(OPEN, funding=funding, agreement=None).exclude(kind=PaymentKind.REFUND).update(
            agreement=agreement
        )
        parts += _schedule(agreement, funding, line.amount - before.get(funding.pk, ZERO), line.amount)
    plan_payments(agreement, parts, actor=actor)
    meet_conditions([line.funding_id for line in lines], SIGNED, on=on)
    tell_agreement(agreement, actor, "signed", f"a enregistré la dernière signature de {the_agreement(agreement)}")


def _amounts_before(agreement):
    """`{funding pk: euros}` of what an amendment replaces."""
    if not agreement.amends_id:
        return {}
    return dict(standing(agreement.amends).lines.values_list("funding", "amount"))


def _schedule(agreement, funding, added, amount):
    """The parts of `added` euros, to the cent; less where payments made or planned leave less room within `amount`."""
    highest = ceiling(funding, Step.PAID)
    most = min(amount, highest[0]) if highest else amount
    room = most - (funding.paid or ZERO) - claimed(funding, ordered_only=False)
    return [
        (funding, kind, part, due_on, condition)
        for kind, part, due_on, condition in installments(agreement, min(added, room))
        if part > ZERO
    ]
