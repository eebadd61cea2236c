"""Import of an accounting export: kept, its columns settled and remembered, then the chosen payments paid."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.accounting import ALREADY, FIELDS, match_lines, propose, read_export, why_unreadable
from actions.enums import ImportState
from actions.models import AccountingImport, ImportMapping
from actions.services.payments import pay_payment
from cite_educative.common import journal


@transaction.atomic
def start_accounting(*, cite, actor, content, filename):
    """Keep the lines of an export, with the columns remembered for its titles or proposed. Raises `SpreadsheetError`."""
    name, columns, rows = read_export(content, filename)
    run = AccountingImport(cite=cite, filename=filename[:255], signature=_key(name), columns=columns, rows=rows)
    remembered = ImportMapping.objects.filter(cite=cite, signature=run.signature).first()
    mapping = remembered.mapping if remembered else propose(columns)
    run.mapping = {field: index for field, index in mapping.items() if field in FIELDS and index < len(columns)}
    run.state = ImportState.READY if remembered and not why_unreadable(run.mapping) else ImportState.UPLOADED
    run.author = actor
    run.save()
    return run


def _key(name):
    """Apart from the tables of the plan that have the same titles."""
    return f"compta:{name}"[:64]


@transaction.atomic
def settle_accounting(run, *, mapping, actor):
    """Keep which column is what, for this export and the next ones with these titles. Raises `ValidationError`."""
    fault = why_unreadable(mapping)
    if fault:
        raise ValidationError(fault)
    run = AccountingImport.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.state in (ImportState.UPLOADED, ImportState.READY):
        run.mapping, run.state = mapping, ImportState.READY
        run.save(update_fields=["mapping", "state"])
        ImportMapping.objects.update_or_create(
            cite=run.cite, signature=run.signature, defaults={"mapping": mapping, "updated_by": actor}
        )
    return run


@transaction.atomic
def confirm_accounting(run, *, chosen, actor):
    """Pay the chosen payments, `{line number: payment pk}` among those proposed; a second call changes nothing.

    A payment refused (ceiling, dates) is told in `result` and the others are paid. Raises `ValidationError` when a
    payment is chosen for two lines, or is no longer proposed for its own.
    """
    run = AccountingImport.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.state == ImportState.DONE:
        return run
    if len(set(chosen.values())) < len(chosen):
        raise ValidationError("Un même versement est choisi pour deux lignes\u00a0: gardez-en une.")
    lines = {line.number: line for line in match_lines(run)}
    if not chosen and any(line.candidates and line.status != ALREADY for line in lines.values()):
        raise ValidationError(
            "Rien n’est choisi\u00a0: choisissez au moins un versement, ou laissez ce rapprochement ouvert."
        )
    paid, refused = 0, []
    for number, key in chosen.items():
        line = lines.get(number)
        payment = next((one for one in line.candidates if one.pk == key), None) if line else None
        if payment is None or line.status == ALREADY:
            raise ValidationError(f"Ligne {number}\u00a0: ce versement n’est plus proposé. Relisez le rapprochement.")
        try:
            pay_payment(payment, version=payment.version, on=line.on, reference=line.reference, actor=actor)
            paid += 1
        except ValidationError as error:
            refused.append([number, " ".join(error.messages)])
    already = sum(line.status == ALREADY for line in lines.values())
    run.result = {"paid": paid, "already": already, "left": len(lines) - already - paid, "refused": refused}
    run.state, run.confirmed_at = ImportState.DONE, timezone.now()
    run.save(update_fields=["result", "state", "confirmed_at"])
    journal.record(
        cite_id=run.cite_id,
        actor=actor,
        verb="accounting.confirmed",
        subject=run,
        sentence=f"{actor} a rapproché l’export comptable «\u00a0{run.filename}\u00a0»\u00a0: {paid} "
        f"paiement{'s' if paid > 1 else ''} enregistré{'s' if paid > 1 else ''}.",
    )
    return run
