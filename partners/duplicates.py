"""What the pages of duplicates show, as ready strings."""

from django.db.models import Count
from django.urls import reverse

from partners.enums import IdentityKind
from partners.forms.merging import NOTHING, field_label, written
from partners.models import Mandate
from partners.services import what_moves
from partners.services.merging import KINDS, ORGANISATION_FIELDS, PERSON_FIELDS

SHOWN = 30


def organisation_pairs(pairs):
    """One query, whatever their number."""
    return _drawn(pairs, IdentityKind.ORGANISATION, ORGANISATION_FIELDS)


def person_pairs(pairs):
    """One query, whatever their number."""
    return _drawn(pairs, IdentityKind.PERSON, PERSON_FIELDS)


def _drawn(pairs, kind, fields):
    rows = {row.pk for pair in pairs for row in (pair.first, pair.second)}
    held = Mandate.objects.filter(**{f"{kind.value}__in": rows}).values(kind.value).annotate(number=Count("pk"))
    mandates = dict(held.values_list(kind.value, "number"))
    return [_pair(pair, kind, fields, mandates) for pair in pairs]


def _pair(pair, kind, fields, mandates):
    """The row that has most mandates, else the oldest, is the one proposed to be kept."""
    kept, dropped = sorted((pair.first, pair.second), key=lambda row: (-mandates.get(row.pk, 0), row.pk))
    facts = compared(kept, dropped, fields)
    facts.append(_fact("Mandats", *(str(mandates.get(row.pk, 0)) for row in (kept, dropped))))
    return {
        "kind": kind.value,
        "first": kept.pk,
        "second": dropped.pk,
        "names": [str(kept), str(dropped)],
        "urls": [reverse(f"partners:{kind.value}", args=[row.pk]) for row in (kept, dropped)],
        "reasons": ", ".join(pair.reasons),
        "facts": facts,
        "merge_url": reverse(f"partners:{kind.value}_merge", args=[kept.pk, dropped.pk]),
    }


def compared(kept, dropped, fields):
    """The fields that one of the rows fills in, side by side."""
    facts = [_fact(field_label(kept, name), written(kept, name), written(dropped, name)) for name in fields]
    return [fact for fact in facts if {fact["kept"], fact["dropped"]} != {NOTHING}]


def _fact(label, kept, dropped):
    return {
        "label": label,
        "kept": kept or NOTHING,
        "dropped": dropped or NOTHING,
        "is_different": kept != dropped,
    }


def merge_context(form, kept, dropped, sheet):
    """For `partners/merge.html`; a query for each relation of the model."""
    moves = [f"{number} {label}" for label, number in what_moves(dropped)]
    return {
        "form": form,
        "kept": kept,
        "dropped": dropped,
        "kept_url": reverse(sheet, args=[kept.pk]),
        "dropped_url": reverse(sheet, args=[dropped.pk]),
        "swap_url": reverse(f"{sheet}_merge", args=[dropped.pk, kept.pk]),
        "moves": moves,
        "same": [fact for fact in compared(kept, dropped, KINDS[type(kept)].fields) if not fact["is_different"]],
    }
