"""Ordinary policies ("droit commun"): what institutions bring, or why they bring nothing."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.enums import MainstreamKind
from actions.models import MainstreamAbsence, MainstreamContribution
from cite_educative.common import journal
from cite_educative.common.locks import ConflictError, lock_version
from cite_educative.common.once import just_written, lock_row

UNITS = {MainstreamKind.HOURS: "heures", MainstreamKind.FTE: "ETP"}
HAS_SOME = (
    "Cette action mobilise du droit commun\u00a0: retirez d’abord ces apports, ou dites dans leurs précisions "
    "ce qui manque encore."
)


@transaction.atomic
def add_contribution(*, cite, actor, **fields):
    """A first contribution lifts the reason that said there was none. Raises `ValidationError`; a second click adds nothing."""
    row = MainstreamContribution(cite=cite, author=actor)
    _fill(row, fields)
    known = just_written(row, lock=cite)
    if known:
        return known
    row.save()
    if row.action_id:
        _lift(row.action, actor, because=f"{row.institution} apporte «\u00a0{row.label}\u00a0»")
    _record(row, actor, "created", f"{actor} a noté un apport de droit commun de {row.institution}{_of(row)}.")
    return row


@transaction.atomic
def update_contribution(row, *, actor, version, **fields):
    """Raises `ConflictError` when somebody saved it since `version`, and `ValidationError`."""
    row = lock_version(MainstreamContribution.objects.select_related("cite"), row.pk, version)
    before = _written(row, fields)
    _fill(row, fields)
    row.version += 1
    row.save()
    if row.action_id:
        _lift(row.action, actor, because=f"{row.institution} apporte «\u00a0{row.label}\u00a0»")
    after = _written(row, fields)
    changed = sorted(name for name in fields if before[name] != after[name])
    if changed:
        _record(
            row,
            actor,
            "updated",
            f"{actor} a modifié un apport de droit commun de {row.institution}{_of(row)}.",
            before={_label(name): before[name] for name in changed},
            after={_label(name): after[name] for name in changed},
        )
    return row


@transaction.atomic
def remove_contribution(row, *, actor):
    """It was entered by mistake, or never came. The journal keeps what it said; a second click finds nothing."""
    row = MainstreamContribution.objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if row is None:
        return False
    names = ("institution", "label", "kind", "amount", "quantity")
    kept = {_label(name): value for name, value in _written(row, names).items()}
    sentence = f"{actor} a retiré un apport de droit commun de {row.institution}{_of(row)}."
    _record(row, actor, "removed", sentence, before=kept)
    row.delete()
    return True


@transaction.atomic
def explain_absence(action, *, actor, reason, version=0):
    """Keep why the action mobilises no ordinary policy. `version` is 0 for a first reason.

    Raises `ValidationError` when it does mobilise some, `ConflictError` when somebody wrote since.
    """
    lock_row(action)
    row = MainstreamAbsence.objects.filter(action=action).first()
    if action.mainstream.exists():
        raise ValidationError(HAS_SOME)
    if row and row.reason == reason:
        return row
    if row and row.version != version:
        raise ConflictError(row)
    before = row and {"raison": row.reason}
    if row is None:
        row = MainstreamAbsence(action=action)
    else:
        row.version += 1
    row.reason, row.author, row.said_on = reason, actor, timezone.localdate()
    row.full_clean()
    row.save()
    _journal_action(
        action, actor, f"{actor} a dit pourquoi le droit commun n’est pas mobilisé.", before, {"raison": reason}
    )
    return row


@transaction.atomic
def withdraw_absence(action, *, actor):
    """The reason does not hold any more; nothing happens when there is none."""
    lock_row(action)
    return _lift(action, actor)


def _lift(action, actor, because=""):
    row = MainstreamAbsence.objects.filter(action=action).first()
    if row is None:
        return False
    told = f"\u00a0: {because}" if because else ""
    _journal_action(
        action, actor, f"{actor} a levé la raison de l’absence de droit commun{told}.", {"raison": row.reason}, None
    )
    row.delete()
    return True


def _journal_action(action, actor, sentence, before, after):
    journal.record(
        cite_id=action.cite_id,
        actor=actor,
        verb="mainstream.absence",
        subject=action,
        sentence=sentence,
        before=before,
        after=after,
    )


def _fill(row, fields):
    for name, value in fields.items():
        setattr(row, name, value)
    _check(row)
    if row.action_id:
        row.objective = None
    if row.kind == MainstreamKind.EUROS:
        row.quantity, row.unit = None, ""
    elif not row.unit:
        row.unit = UNITS.get(row.kind, "")
    row.full_clean()


def _check(row):
    """What no form of ours offers: rows of another Cité."""
    cites = {
        "action": row.action and row.action.cite_id,
        "objective": row.objective and row.objective.axis.programme.cite_id,
        "scheme": row.scheme and row.scheme.cite_id,
    }
    for name, cite_id in cites.items():
        if cite_id not in (None, row.cite_id):
            raise ValueError(f"The {name} belongs to another Cité.")


def _of(row):
    if row.action_id:
        return f" à l’action «\u00a0{row.action.title}\u00a0»"
    return f" à l’objectif «\u00a0{row.objective}\u00a0»" if row.objective_id else ""


def _written(row, names):
    values = {name: getattr(row, name) for name in names}
    choices = {name: dict(row._meta.get_field(name).flatchoices) for name in names}
    return {name: "" if value is None else str(choices[name].get(value, value)) for name, value in values.items()}


def _label(name):
    """In the words of the form: the subject of the line is the action, which has no such field."""
    return str(MainstreamContribution._meta.get_field(name).verbose_name)


def _record(row, actor, verb, sentence, **values):
    journal.record(
        cite_id=row.cite_id,
        actor=actor,
        verb=f"mainstream.{verb}",
        subject=row.action if row.action_id else row,
        sentence=sentence,
        **values,
    )
