"""The lines of a Cité's journal, ready to read: what changed is said with the words of the forms."""

from datetime import date, datetime

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.template.loader import render_to_string

from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.models import Entry
from cite_educative.common.money import MoneyField, euros
from cite_educative.common.tables import Column

COLUMNS = [
    Column("when", "Date", kind="date", sort="created_at", width=18),
    Column("sentence", "Ce qui a été fait", width=80, css="sans-mot"),
    Column("actor", "Par", sort=("actor__person__last_name", "actor__person__first_name"), width=28),
    Column("subject", "Objet", sort="subject_type", width=40),
    Column("changes", "Changements", width=60, css="nb sans-mot"),
]
SYSTEM = "l’application"
NOTHING = "rien"


def entries_of(cite):
    return Entry.objects.in_cite(cite.pk).select_related("actor__person")


def entry_row(entry):
    changes = changes_in_words(entry)
    return {
        "when": f"{date_fr(entry.created_at)}, {time_fr(entry.created_at)}",
        "sentence": entry.sentence,
        "actor": actor_name(entry),
        "subject": f"{kind_label(entry.subject_type)}\u00a0: {entry.subject_label}",
        "changes": render_to_string("home/includes/_changes.html", {"changes": changes}) if changes else "",
    }


def entry_values(entry):
    changes = (f"{label}\u00a0: {before} → {after}" for label, before, after in changes_in_words(entry))
    return entry_row(entry) | {"when": entry.created_at, "changes": " ; ".join(changes)}


def actor_name(entry):
    return str(entry.actor) if entry.actor else SYSTEM


def kind_label(subject_type):
    """ "fiche action" for "actions.action"; the type itself for a model that is gone."""
    model = _model(subject_type)
    return str(model._meta.verbose_name) if model else subject_type


def changes_in_words(entry):
    """[(field, before, after)], in words, of the values that differ."""
    before, after = entry.before or {}, entry.after or {}
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    model = _model(entry.subject_type)
    names = dict.fromkeys([*before, *after])
    return [
        (_label(model, name), _written(model, name, before.get(name)), _written(model, name, after.get(name)))
        for name in names
        if before.get(name) != after.get(name)
    ]


def _model(subject_type) -> type[Model] | None:
    try:
        return apps.get_model(subject_type)
    except (LookupError, ValueError):
        return None


def _field(model, name):
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _label(model, name):
    if name == "fields":
        return "rubriques modifiées"
    return str(getattr(_field(model, name), "verbose_name", name.replace("_", " ")))


def _written(model, name, value):
    if value in (None, "", "None", [], {}):  # some keep the text of a Python value
        return NOTHING
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list):
        named = (_label(model, one) if name == "fields" else str(one) for one in value)
        return ", ".join(named)
    field = _field(model, name)
    if isinstance(field, MoneyField):
        return euros(value)
    choices = dict(getattr(field, "flatchoices", ()))
    return str(choices.get(value) or _written_day(value) or value)


def _written_day(value):
    """An ISO day or moment kept as text, as the French write it; None for any other text."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    is_day = len(value) == len("2026-01-01")
    return date_fr(date.fromisoformat(value)) if is_day else f"{date_fr(moment)}, {time_fr(moment)}"
