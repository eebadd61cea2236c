from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal


@transaction.atomic
def save_programme(programme, *, actor):
    """Create or change a programme; raises `ValidationError`."""
    return _save(programme, programme.cite_id, actor, "programme", f"le programme «\u00a0{programme.label}\u00a0»")


@transaction.atomic
def save_axis(axis, *, actor):
    """Create or change an axis; raises `ValidationError`."""
    return _save(axis, axis.programme.cite_id, actor, "axis", f"l’axe «\u00a0{axis.label}\u00a0»")


@transaction.atomic
def save_objective(objective, *, actor):
    """Create or change an objective; raises `ValidationError`."""
    cite_id = objective.axis.programme.cite_id
    return _save(objective, cite_id, actor, "objective", f"l’objectif «\u00a0{objective.label}\u00a0»")


def _save(instance, cite_id, actor, verb, words):
    created = instance.pk is None
    instance.full_clean()
    instance.save()
    journal.record(
        cite_id=cite_id,
        actor=actor,
        verb=f"{verb}.{'created' if created else 'updated'}",
        subject=instance,
        sentence=f"{actor} a {'créé' if created else 'modifié'} {words}.",
    )
    return instance


@transaction.atomic
def publish_programme(programme, *, actor):
    """Opens the programme to every partner of its Cité. A second run changes nothing."""
    row = type(programme).objects.select_for_update(of=("self",)).get(pk=programme.pk)
    if row.published_at is None:
        row.published_at = timezone.now()
        row.save(update_fields=["published_at"])
        journal.record(
            cite_id=row.cite_id,
            actor=actor,
            verb="programme.published",
            subject=row,
            sentence=f"{actor} a publié le programme «\u00a0{row.label}\u00a0».",
        )
    return row
