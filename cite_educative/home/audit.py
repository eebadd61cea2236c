"""Do the stored figures say what their history says? Each check yields French sentences, one per difference."""

from collections import defaultdict
from itertools import groupby

from django.db.models import F
from django.db.models.functions import ExtractYear

from actions.enums import EntryKind, Step
from actions.models import Funding, FundingEntry
from cite_educative.common.money import euros
from governance.enums import DecisionStatus, EffectKind
from governance.models import Decision, DecisionEffect, DecisionRecord, Note, NoteVersion

WRITERS = {Step.PROGRAMMED: {EntryKind.DECISION}, Step.GRANTED: {EntryKind.ACT, EntryKind.IMPORT}}


def differences():
    """Everything that does not agree, over the whole database; nothing is written."""
    yield from ledger_differences()
    yield from effect_differences()
    yield from number_differences()


# --- Money ----------------------------------------------------------------------------------------


def ledger_differences():
    """The chain of every amount, then what is stored against its last entry."""
    last = defaultdict(dict)
    entries = FundingEntry.objects.order_by("funding_id", "step", "pk").iterator(chunk_size=2000)
    for (funding, step), chain in groupby(entries, key=lambda entry: (entry.funding_id, entry.step)):
        known = None
        for entry in chain:
            if entry.before != known:
                yield (
                    f"Écriture {entry.pk}, {Step(step).label}\u00a0: part de {euros(entry.before)}, "
                    f"l’écriture précédente disait {euros(known)}."
                )
            if entry.kind not in WRITERS.get(step, EntryKind.values) and entry.kind != EntryKind.REVERSAL:
                yield f"Écriture {entry.pk}\u00a0: un montant {Step(step).label} y a pour origine «\u00a0{entry.get_kind_display()}\u00a0»."
            known = entry.after
        last[funding][step] = entry
    for funding in Funding.objects.select_related("action", "source").order_by("pk").iterator(chunk_size=1000):
        yield from _funding_differences(funding, last.get(funding.pk, {}))


def _funding_differences(funding, last):
    for step in Step:
        entry, stored = last.get(step), getattr(funding, step)
        derived = entry.after if entry else None
        if stored != derived:
            yield f"{funding}, {step.label}\u00a0: {euros(stored)} enregistré, {euros(derived)} selon l’historique."
    programmed, granted = last.get(Step.PROGRAMMED), last.get(Step.GRANTED)
    proof = (funding.programmed_on, funding.programmed_reference)
    if funding.programmed is not None and programmed and proof != (programmed.fact_on, programmed.reference):
        yield f"{funding}\u00a0: la date ou la décision du programmé n’est pas celle de l’historique."
    proof = (funding.granted_on, funding.act_id)
    if funding.granted is not None and granted and proof != (granted.fact_on, granted.act_id):
        yield f"{funding}\u00a0: la date ou l’acte de l’accordé n’est pas celui de l’historique."


# --- Decisions ------------------------------------------------------------------------------------


def effect_differences():
    """One programmed entry for one applied effect, and the same amounts in both."""
    orphans = FundingEntry.objects.filter(step=Step.PROGRAMMED, kind=EntryKind.DECISION, effect__isnull=True)
    for pk in orphans.values_list("pk", flat=True):
        yield f"Écriture {pk}\u00a0: un montant programmé sans effet de décision."
    effects = DecisionEffect.objects.select_related("decision__body", "entry", "action").order_by("pk")
    for effect in effects.iterator(chunk_size=1000):
        yield from _effect_differences(effect)


def _effect_differences(effect):
    entry, label = effect.entry, effect.decision.reference or f"en projet {effect.decision_id}"
    is_adopted = effect.decision.status != DecisionStatus.DRAFT
    if bool(effect.applied_at) != is_adopted:
        fault = "n’est pas appliqué" if is_adopted else "est appliqué avant l’adoption"
        yield f"Décision {label}, {effect.action}\u00a0: un effet {fault}."
    if effect.applied_at and effect.changes_amount and entry is None:
        yield f"Décision {label}, {effect.action}\u00a0: l’effet est appliqué sans écriture."
    if entry is None:
        return
    written = (entry.funding_id, entry.step, entry.before, entry.after, entry.reference)
    if effect.kind != EffectKind.PROGRAMME or written != (
        effect.funding_id,
        Step.PROGRAMMED,
        effect.before,
        effect.after,
        effect.decision.reference,
    ):
        yield f"Décision {label}, {effect.action}\u00a0: l’effet et l’écriture {entry.pk} ne disent pas la même chose."


# --- Numbers --------------------------------------------------------------------------------------


def number_differences():
    """Gapless: decisions per body and year, notes per Cité and year, versions of notes and of relevés."""
    series = (
        ("Décisions de l’instance", Decision.objects.filter(number__isnull=False), (F("body"), F("year"))),
        ("Notes de la Cité", Note.objects.filter(number__isnull=False), (F("cite"), F("year"))),
        ("Versions de la note", NoteVersion.objects.all(), (F("note"), F("note__year"))),
        (
            "Versions du relevé de la réunion",
            DecisionRecord.objects.all(),
            (F("meeting"), ExtractYear("meeting__starts_at")),
        ),
    )
    for words, rows, (owner, year) in series:
        numbers = rows.annotate(series=owner, in_year=year).order_by("series", "in_year", "number")
        numbered = numbers.values_list("series", "in_year", "number")
        for (key, in_year), run in groupby(numbered, key=lambda row: row[:2]):
            found = [number for *_, number in run]
            missing = sorted(set(range(1, max(found) + 1)) - set(found))
            if missing or len(found) != len(set(found)):
                named = ", ".join(map(str, missing)) or "un numéro donné deux fois"
                yield f"{words} {key} ({in_year})\u00a0: il manque {named}."
