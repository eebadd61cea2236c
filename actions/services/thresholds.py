from django.core.exceptions import ValidationError
from django.db import transaction

from actions.models import MoneyThresholds, ThresholdAcknowledgement
from cite_educative.common import journal
from cite_educative.common.locks import ConflictError
from cite_educative.common.once import just_written, lock_row

UNKNOWN = "non suivi"


@transaction.atomic
def save_thresholds(*, cite, actor, version, **fields):
    """Set what the Cité watches. Raises `ValidationError`, and `ConflictError` when somebody saved it since."""
    lock_row(cite)
    row = MoneyThresholds.of(cite)
    if row.version != version:
        raise ConflictError(row)
    before = _written(row, fields)
    for name, value in fields.items():
        setattr(row, name, value)
    if row.engineering_theme and row.engineering_theme.cite_id != cite.pk:
        raise ValueError("The theme belongs to another Cité.")
    row.version += 1
    row.full_clean()
    row.save()
    after = _written(row, fields)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        journal.record(
            cite_id=cite.pk,
            actor=actor,
            verb="thresholds.saved",
            subject=row,
            sentence=f"{actor} a modifié les seuils financiers.",
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return row


def _written(row, names):
    labels = {name: str(row._meta.get_field(name).verbose_name) for name in names}
    values = {name: getattr(row, name) for name in names}
    return {labels[name]: UNKNOWN if value is None else str(value) for name, value in values.items()}


@transaction.atomic
def acknowledge(*, cite, budget_year, alert, reason, actor):
    """Keep who took note of an alert, and why it stands. A second click keeps one. Raises `ValidationError`."""
    reason = reason.strip()
    if not reason:
        raise ValidationError("Dites pourquoi l’alerte peut rester.")
    row = ThresholdAcknowledgement(
        cite=cite,
        budget_year=budget_year,
        key=alert.key,
        title=alert.title[:200],
        figure=alert.figure,
        excess=alert.excess,
        reason=reason,
        author=actor,
    )
    known = just_written(row, lock=cite)
    if known:
        return known
    row.save()
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="threshold.acknowledged",
        subject=row,
        sentence=f"{actor} a pris acte d’une alerte\u00a0: {alert.title} ({alert.figure}).",
        after={"motif": reason},
    )
    return row
