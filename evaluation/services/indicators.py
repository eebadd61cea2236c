"""The catalogue of indicators: what is followed, with which targets."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from cite_educative.common.locks import next_version
from cite_educative.common.once import lock_row
from evaluation.enums import Nature
from evaluation.models import Indicator, Target
from evaluation.services.writing import first_click, record

# With figures already there, another value would make them say something else.
SETTLED = {
    "unit": "Des chiffres sont déjà saisis dans cette unité\u00a0: créez plutôt un nouvel indicateur.",
    "frequency": "Des chiffres sont déjà saisis à cette fréquence\u00a0: créez plutôt un nouvel indicateur.",
}
# What the application itself says of a figure that it computes.
OF_COMPUTATION = (
    "nature",
    "computed_key",
    "unit",
    "definition",
    "numerator_label",
    "denominator_label",
    "source",
    "open_data_id",
    "frequency",
    "breakdowns",
)
SHARE = {
    "denominator_label": "Des chiffres sont déjà saisis\u00a0: un dénominateur ne s’ajoute ni ne s’ôte plus, créez plutôt un nouvel indicateur."
}
LINKS = ("questions", "themes", "actions")


@transaction.atomic
def save_indicator(indicator, *, actor, version=None, targets=None, **links):
    """Create or change an indicator, the last of its Cité when it is new. A second click on a new one finds the first.

    `targets` is `{civil year: Decimal or None}`: None erases the target of that year, a year left out keeps its own.
    `links` are `questions`, `themes`, `actions`: each replaces what was linked. A computed indicator keeps what tells
    how it is computed. Raises `ValidationError`, and `ConflictError` when somebody saved since `version`.
    """
    lock_row(indicator.cite)
    created = indicator.pk is None
    if created:
        known = first_click(indicator, Indicator.objects.filter(cite=indicator.cite))
        if known:
            return known
        indicator.order = (indicator.cite.indicators.aggregate(last=Max("order"))["last"] or 0) + 1
    indicator.version = next_version(indicator, version)
    if not created:
        _keep_settled(indicator)
    _check_links(indicator, links)
    indicator.full_clean()
    indicator.save()
    for name in LINKS:
        if name in links:
            getattr(indicator, name).set(links[name])
    aimed = _save_targets(indicator, targets or {})
    words = f"a {'ajouté' if created else 'modifié'} l’indicateur {_named(indicator)}{aimed}"
    _record(indicator, actor, "created" if created else "updated", words)
    return indicator


def _keep_settled(indicator):
    before = Indicator.objects.get(pk=indicator.pk)
    if before.nature == Nature.COMPUTED:
        for name in OF_COMPUTATION:
            setattr(indicator, name, getattr(before, name))
    elif indicator.measurements.exists() or indicator.goals.exists():
        faults = {name: said for name, said in SETTLED.items() if getattr(before, name) != getattr(indicator, name)}
        if before.is_share != indicator.is_share and not faults:
            faults = SHARE
        if faults:
            raise ValidationError(faults)


def _check_links(indicator, links):
    if any(row.cite_id != indicator.cite_id for rows in links.values() for row in rows):
        raise ValueError("Some links belong to another Cité.")


def _save_targets(indicator, targets):
    """Write them; returns what changed, in words that follow the sentence of the journal."""
    known = dict(indicator.targets.values_list("year", "value"))
    changed = sorted(year for year, value in targets.items() if known.get(year) != value)
    for year in changed:
        if targets[year] is None:
            indicator.targets.filter(year=year).delete()
        else:
            Target.objects.update_or_create(indicator=indicator, year=year, defaults={"value": targets[year]})
    if not changed:
        return ""
    return f", {'cible' if len(changed) == 1 else 'cibles'} {', '.join(str(year) for year in changed)}"


@transaction.atomic
def retire_indicator(indicator, *, actor):
    """No longer followed: its figures and its targets stay. A second click changes nothing."""
    _set_active(indicator, False, actor, "retired", "ne suit plus l’indicateur")


@transaction.atomic
def restore_indicator(indicator, *, actor):
    """Followed again. A second click changes nothing."""
    _set_active(indicator, True, actor, "restored", "suit de nouveau l’indicateur")


def _set_active(indicator, is_active, actor, verb, words):
    row = Indicator.objects.select_for_update(of=("self",)).get(pk=indicator.pk)
    if row.is_active == is_active:
        return
    row.is_active, row.version = is_active, row.version + 1
    row.save(update_fields=["is_active", "version"])
    _record(row, actor, verb, f"{words} {_named(row)}")


def _named(indicator):
    return f"«\u00a0{indicator}\u00a0»"


def _record(indicator, actor, verb, sentence):
    record(indicator, indicator.cite_id, actor, f"indicator.{verb}", sentence)
