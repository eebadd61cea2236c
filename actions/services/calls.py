"""Calls: written, copied for the next wave or year, opened to the public; and the criteria of their grid."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.models import Call, Criterion, ExpectedPiece
from actions.usual_criteria import USUAL_CRITERIA
from cite_educative.common import journal
from cite_educative.common.locks import lock_version, next_version

COPIED = ("cite", "born_in", "presentation", "eligibility", "naming_rule", "contact", "blocks")


@transaction.atomic
def save_call(call, *, actor, version=None):
    """Create or change a call; raises `ValidationError`, and `ConflictError` when somebody saved it since `version`."""
    created = call.pk is None
    if not created:
        current = lock_version(Call.objects.all(), call.pk, call.version if version is None else version)
        # Opened or closed by another page meanwhile.
        call.published_at = current.published_at
        call.version = current.version + 1
    call.full_clean()
    call.save()
    _record(call, actor, "created" if created else "updated", "ouvert" if created else "modifié")
    return call


@transaction.atomic
def copy_call(source, *, actor, **fields):
    """The next wave or year: a call that asks the same, with its pieces and criteria, not published yet.

    `fields`: its own label, years and dates. Raises `ValidationError`.
    """
    call = Call(**{name: getattr(source, name) for name in COPIED}, **fields)
    call.full_clean()
    call.save()
    pieces = source.expected_pieces.all()
    kept = ("label", "help_text", "is_required", "associations_only", "order")
    ExpectedPiece.objects.bulk_create(
        ExpectedPiece(call=call, **{name: getattr(row, name) for name in kept}) for row in pieces
    )
    kept = ("label", "help_text", "weight", "order")
    Criterion.objects.bulk_create(
        Criterion(call=call, **{name: getattr(row, name) for name in kept}) for row in source.criteria.all()
    )
    sentence = f"{actor} a préparé l’appel «\u00a0{call.label}\u00a0» d’après «\u00a0{source.label}\u00a0»."
    journal.record(cite_id=call.cite_id, actor=actor, verb="call.created", subject=call, sentence=sentence)
    return call


@transaction.atomic
def publish_call(call, *, actor):
    """Open its public page, and show it to every member. Raises `ValidationError`; a second run changes nothing."""
    row = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if row.published_at:
        return row
    lacking = [
        words for words, value in (("la présentation", row.presentation), ("la clôture", row.closes_on)) if not value
    ]
    if lacking:
        raise ValidationError(f"Avant de publier la page, complétez l’appel. Il manque\u00a0: {' et '.join(lacking)}.")
    row.published_at = timezone.now()
    return _save_publication(row, actor, "published", "publié la page de")


@transaction.atomic
def withdraw_call(call, *, actor):
    """Close its public page. A second run changes nothing."""
    row = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if row.published_at is None:
        return row
    row.published_at = None
    return _save_publication(row, actor, "withdrawn", "retiré la page de")


def _save_publication(row, actor, verb, words):
    row.version += 1
    row.save(update_fields=["published_at", "version"])
    _record(row, actor, verb, words)
    return row


def _record(call, actor, verb, words):
    sentence = f"{actor} a {words} l’appel «\u00a0{call.label}\u00a0»."
    journal.record(cite_id=call.cite_id, actor=actor, verb=f"call.{verb}", subject=call, sentence=sentence)


# --- Criteria -------------------------------------------------------------------------------------


@transaction.atomic
def save_criterion(criterion, *, actor, version=None):
    """Add or change one criterion of a grid; raises `ValidationError`, `ConflictError` when saved since `version`."""
    created = criterion.pk is None
    criterion.version = next_version(criterion, version)
    criterion.full_clean()
    criterion.save()
    _record_grid(criterion.call, actor, f"{'a ajouté' if created else 'a modifié'} le critère", [criterion.label])
    return criterion


@transaction.atomic
def remove_criterion(criterion, *, actor):
    """Raises `ValidationError` once an opinion scored it: what was thought keeps its question."""
    if criterion.scores.exists():
        raise ValidationError(
            f"Des avis ont déjà noté «\u00a0{criterion.label}\u00a0»\u00a0: ce critère ne s’efface plus. "
            "Vous pouvez changer son intitulé."
        )
    call, label = criterion.call, criterion.label
    criterion.delete()
    _record_grid(call, actor, "a retiré le critère", [label])


@transaction.atomic
def add_usual_criteria(call, *, actor):
    """The five usual ones. Those that the call has already stay as they are; returns how many were added."""
    known = set(call.criteria.values_list("label", flat=True))
    added = [row for row in USUAL_CRITERIA if row["label"] not in known]
    Criterion.objects.bulk_create(
        Criterion(call=call, order=len(known) + rank, **row) for rank, row in enumerate(added, start=1)
    )
    if added:
        _record_grid(call, actor, "a ajouté les critères", [row["label"] for row in added])
    return len(added)


def _record_grid(call, actor, words, labels):
    listed = ", ".join(f"«\u00a0{label}\u00a0»" for label in labels)
    sentence = f"{actor} {words} {listed} à la grille de l’appel «\u00a0{call.label}\u00a0»."
    journal.record(cite_id=call.cite_id, actor=actor, verb="call.criteria", subject=call, sentence=sentence)
