"""The lists that each Cité keeps: themes, themes of the contrat de ville, linked schemes."""

from django.core.exceptions import ValidationError
from django.db import transaction

from actions.models import ContractTheme, Scheme, Theme
from actions.usual_lists import USUAL_CONTRACT_THEMES, USUAL_SCHEMES, USUAL_THEMES
from cite_educative.common import journal
from cite_educative.common.locks import next_version
from cite_educative.common.once import lock_row

NAMES = {
    Theme: "les thématiques",
    ContractTheme: "les thèmes du contrat de ville",
    Scheme: "les dispositifs liés",
}
USUAL = {
    Theme: [{"label": label} for label in USUAL_THEMES],
    ContractTheme: [{"label": label} for label in USUAL_CONTRACT_THEMES],
    Scheme: [
        {"label": label, "full_label": full_label, "institution": institution}
        for label, (full_label, institution) in USUAL_SCHEMES.items()
    ],
}


def _rows(item_or_model, cite):
    model = item_or_model if isinstance(item_or_model, type) else type(item_or_model)
    return list(model.objects.filter(cite=cite).order_by("order", "label", "pk"))


def _number(rows):
    changed = []
    for rank, row in enumerate(rows, start=1):
        if row.order != rank:
            row.order = rank
            changed.append(row)
    if changed:
        type(changed[0]).objects.bulk_update(changed, ["order"])


@transaction.atomic
def save_list_item(item, *, actor, version=None):
    """Add at the end of its list, or rename; raises `ValidationError`, `ConflictError` when saved since `version`."""
    lock_row(item.cite)
    item.version = next_version(item, version)
    rows = _rows(item, item.cite)
    item.label = " ".join(item.label.split())
    twin = next((row for row in rows if row.pk != item.pk and row.label.casefold() == item.label.casefold()), None)
    if twin:
        tail = "" if twin.is_active else " Il est retiré\u00a0: vous pouvez le reprendre."
        raise ValidationError(f"La liste a déjà «\u00a0{twin.label}\u00a0».{tail}")
    created = item.pk is None
    before = None if created else type(item).objects.get(pk=item.pk).label
    if created:
        item.order = len(rows) + 1
    item.full_clean()
    item.save()
    if created:
        _record(item, actor, "a ajouté", "à")
    elif before != item.label:
        _record(item, actor, f"a renommé «\u00a0{before}\u00a0» en", "dans")
    else:
        _record(item, actor, "a modifié", "dans")
    return item


@transaction.atomic
def place_list_item(item, *, actor, seen, before=None):
    """Put it just before another, or last. `seen`: keys in the order that the user saw. Returns its place."""
    lock_row(item.cite)
    rows = _rows(item, item.cite)
    if [row.pk for row in rows] != list(seen):
        raise ValidationError(
            "La liste a changé pendant que vous l’aviez ouverte\u00a0: la voici, rien n’a été déplacé."
        )
    rest = [row for row in rows if row.pk != item.pk]
    keys = [row.pk for row in rest]
    rank = keys.index(before.pk) if before and before.pk in keys else len(rest)
    if before and before.pk == item.pk:
        rank = [row.pk for row in rows].index(item.pk)
    rest.insert(rank, next(row for row in rows if row.pk == item.pk))
    _number(rest)
    _record(item, actor, "a changé le rang de", "dans")
    return rank + 1, len(rest)


def is_used(item):
    """Whether anything names it: actions, objectives, ordinary policies…"""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: item}).exists()
        for relation in type(item)._meta.related_objects
    )


@transaction.atomic
def retire_list_item(item, *, actor):
    """No longer proposed; erased if nothing ever named it. Returns whether it is still there."""
    lock_row(item.cite)
    row = type(item).objects.get(pk=item.pk)
    kept = is_used(row)
    _record(row, actor, "a retiré", "de")
    if kept:
        row.is_active = False
        row.save(update_fields=["is_active"])
    else:
        row.delete()
        _number(_rows(item, item.cite))
    return kept


@transaction.atomic
def restore_list_item(item, *, actor):
    """Proposed again. A second run changes nothing."""
    lock_row(item.cite)
    row = type(item).objects.get(pk=item.pk)
    if not row.is_active:
        row.is_active = True
        row.save(update_fields=["is_active"])
        _record(row, actor, "a repris", "dans")
    return row


@transaction.atomic
def add_usual_items(model, cite, *, actor):
    """Those of the usual list that this one lacks, after the others; returns how many were added."""
    lock_row(cite)
    rows = _rows(model, cite)
    known = {row.label.casefold() for row in rows}
    added = [usual for usual in USUAL[model] if usual["label"].casefold() not in known]
    model.objects.bulk_create(
        model(cite=cite, order=rank, **usual) for rank, usual in enumerate(added, start=len(rows) + 1)
    )
    if added:
        listed = ", ".join(f"«\u00a0{usual['label']}\u00a0»" for usual in added)
        _journal(cite, actor, cite, f"{actor} a ajouté {listed} dans {NAMES[model]}.")
    return len(added)


def _record(item, actor, words, link):
    name = NAMES[type(item)]
    place = {"à": f"aux {name[4:]}", "de": f"des {name[4:]}", "dans": f"dans {name}"}[link]
    _journal(item.cite, actor, item, f"{actor} {words} «\u00a0{item.label}\u00a0» {place}.")


def _journal(cite, actor, subject, sentence):
    journal.record(cite_id=cite.pk, actor=actor, verb="cite_list.changed", subject=subject, sentence=sentence)
