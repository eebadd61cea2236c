"""The sheet written section by section: two people on two sections never meet, on one they see both versions."""

import hashlib
import json

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.models import Action, ActionPublic, ActionText
from actions.services.sheets import MANY, change_fields
from cite_educative.common import journal
from cite_educative.common.locks import ConflictError


def section_values(action, block):
    """`{name: words}` of what the section holds, "" for what is not known: for the journal."""
    known = {text.key: text.body for text in action.texts.all()}
    values = {name: _words(action, name) for name in block.fields}
    return values | {str(key): known.get(key, "") for key in block.texts}


def _words(action, name):
    if name == "publics":
        rows = action.publics.order_by("kind")
        return "; ".join(f"{row.kind}\u00a0: {'?' if row.expected is None else row.expected}" for row in rows)
    if name in MANY:
        return ", ".join(str(row) for row in getattr(action, name).all())
    value = getattr(action, name)
    return "" if value is None else str(value)


def section_mark(action, block):
    """What a form carries to tell that the section has not changed since it was opened."""
    keys = {name: str(getattr(action, f"{name}_id")) for name in block.fields if hasattr(action, f"{name}_id")}
    written = json.dumps([section_values(action, block), keys], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:24]


@transaction.atomic
def save_section(action, *, block, mark, actor, fields, texts, publics):
    """Save one section of the sheet. `texts` maps keys to bodies, `publics` kinds to expected numbers (None unknown).

    `publics` is None for a section that has none. Raises `ConflictError` when the section is no longer what it was
    when `mark` was made, `ValidationError` for wrong values. Saving the same again changes nothing.
    """
    row = Action.objects.select_for_update(of=("self",)).select_related("cite", "call").get(pk=action.pk)
    if section_mark(row, block) != mark:
        raise ConflictError(row)
    before = section_values(row, block)
    row = change_fields(row, fields)
    _write_texts(row, texts, actor)
    if publics is not None:
        _write_publics(row, publics)
    after = section_values(row, block)
    changed = sorted(name for name in before if before[name] != after[name])
    if changed:
        row.version += 1
        row.save(update_fields=["version", "updated_at"])
        journal.record(
            cite_id=row.cite_id,
            actor=actor,
            verb="action.updated",
            subject=row,
            sentence=f"{actor} a modifié la rubrique «\u00a0{block.label}\u00a0».",
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return row


def _write_texts(action, texts, actor):
    known = {text.key: text for text in action.texts.all()}
    for key, body in texts.items():
        body = body.replace("\r\n", "\n").strip()
        text = known.get(key) or ActionText(action=action, key=key)
        if text.body == body:
            continue
        text.body, text.updated_by = body, actor
        text.full_clean()
        text.save()


def _write_publics(action, publics):
    action.publics.exclude(kind__in=publics).delete()
    for kind, expected in publics.items():
        ActionPublic.objects.update_or_create(action=action, kind=kind, defaults={"expected": expected})


@transaction.atomic
def renew_action(action, *, actor, budget_year, call=None):
    """A draft for another year, with everything but amounts, budget, reference, opinions and decisions.

    Copied budget lines would look like a budget that somebody reviewed: its page shows last year's beside instead,
    and fills the grid with it when asked, to be read again before it is saved.

    Dates and school year move by as many years. Raises `ValidationError` when the action was already renewed for that
    year, or when the year is not a later one.
    """
    row = Action.objects.select_for_update(of=("self",)).select_related("cite", "holder").get(pk=action.pk)
    _check_renewal(row, budget_year)
    shift = budget_year - row.budget_year
    copied = Action(
        **{name: getattr(row, name) for name in COPIED},
        budget_year=budget_year,
        school_year=row.school_year + shift if row.school_year is not None else None,
        starts_on=_shifted(row.starts_on, shift),
        ends_on=_shifted(row.ends_on, shift),
        call=call,
        renews=row,
        request_kind="renewal",
        created_by=actor,
        shared_at=timezone.now() if row.cite_id in actor.access.steered else None,
    )
    copied.full_clean(exclude=["code", "status"])
    copied.save()
    _copy_rows(row, copied, actor)
    origin = row.code or row.title
    journal.record(
        cite_id=row.cite_id,
        actor=actor,
        verb="action.created",
        subject=copied,
        sentence=f"{actor} a reconduit {origin} pour {budget_year}.",
    )
    return copied


def _copy_rows(action, copied, actor):
    for name in MANY:
        getattr(copied, name).set(getattr(action, name).all())
    ActionText.objects.bulk_create(
        ActionText(action=copied, key=text.key, body=text.body, updated_by=actor) for text in action.texts.all()
    )
    ActionPublic.objects.bulk_create(
        ActionPublic(action=copied, kind=public.kind, expected=public.expected) for public in action.publics.all()
    )


COPIED = (
    *("cite", "title", "holder", "axis", "objective", "theme", "contact", "scope", "places", "intercommunal_role"),
    *("audience", "expected_reach", "expected_female_share", "expected_qpv_share", "summary"),
    *("during_school", "around_school", "outside_school", "during_holidays"),
)


def _check_renewal(action, budget_year):
    if budget_year <= action.budget_year:
        raise ValidationError(f"Choisissez un exercice après {action.budget_year}, celui de cette action.")
    earlier = action.renewals.filter(budget_year=budget_year).first()
    if earlier:
        raise ValidationError(
            f"Cette action est déjà reconduite pour {budget_year}\u00a0: {earlier.code or 'fiche en préparation'}."
        )


def _shifted(day, years):
    """The same day some years later; 29 February becomes 28."""
    if day is None:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def renew_actions(actions, *, actor, budget_year, call=None):
    """`[(action, copy or None, sentence)]`, each in its own transaction: what one refuses does not stop the others."""
    results = []
    for action in actions:
        try:
            copied = renew_action(action, actor=actor, budget_year=budget_year, call=call)
        except ValidationError as error:
            results.append((action, None, " ".join(error.messages)))
        else:
            results.append((action, copied, f"Fiche préparée pour {budget_year}."))
    return results
