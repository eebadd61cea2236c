from django.core.exceptions import ValidationError
from django.db import transaction

from actions.circuits import CIRCUITS
from actions.enums import EntryKind, Step
from actions.finances.order import refusal
from actions.models import Envelope, Funding, FundingSource
from cite_educative.common import journal
from cite_educative.common.locks import ConflictError, lock_version
from cite_educative.common.money import euros, total
from partners.enums import Part
from partners.models import Partnership

ENTERED_BY_HAND = frozenset({Step.REQUESTED, Step.PROPOSED, Step.COMMITTED, Step.PAID, Step.JUSTIFIED})


class ForbiddenStep(Exception):
    """Programmed amounts come from decisions, granted ones from funders' acts."""


def ensure_funding(action, source, budget_year):
    """The funding of this action by this source in this civil year, locked, created when missing.

    Call it inside a transaction. Raises `ValueError` when the source is another Cité's.
    """
    if source.cite_id != action.cite_id:
        raise ValueError("The source belongs to another Cité.")
    funding, _ = Funding.objects.get_or_create(action=action, source=source, budget_year=budget_year)
    return Funding.objects.select_for_update(of=("self",)).select_related("source").get(pk=funding.pk)


@transaction.atomic
def record_amount(
    *, action, source, budget_year, step, amount, on, actor, reference="", on_behalf_of=None, received=""
):
    """Enter one amount by hand, in euros; returns the ledger entry, or None when nothing changes.

    Raises `ValidationError` for more than the lowest known ceiling where our own officer pays.
    """
    step = Step(step)
    if step not in ENTERED_BY_HAND:
        raise ForbiddenStep(step)
    asked = Funding.objects.filter(action=action, source=source, budget_year=budget_year)
    if amount is None and not asked.exists():
        return None  # withdrawing what was never known must not make the source one of the action's
    funding = ensure_funding(action, source, budget_year)
    refused = _written_elsewhere(funding, step) or refusal(funding, step, amount)
    if refused:
        raise ValidationError(refused)
    entry = funding.record(
        step,
        amount,
        kind=EntryKind.ENTRY,
        on=on,
        actor=actor,
        reference=reference,
        on_behalf_of=on_behalf_of,
        received=received,
    )
    if entry:
        journal.record(
            cite_id=action.cite_id,
            actor=actor,
            verb=f"funding.{step}",
            subject=action,
            sentence=_amount_sentence(actor, step, amount, source),
            before={"amount": str(entry.before) if entry.before is not None else None},
            after={"amount": str(amount) if amount is not None else None},
        )
    return entry


def _written_elsewhere(funding, step):
    """Why the amount is not entered by hand, in a sentence: payments, or an accepted statement, write it."""
    paid = funding.payments.filter(paid_on__isnull=False, cancelled_on=None)
    if step == Step.PAID and paid.exists():
        return (
            "Ce financement a des versements payés, un par un\u00a0: ajoutez, corrigez ou annulez un versement, et le versé "
            "suivra."
        )
    if step == Step.JUSTIFIED and funding.settled is not None:
        return "Ce montant vient du compte rendu accepté\u00a0: rouvrez le compte rendu pour le corriger."
    return ""


def _amount_sentence(actor, step, amount, source):
    if amount is None:
        return f"{actor} a retiré le montant {step.label} de {source}."
    return f"{actor} a saisi {euros(amount)} ({step.label}) pour {source}."


@transaction.atomic
def save_source(source, *, actor, version=None):
    """Create or change a funder's line; its organisation becomes a funder of the Cité, its carrier a carrier.

    Without steps or act it takes those of its circuit. Raises `ValidationError`, for a step that holds amounts too, and
    `ConflictError` when it is no longer the `version` that was read.
    """
    created = source.pk is None
    if not created:
        before = lock_version(FundingSource.objects.all(), source.pk, version or source.version)
        source.version = before.version + 1
    if source.side and source.side.cite_id != source.cite_id:
        raise ValueError("The side belongs to another Cité.")
    usual = CIRCUITS.get(source.circuit)
    if usual:
        source.used_steps = [str(step) for step in Step if step in (source.used_steps or usual.steps)]
        source.act_kind = source.act_kind or usual.act_kind
    source.full_clean()
    if not created:
        _refuse_dropping(source)
        _refuse_another_funder(source)
    source.save()
    Partnership.objects.get_or_create(cite=source.cite, organisation=source.organisation, part=Part.FUNDER)
    if source.carrier:
        Partnership.objects.get_or_create(cite=source.cite, organisation=source.carrier, part=Part.CARRIER)
    journal.record(
        cite_id=source.cite_id,
        actor=actor,
        verb="source.created" if created else "source.updated",
        subject=source,
        sentence=f"{actor} a {'ajouté' if created else 'modifié'} la ligne de financement «\u00a0{source.label}\u00a0».",
    )
    return source


