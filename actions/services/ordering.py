"""The order of a programme: axes under their national objective, objectives under their axis, ranks without gap."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from actions.models import Action, Objective
from actions.ordering import arrangement
from cite_educative.common import journal
from cite_educative.common.once import lock_row

CHANGED = "L’ordre du programme a changé pendant que vous aviez la page ouverte\u00a0: le voici tel qu’il est, rien n’a été déplacé."


def _lock(programme, seen):
    lock_row(programme)
    if seen != arrangement(programme):
        raise ValidationError(CHANGED)


@transaction.atomic
def place_axis(axis, *, actor, seen, before=None):
    """Put an axis just before another of the same national objective, or last of them. Returns its place among them.

    `seen` is the `arrangement` that the user had before the eyes. Raises `ValidationError`.
    """
    programme = axis.programme
    _lock(programme, seen)
    axes = list(programme.axes.order_by("order", "pk"))
    row = next(one for one in axes if one.pk == axis.pk)
    alike = [one for one in axes if one.national_objective == row.national_objective]
    earlier = [one.pk for one in alike]
    target = _target(before, alike, "Un axe ne se range que parmi ceux du même objectif national.")
    axes.remove(row)
    rest = [one for one in alike if one.pk != row.pk]
    if target and target.pk != row.pk:
        axes.insert(axes.index(target), row)
    elif target is None and rest:
        axes.insert(axes.index(rest[-1]) + 1, row)
    else:
        return earlier.index(row.pk) + 1, len(alike)
    _number(axes)
    later = [one.pk for one in axes if one.national_objective == row.national_objective]
    if later != earlier:
        _record(programme, actor, row, f"{actor} a changé le rang de l’axe «\u00a0{row.label}\u00a0».")
    return later.index(row.pk) + 1, len(alike)


@transaction.atomic
def place_objective(objective, *, actor, seen, axis=None, before=None):
    """Put an objective just before another of `axis` (its own by default), or last of them. Returns its place.

    Its actions follow it to another axis. Raises `ValidationError`.
    """
    programme = objective.axis.programme
    _lock(programme, seen)
    row = Objective.objects.select_related("axis").get(pk=objective.pk)
    origin, goal = row.axis, axis or row.axis
    same_programme(row, goal)
    siblings = list(goal.objectives.order_by("order", "pk"))
    earlier = [one.pk for one in siblings]
    target = _target(before, siblings, "Cet objectif n’est plus dans l’axe choisi.")
    rest = [one for one in siblings if one.pk != row.pk]
    if target is None or target.pk == row.pk:
        rest.insert(earlier.index(row.pk) if target else len(rest), row)
    else:
        rest.insert(rest.index(target), row)
    if goal.pk != origin.pk:
        _change_axis(row, goal)
    _number(rest)
    if goal.pk != origin.pk:
        follow_objective(row, origin, actor=actor)
    elif [one.pk for one in rest] != earlier:
        _record(programme, actor, row, f"{actor} a changé le rang de l’objectif «\u00a0{row.label}\u00a0».")
    return rest.index(row) + 1, len(rest)


def _target(before, among, sentence):
    if before is None:
        return None
    found = next((one for one in among if one.pk == before.pk), None)
    if found is None:
        raise ValidationError(sentence)
    return found


def same_programme(objective, axis):
    if objective.axis.programme_id != axis.programme_id:
        raise ValidationError("Un objectif reste dans son programme\u00a0: cet axe est d’un autre programme.")


def _change_axis(objective, axis):
    if axis.objectives.filter(label=objective.label).exists():
        raise ValidationError(f"L’axe «\u00a0{axis.label}\u00a0» a déjà un objectif de ce nom.")
    objective.axis = axis
    objective.version += 1
    objective.save(update_fields=["axis", "version"])


def follow_objective(objective, origin, *, actor):
    """After an objective left the axis `origin`: no gap there, and its actions go where it went."""
    axis = objective.axis
    _number(list(origin.objectives.order_by("order", "pk")))
    followers = list(Action.objects.filter(objective=objective).exclude(axis=axis).order_by("pk"))
    Action.objects.filter(objective=objective).exclude(axis=axis).update(axis=axis, version=F("version") + 1)
    words = f"l’objectif «\u00a0{objective.label}\u00a0» de l’axe «\u00a0{origin.label}\u00a0» à l’axe «\u00a0{axis.label}\u00a0»"
    number = len(followers)
    tail = (
        f"{number} actions l’ont suivi"
        if number > 1
        else "une action l’a suivi"
        if number
        else "aucune action n’en relevait"
    )
    _record(axis.programme, actor, objective, f"{actor} a fait passer {words}\u00a0: {tail}.")
    journal.record_many(
        cite_id=axis.programme.cite_id,
        actor=actor,
        verb="action.axis_followed",
        subjects=[
            (
                action,
                f"L’action est passée de l’axe «\u00a0{origin.label}\u00a0» à l’axe «\u00a0{axis.label}\u00a0» avec son objectif.",
            )
            for action in followers
        ],
    )


def renumber(programme):
    """Ranks without gap everywhere in the programme."""
    axes = list(programme.axes.order_by("order", "pk"))
    _number(axes)
    for axis in axes:
        _number(list(axis.objectives.order_by("order", "pk")))


def _number(rows):
    changed = []
    for rank, row in enumerate(rows, start=1):
        if row.order != rank:
            row.order = rank
            changed.append(row)
    if changed:
        type(changed[0]).objects.bulk_update(changed, ["order"])


def _record(programme, actor, subject, sentence):
    journal.record(cite_id=programme.cite_id, actor=actor, verb="plan.ordered", subject=subject, sentence=sentence)
