"""Justification: a statement is written, filed here or in Dauphin, sent back or accepted, and what is left comes back."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.enums import BornIn, EntryKind, PaymentKind, StatementState, Step
from actions.finances.agreement_content import REPORTED
from actions.finances.order import refusal
from actions.finances.statements import (
    brought,
    gap_limit,
    known_fundings,
    label_of,
    owed_fundings,
    released_keys,
    statement_content,
    sums_of,
    unexplained,
)
from actions.models import (
    FinancialStatement,
    Funding,
    StatementDocument,
    StatementFile,
    StatementLine,
    StatementShare,
    usual_due_day,
)
from actions.services.payments import (
    cancel_payment,
    correct_payment,
    meet_conditions,
    pay_payment,
    plan_payments,
    shrink_payments,
)
from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.locks import ConflictError, lock_version
from cite_educative.common.money import ZERO, euros
from cite_educative.common.once import is_same_file, lock_row
from cite_educative.documents.services import request_file

STATEMENT_KIND = "actions.statement"
NOTHING_GRANTED = (
    "Aucune subvention n’est notifiée à cette action pour cet exercice\u00a0: aucun compte rendu n’est attendu."
)
TO_REFUND = timedelta(days=60)  # the clause "Reversement" of agreements
FIELDS = (
    *("people_reached", "implementation", "publics", "places", "results", "apportionment"),
    *("attested_by", "attested_as", "unspent"),
)


def statement_of(action, budget_year=None):
    """That of an action and a civil year, its own by default; not saved (version 0) when nobody began it."""
    year = budget_year or action.budget_year
    found = FinancialStatement.objects.filter(action=action, budget_year=year).first()
    return found or FinancialStatement(action=action, budget_year=year, due_on=usual_due_day(year), version=0)


def _locked(statement, version):
    """The row as it stands, under lock, saved when it was not. Raises `ConflictError` when somebody saved it since."""
    lock_row(statement.action)
    known = FinancialStatement.objects.filter(action=statement.action, budget_year=statement.budget_year).first()
    if known is None:
        return FinancialStatement.objects.create(
            action=statement.action, budget_year=statement.budget_year, due_on=statement.due_on
        )
    if version is not None and version != known.version:
        raise ConflictError(known)
    return known


def ensure_statement(action, budget_year):
    """The saved row; call it inside a transaction."""
    return _locked(statement_of(action, budget_year), None)


@transaction.atomic
def save_statement(statement, *, version, lines, actor):
    """Keep what its holder wrote so far: `statement` carries the texts, `lines` replace those kept.

    Raises `ConflictError`, `ValidationError`. Returns the row.
    """
    if statement.pk is None and version == 0:
        known = FinancialStatement.objects.filter(action=statement.action, budget_year=statement.budget_year).first()
        if known:
            raise ConflictError(known)
    row = _locked(statement, version if statement.pk else None)
    _must_be_written(row)
    for name in FIELDS:
        setattr(row, name, getattr(statement, name))
    row.version, row.updated_by = row.version + 1, actor
    row.full_clean()
    row.save()
    row.lines.all().delete()
    for rank, line in enumerate(lines, start=1):
        line.statement, line.order = row, rank
    StatementLine.objects.bulk_create(lines)
    _record(row, actor, "saved", f"a complété le compte rendu financier {row.budget_year}")
    return row


def _must_be_written(statement):
    if not statement.is_written:
        raise ValidationError("Ce compte rendu est déposé\u00a0: il ne se modifie plus, sauf s’il est renvoyé.")


@transaction.atomic
def file_statement(statement, *, version, actor, today=None):
    """File what was written here: it is frozen and printed. Raises `ValidationError` with all that is missing."""
    row = lock_version(
        FinancialStatement.objects.select_related("action__cite", "action__holder"), statement.pk, version
    )
    _must_be_written(row)
    lines = list(row.lines.all())
    fundings = known_fundings(row.action, row.budget_year, actor)
    missing = missing_of(row, lines, fundings)
    if missing:
        raise ValidationError(missing)
    row.state, row.filed_in, row.filed_on = StatementState.FILED, BornIn.HERE, today or timezone.localdate()
    row.spent, row.remarks = sums_of(lines).charges, ""
    row.version, row.updated_by = version + 1, actor
    released = released_keys(fundings)
    row.content = statement_content(row, lines, [one for one in fundings if one.pk in released])
    row.save()
    _print(row, actor)
    _record(row, actor, "filed", f"a déposé le compte rendu financier {row.budget_year}")
    return row


def missing_of(statement, lines, fundings):
    """What keeps a statement from being filed, in sentences."""
    found = [] if fundings else [NOTHING_GRANTED]
    if not any(line.actual is not None for line in lines):
        found.append("Écrivez au moins un montant réalisé.")
    for line in unexplained(lines, gap_limit(statement.action.cite)):
        found.append(f"«\u00a0{label_of(line)}\u00a0»\u00a0: expliquez l’écart de {euros(line.gap)} avec le prévu.")
    if not statement.implementation.strip():
        found.append("Dites comment l’action a été mise en œuvre.")
    if statement.people_reached is None:
        found.append("Dites combien de personnes ont été touchées.")
    if statement.unspent is None:
        found.append("Dites ce qui n’a pas été employé des subventions\u00a0: 0 si tout l’a été.")
    else:
        found += _too_much(statement.unspent, fundings)
    if not (statement.attested_by.strip() and statement.attested_as.strip()):
        found.append("Indiquez qui atteste, et en quelle qualité.")
    return found


def _too_much(unspent, fundings):
    whole = sum((brought(funding) for funding in fundings), ZERO)
    if unspent <= whole:
        return []
    return [
        f"Il ne peut rester plus que {euros(whole)}, ce qui a été accordé ou versé\u00a0: corrigez le montant non employé."
    ]


def _print(statement, actor):
    file = request_file(
        kind=STATEMENT_KIND,
        format="pdf",
        title=str(statement),
        filename=f"compte-rendu-{int(statement.budget_year)}-{(statement.action.code or statement.action.pk)}.pdf".lower(),
        cite_id=statement.action.cite_id,
        author=actor,
    )
    StatementDocument.objects.create(statement=statement, file=file)


@transaction.atomic
def file_elsewhere(statement, *, filed_on, spent, unspent, people_reached, actor, upload=None, version=None):
    """Note a statement that was filed in Dauphin, or received on paper: its day, its file and four figures.

    Raises `ValidationError`, `ConflictError`. A second click with the same file joins it once.
    """
    row = _locked(statement, version)
    _must_be_written(row)
    row.filed_in, row.filed_on, row.spent, row.unspent = BornIn.DAUPHIN, filed_on, spent, unspent
    row.people_reached, row.state, row.remarks = people_reached, StatementState.FILED, ""
    row.version, row.updated_by = row.version + 1, actor
    row.full_clean()
    fundings = known_fundings(row.action, row.budget_year, actor)
    if not fundings:
        raise ValidationError(NOTHING_GRANTED)
    too_much = _too_much(unspent, fundings)
    if too_much:
        raise ValidationError({"unspent": too_much})
    row.save()
    if upload and not any(is_same_file(file, upload) for file in row.files.all()):
        StatementFile.objects.create(statement=row, file=upload, author=actor)
    _record(row, actor, "filed", f"a noté le compte rendu financier {row.budget_year} déposé le {date_fr(filed_on)}")
    return row


@transaction.atomic
def send_statement_back(statement, *, remarks, actor):
    """Give it back to its holder with what is to be corrected. Raises `ValidationError` when it is not filed."""
    row = FinancialStatement.objects.select_for_update(of=("self",)).select_related("action").get(pk=statement.pk)
    if row.state != StatementState.FILED:
        raise ValidationError("Seul un compte rendu déposé, et pas encore accepté, se renvoie.")
    row.state, row.remarks = StatementState.SENT_BACK, remarks
    row.version += 1
    row.save(update_fields=["state", "remarks", "version"])
    _record(
        row, actor, "sent_back", f"a renvoyé le compte rendu financier {row.budget_year}\u00a0: {remarks.rstrip('.')}"
    )
    return row


@transaction.atomic
def accept_statement(statement, *, justified, actor, version=None, today=None):
    """Accept it: `justified` is `{funding pk: euros}`. What was paid beyond that is to come back; what was still to be
    paid is lowered to it.

    Raises `ValidationError` for more than what was granted, `ConflictError` when it is no longer the `version` that was
    read. A second run finds it accepted.
    """
    row = FinancialStatement.objects.select_for_update(of=("self",)).select_related("action").get(pk=statement.pk)
    if row.state == StatementState.ACCEPTED:
        return row
    if row.state != StatementState.FILED:
        raise ValidationError("Seul un compte rendu déposé s’accepte.")
    if version not in (None, row.version):
        raise ConflictError(row)
    today = today or timezone.localdate()
    fundings = owed_fundings(row.action, row.budget_year)
    _check_justified(fundings, justified)
    for funding in fundings:
        _justify(row, funding, justified[funding.pk], actor, today)
    row.state, row.accepted_on = StatementState.ACCEPTED, today
    row.version += 1
    row.save(update_fields=["state", "accepted_on", "version"])
    _record(row, actor, "accepted", f"a accepté le compte rendu financier {row.budget_year}")
    return row


def _justify(statement, funding, amount, actor, today):
    StatementShare.objects.create(statement=statement, funding=funding, justified=amount)
    rows = Funding.objects.select_for_update(of=("self",)).select_related("source", "action")
    locked = rows.get(pk=funding.pk)
    told = f"compte rendu du {date_fr(statement.filed_on)}"
    locked.record(Step.JUSTIFIED, amount, kind=EntryKind.STATEMENT, on=statement.filed_on, actor=actor, reference=told)
    shrink_payments(locked, amount, reason=f"{told}, accepté pour {euros(amount)}", actor=actor, today=today)
    meet_conditions([locked], REPORTED, on=today)


@transaction.atomic
def reopen_statement(statement, *, reason, actor, today=None):
    """It was accepted by mistake: what was justified is reversed in the ledger, refunds that were planned are given up.

    Raises `ValidationError` once one came back. A second run finds it filed. Payments lowered at acceptance stay so.
    """
    row = FinancialStatement.objects.select_for_update(of=("self",)).select_related("action").get(pk=statement.pk)
    if row.state != StatementState.ACCEPTED:
        return row
    shares = list(row.shares.select_related("funding__source", "refund").order_by("funding"))
    if any(share.came_back_on for share in shares):
        raise ValidationError(
            "Un reversement est déjà reçu\u00a0: annulez-le d’abord dans les versements, puis rouvrez le compte rendu."
        )
    today = today or timezone.localdate()
    for share in shares:
        refund = share.refund
        funding = Funding.objects.select_for_update(of=("self",)).get(pk=share.funding_id)
        before = funding.entries.filter(step=Step.JUSTIFIED, kind=EntryKind.STATEMENT).last()
        known = before.before if before else None  # nothing is written when it was justified for as much already
        funding.record(Step.JUSTIFIED, known, kind=EntryKind.REVERSAL, on=today, actor=actor, comment=reason)
        meet_conditions([funding], REPORTED, on=None)
        share.delete()
        if refund and refund.cancelled_on is None:
            cancel_payment(refund, version=refund.version, on=today, reason=reason, actor=actor)
    row.state, row.accepted_on = StatementState.FILED, None
    row.version += 1
    row.save(update_fields=["state", "accepted_on", "version"])
    _record(row, actor, "reopened", f"a rouvert le compte rendu financier {row.budget_year} ({reason})")
    return row


def _known_as(funding):
    return "versés" if (funding.paid or ZERO) > (funding.granted or ZERO) else "accordés"


def _check_justified(fundings, justified):
    faults = []
    for funding in fundings:
        amount, most = justified.get(funding.pk), brought(funding)
        if amount is None:
            faults.append(f"{funding.source}\u00a0: dites ce qui est justifié, 0 si rien ne l’est.")
        elif not ZERO <= amount <= most:
            faults.append(
                f"{funding.source}\u00a0: {euros(amount)} justifiés, {euros(most)} {_known_as(funding)}. Corrigez le montant."
            )
        elif refused := refusal(funding, Step.JUSTIFIED, amount):
            faults.append(refused)
    if faults:
        raise ValidationError(faults)


@transaction.atomic
def note_refund(share, *, asked_on, refunded_on, actor):
    """Follow what comes back from a holder: asked, it is a planned refund; come back, it is paid and lowers `paid`.

    Raises `ValidationError`.
    """
    lock_row(share.statement)
    row = StatementShare.objects.with_refund().select_related("statement__action").get(pk=share.pk)
    came_back = row.refund and row.came_back_on
    if came_back and refunded_on == came_back:
        return row
    if not row.to_refund:
        known = "Ce reversement est déjà enregistré\u00a0: corrigez-le dans les versements."
        raise ValidationError(known if came_back else "Rien n’est à reverser sur cette ligne.")
    if refunded_on and asked_on and refunded_on < asked_on:
        raise ValidationError("Le reversement n’a pu venir avant d’être demandé.")
    amount = row.to_refund
    if row.is_followed and (asked_on or refunded_on):
        row.refund = _refund(row, asked_on or refunded_on, refunded_on, actor)
    row.refund_asked_on, row.refunded_on = asked_on, refunded_on
    row.save(update_fields=["refund_asked_on", "refunded_on", "refund"])
    word = "reçu" if refunded_on else "demandé"
    sentence = f"a noté le reversement {word} de {euros(amount)} ({row.funding.source})"
    _record(row.statement, actor, "refund", sentence)
    return row


def _refund(share, asked_on, refunded_on, actor):
    """The payment that follows what comes back, brought to what is to come back now."""
    payment = share.refund
    if payment is None or not payment.is_open:
        part = (share.funding, PaymentKind.REFUND, share.to_refund, asked_on + TO_REFUND, "")
        (payment,) = plan_payments(None, [part], actor=actor)
    elif payment.amount != share.to_refund:
        payment.amount, payment.funding = share.to_refund, share.funding
        correct_payment(payment, version=payment.version, reason="ce qui est à reverser a changé", actor=actor)
    if refunded_on:
        payment = pay_payment(
            payment, version=payment.version, on=refunded_on, reference="reversement du porteur", actor=actor
        )
    return payment


@transaction.atomic
def extend_due_day(statement, *, due_on, reason, actor):
    """Give a holder more time, with the reason. Raises `ValidationError` for a day before the usual one."""
    row = _locked(statement, None)
    if due_on < usual_due_day(row.budget_year):
        raise ValidationError(
            f"Le compte rendu est dû au plus tôt le {date_fr(usual_due_day(row.budget_year))}\u00a0: donnez un jour après."
        )
    row.due_on, row.extension_reason = due_on, reason
    row.save(update_fields=["due_on", "extension_reason"])
    _record(row, actor, "extended", f"a reporté au {date_fr(due_on)} le compte rendu {row.budget_year} ({reason})")
    return row


def _record(statement, actor, verb, words):
    journal.record(
        cite_id=statement.action.cite_id,
        actor=actor,
        verb=f"statement.{verb}",
        subject=statement.action,
        sentence=f"{actor} {words}.",
    )