def _refuse_dropping(source):
    """A step leaves the line once no amount is left in it."""
    before = FundingSource.objects.select_for_update(of=("self",)).get(pk=source.pk)
    sentences = []
    for step in before.steps:
        if step in source.steps:
            continue
        amounts = list(
            Funding.objects.filter(source=source, **{f"{step}__isnull": False}).values_list(step, flat=True)
        )
        if amounts:
            number = f"{len(amounts)} financements en portent" if len(amounts) > 1 else "un financement en porte"
            sentences.append(
                f"L’étape «\u00a0{step.label}\u00a0» ne peut pas être retirée\u00a0: {number} déjà un montant "
                f"({euros(total(amounts))} en tout). Gardez-la, ou retirez d’abord ces montants."
            )
    if sentences:
        raise ValidationError({"used_steps": sentences})


def _refuse_another_funder(source):
    """Its acts and agreements are those of the organisation that it was."""
    before = FundingSource.objects.get(pk=source.pk).organisation
    if before.pk != source.organisation_id and Funding.objects.filter(source=source, act__isnull=False).exists():
        raise ValidationError(
            {
                "organisation": f"{before} a déjà accordé de l’argent sur cette ligne. Créez une autre ligne pour "
                f"{source.organisation}."
            }
        )


ENVELOPE_FIELDS = ("provisional", "notified", "notified_on", "notified_reference", "carried_over")


@transaction.atomic
def save_envelope(
    *,
    source,
    budget_year,
    actor,
    provisional=None,
    notified=None,
    notified_on=None,
    notified_reference="",
    carried_over=None,
    version=None,
):
    """Set what a source brings in one civil year. The journal keeps what was there.

    `version` is that of the envelope the user read, 0 when there was none; None for who read nothing. Raises
    `ValidationError`, and `ConflictError` when somebody saved it since.
    """
    FundingSource.objects.select_for_update(of=("self",)).get(pk=source.pk)
    envelope = _read_envelope(source, budget_year, version)
    known = {name: getattr(envelope, name) for name in ENVELOPE_FIELDS}
    envelope.provisional, envelope.notified, envelope.carried_over = provisional, notified, carried_over
    envelope.notified_on, envelope.notified_reference = notified_on, notified_reference
    envelope.entered_by = actor
    changed = [name for name in ENVELOPE_FIELDS if getattr(envelope, name) != known[name]]
    if envelope.pk and not changed:
        return envelope
    envelope.version += 1
    envelope.full_clean()
    envelope.save()
    journal.record(
        cite_id=source.cite_id,
        actor=actor,
        verb="envelope.saved",
        subject=envelope,
        sentence=_envelope_sentence(actor, envelope),
        before={name: str(known[name]) for name in changed},
        after={name: str(getattr(envelope, name)) for name in changed},
    )
    return envelope


def _read_envelope(source, budget_year, version):
    envelope = Envelope.objects.filter(source=source, budget_year=budget_year).first()
    if envelope and version is not None and version != envelope.version:
        raise ConflictError(envelope)
    return envelope or Envelope(source=source, budget_year=budget_year, version=0)


def _envelope_sentence(actor, envelope):
    announced = [
        f"{euros(amount)} {word}"
        for amount, word in ((envelope.notified, "notifiés"), (envelope.provisional, "prévus"))
        if amount is not None
    ]
    told = f"\u00a0: {', '.join(announced)}" if announced else ""
    return f"{actor} a saisi l’enveloppe {envelope.budget_year} de {envelope.source}{told}."
