"""What a line pays itself and what its carrier receives: entered, corrected, cancelled, with their journal."""

from django.core.exceptions import ValidationError
from django.db import transaction

from actions.enums import ActionStatus
from actions.models import Expense, Funding, FundingSource, Receipt
from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.locks import lock_version
from cite_educative.common.money import euros
from cite_educative.common.once import just_written, lock_row

NBSP = "\u00a0"


@transaction.atomic
def save_expense(expense, *, actor, version=None):
    """Enter or correct a direct expense; a second click on a new one finds the first one's.

    Raises `ConflictError`, and `ValidationError` for an action that the same line already funds that year: its
    money is counted there, and is paid by a payment.
    """
    lock_row(FundingSource(pk=expense.source_id))
    if expense.cancelled_on:
        raise ValidationError("Cette dépense est annulée\u00a0: enregistrez-en une autre.")
    _refuse_funded(expense)
    known = _save(expense, version)
    if known:
        return known
    words = f"{actor} a enregistré une dépense directe de {euros(expense.amount)}"
    _tell(expense, "expense.saved", f"{words} sur {expense.source}{NBSP}: {expense.label}.", actor)
    return expense


def _refuse_funded(expense):
    if expense.action is None:
        return
    if expense.action.cite_id != expense.source.cite_id:
        raise ValueError("The action belongs to another Cité.")
    funded = Funding.objects.in_cash().filter(
        action=expense.action, source=expense.source, budget_year=expense.budget_year
    )
    if funded.exclude(action__status=ActionStatus.DRAFT).exists():
        sentence = (
            f"{expense.source} finance déjà cette action en {expense.budget_year}{NBSP}: son argent serait compté "
            f"deux fois. Prévoyez plutôt un versement sur ce financement."
        )
        raise ValidationError({"action": sentence})


@transaction.atomic
def cancel_expense(expense, *, version, on, reason, actor):
    """It no longer consumes the envelope, and stays in the list. Raises `ConflictError`, `ValidationError`."""
    row = lock_version(Expense.objects.select_related("source"), expense.pk, version)
    if row.cancelled_on:
        raise ValidationError("Cette dépense est déjà annulée.")
    row.cancelled_on, row.cancel_reason = on, reason
    row.version += 1
    row.save(update_fields=["cancelled_on", "cancel_reason", "version"])
    words = f"{actor} a annulé la dépense de {euros(row.amount)} sur {row.source}, {row.label}"
    _tell(row, "expense.cancelled", f"{words} ({reason}).", actor)
    return row


@transaction.atomic
def save_receipt(receipt, *, actor, version=None):
    """Enter or correct what the carrier expects or has received. Raises `ConflictError`, `ValidationError`."""
    lock_row(FundingSource(pk=receipt.source_id))
    known = _save(receipt, version)
    if known:
        return known
    if receipt.received is None:
        day = f", attendue le {date_fr(receipt.expected_on)}" if receipt.expected_on else ", attendue"
        told = f"{euros(receipt.expected)}{day}"
    else:
        told = f"{euros(receipt.received)}, reçue le {date_fr(receipt.received_on)}"
    sentence = f"{actor} a enregistré une recette de {told}, sur {receipt.source}{NBSP}: {receipt.label}."
    _tell(receipt, "receipt.saved", sentence, actor)
    return receipt


@transaction.atomic
def remove_receipt(receipt, *, actor):
    """It was entered by mistake: the journal keeps it. A second click finds nothing to remove."""
    sentence = f"{actor} a retiré la recette «{NBSP}{receipt.label}{NBSP}» de {receipt.source}."
    if Receipt.objects.filter(pk=receipt.pk).delete()[0]:
        _tell(receipt, "receipt.removed", sentence, actor)


def _save(row, version):
    """Save a row under its lock; returns the one that a first click wrote, None when this one is saved."""
    row.full_clean()
    if row.pk is None:
        known = just_written(row, lock=row.source)
        if known:
            return known
    else:
        current = lock_version(type(row).objects.all(), row.pk, row.version if version is None else version)
        row.version = current.version + 1
    row.save()
    return None


def _tell(row, verb, sentence, actor):
    journal.record(cite_id=row.source.cite_id, actor=actor, verb=verb, subject=row, sentence=sentence)
