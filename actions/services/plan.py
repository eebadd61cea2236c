from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from actions.models import Objective
from actions.services.ordering import follow_objective, renumber, same_programme
from cite_educative.common import journal
from cite_educative.common.locks import next_version
from cite_educative.common.once import lock_row


@transaction.atomic
def save_programme(programme, *, actor, version=None):
    """Create or change a programme; raises `ValidationError`, `ConflictError` when somebody saved since `version`."""
    programme.version = next_version(programme, version)
    return _save(programme, programme.cite_id, actor, "programme", f"le programme «\u00a0{programme.label}\u00a0»")


@transaction.atomic
def save_axis(axis, *, actor, version=None):
    """Create or change an axis, the last of its programme unless it has a rank. Raises as `save_programme`."""
    lock_row(axis.programme)
    axis.version = next_version(axis, version)
    _give_rank(axis, axis.programme.axes)
    return _save(axis, axis.programme.cite_id, actor, "axis", f"l’axe «\u00a0{axis.label}\u00a0»")


@transaction.atomic
def save_objective(objective, *, actor, version=None, contract_themes=None):
    """Create or change an objective. With another axis than before it goes there, and its actions with it.

    `contract_themes` replaces those it answers; None leaves them. Raises as `save_programme`.
    """
    programme = objective.axis.programme
    lock_row(programme)
    objective.version = next_version(objective, version)
    before = Objective.objects.select_related("axis").get(pk=objective.pk) if objective.pk else None
    moves = before is not None and before.axis_id != objective.axis_id
    if moves:
        same_programme(before, objective.axis)
        objective.order = None
    _give_rank(objective, objective.axis.objectives)
    words = f"l’objectif «\u00a0{objective.label}\u00a0»"
    saved = _save(objective, programme.cite_id, actor, "objective", words)
    if contract_themes is not None:
        saved.contract_themes.set(contract_themes)
    if moves:
        follow_objective(saved, before.axis, actor=actor)
    return saved


def _give_rank(row, siblings):
    if row.order is None:
        row.order = (siblings.aggregate(last=Max("order"))["last"] or 0) + 1


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


@transaction.atomic
def remove_axis(axis, *, actor):
    """Only one that nothing hangs on: objectives and actions. Raises `ValidationError`."""
    lock_row(axis.programme)
    _refuse_if(axis.objectives.exists(), "Cet axe a des objectifs\u00a0: déplacez-les ou retirez-les d’abord.")
    _refuse_if(axis.actions.exists(), "Des actions relèvent de cet axe\u00a0: il ne peut pas être retiré.")
    _remove(axis, axis.programme, actor, f"l’axe «\u00a0{axis.label}\u00a0»")


@transaction.atomic
def remove_objective(objective, *, actor):
    """Only one that no action answers and no ordinary policy serves. Raises `ValidationError`."""
    programme = objective.axis.programme
    lock_row(programme)
    _refuse_if(objective.actions.exists(), "Des actions répondent à cet objectif\u00a0: il ne peut pas être retiré.")
    _refuse_if(
        objective.mainstream.exists(),
        "Des apports de droit commun servent cet objectif\u00a0: il ne peut pas être retiré.",
    )
    _remove(objective, programme, actor, f"l’objectif «\u00a0{objective.label}\u00a0»")


def _refuse_if(condition, sentence):
    if condition:
        raise ValidationError(sentence)


def _remove(row, programme, actor, words):
    journal.record(
        cite_id=programme.cite_id,
        actor=actor,
        verb="plan.removed",
        subject=row,
        sentence=f"{actor} a retiré {words} du programme.",
    )
    row.delete()
    renumber(programme)
