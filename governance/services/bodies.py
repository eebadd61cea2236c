from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.locks import lock_version
from cite_educative.common.once import lock_row
from governance.enums import BodyKind
from governance.models import Body, BodyMember, RetroStep
from partners.models import Mandate

SETTINGS = (
    *("label", "code", "prints_positions", "silence_agrees", "competence", "rhythm_every", "rhythm_unit"),
    *("quorum_rule", "quorum_number"),
)


def is_numbered(body):
    """Whether decisions carry its prefix, which then no longer changes."""
    return body.decisions.filter(number__isnull=False).exists()


@transaction.atomic
def create_body(body, *, actor, mandates=(), steps=()):
    """Create a body, seat these mandates; `steps`: (label, days before, fact). Raises `ValidationError`."""
    if any(mandate.cite_id != body.cite_id for mandate in mandates):
        raise ValueError("A mandate belongs to another Cité.")
    body.full_clean()
    body.save()
    BodyMember.objects.bulk_create([BodyMember(body=body, mandate=mandate) for mandate in mandates])
    RetroStep.objects.bulk_create(
        [RetroStep(body=body, label=label, days_before=days, fact=fact) for label, days, fact in steps]
    )
    _record(body, actor, "body.created", f"{actor} a créé l’instance «\u00a0{body.label}\u00a0».")
    return body


def preset_standing(cite, form):
    """[(preset, the body that already is it or None)] of one of the `presets.FORMS`."""
    bodies = list(Body.objects.filter(cite=cite))
    return [(preset, _known(bodies, preset)) for preset in form.bodies]


def _known(bodies, preset):
    """The same name, or the same kind; two working groups are two bodies."""
    alone = preset.kind != BodyKind.GROUP
    same = (body for body in bodies if body.label == preset.label or (alone and body.kind == preset.kind))
    return next(same, None)


@transaction.atomic
def create_bodies(*, cite, form, actor):
    """The bodies of a form that the Cité does not have yet, with members by mandate; returns them. A second run adds none."""
    lock_row(cite)
    known = Body.objects.filter(cite=cite)
    order = known.aggregate(last=Max("order"))["last"] or 0
    codes = set(known.values_list("code", flat=True))
    created = []
    for preset, body in preset_standing(cite, form):
        if body is None:
            order += 1
            code = _free_code(preset.code, codes)
            codes.add(code)
            created.append(_create_preset(cite, preset, code, order, actor))
    return created


def _free_code(code, taken):
    return next(
        one for one in (code, *(f"{code}{letter}" for letter in "BCDEFGHIJKLMNOPQRSTUVWXYZ")) if one not in taken
    )


def _create_preset(cite, preset, code, order, actor):
    mandates = seated_by(cite, preset)
    body = Body(
        cite=cite,
        kind=preset.kind,
        label=preset.label,
        code=code,
        order=order,
        competence=preset.competence,
        rhythm_every=preset.every,
        rhythm_unit=preset.unit,
        quorum_rule=preset.quorum,
    )
    return create_body(body, actor=actor, mandates=mandates, steps=preset.steps)


def seated_by(cite, preset):
    """The titular mandates of today whose role sits in such a body, in protocol order."""
    rows = Mandate.objects.filter(cite=cite, role__in=preset.seated, substitute_of__isnull=True)
    return list(rows.active().in_protocol_order())


@transaction.atomic
def update_body(body, *, actor, version, steps, required_sides, presiding, **values):
    """`values`: `SETTINGS`. `steps`: dicts of label, days_before, fact and the key of the step that each rewrites, if any.

    A step left out is removed with its ticks. Raises `ConflictError`, `ValidationError` when the prefix of numbered
    decisions changes, `ValueError` for what is of another Cité.
    """
    row = lock_version(Body.objects.all(), body.pk, version)
    if any(side.cite_id != row.cite_id for side in required_sides):
        raise ValueError("A side belongs to another Cité.")
    if values["code"] != row.code and is_numbered(row):
        raise ValidationError({"code": "Des décisions portent déjà ce préfixe\u00a0: il ne change plus."})
    for name in SETTINGS:
        setattr(row, name, values[name])
    row.version += 1
    row.full_clean()
    row.save()
    row.meetings.select_related("body").prefetch_related("items").refresh_search()
    row.required_sides.set(required_sides)
    row.members.update(presides=False)
    row.members.filter(mandate__in=presiding).update(presides=True)
    _write_steps(row, steps)
    _record(row, actor, "body.updated", f"{actor} a modifié l’instance «\u00a0{row.label}\u00a0».")
    return row


def _write_steps(body, steps):
    own = {step.pk: step for step in body.steps.all()}
    for values in steps:
        step = own.pop(values["key"], None) or RetroStep(body=body)
        step.label, step.days_before, step.fact = values["label"], values["days_before"], values["fact"]
        step.full_clean()
        step.save()
    body.steps.filter(pk__in=own).delete()


def _record(body, actor, verb, sentence, **values):
    journal.record(cite_id=body.cite_id, actor=actor, verb=verb, subject=body, sentence=sentence, **values)


def candidates(body):
    """Mandates of today or to come that may sit in a body of this Cité, in protocol order."""
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate())
    return Mandate.objects.filter(lasting, cite=body.cite_id).in_protocol_order()


@transaction.atomic
def set_members(body, *, actor, mandates):
    """Seat exactly these mandates among the `candidates`; returns (added, removed) as lists of mandates.

    Members whose mandate is over are left alone, and so are the attendances of every meeting. Raises `ValueError`
    for a mandate that is not a candidate.
    """
    row = Body.objects.select_for_update(of=("self",)).get(pk=body.pk)
    possible = list(candidates(row))
    wanted = {mandate.pk for mandate in mandates}
    if wanted - {mandate.pk for mandate in possible}:
        raise ValueError("A mandate cannot sit in this body.")
    seated = set(row.members.values_list("mandate", flat=True))
    added = [mandate for mandate in possible if mandate.pk in wanted - seated]
    removed = [mandate for mandate in possible if mandate.pk in seated - wanted]
    BodyMember.objects.bulk_create([BodyMember(body=row, mandate=mandate) for mandate in added])
    row.members.filter(mandate__in=removed).delete()
    if added or removed:
        _record(
            row,
            actor,
            "body.members",
            f"{actor} a changé la composition de l’instance «\u00a0{row.label}\u00a0».",
            before={"removed": _names(removed)},
            after={"added": _names(added)},
        )
    return added, removed


def _names(mandates):
    return [mandate.person.formal_name for mandate in mandates]
