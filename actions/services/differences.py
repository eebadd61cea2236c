"""Differences with the State's tools, settled one by one: the sheet follows, or stays as it is with a reason."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.differences import BY_ACT, MONEY, OF_FILE, agrees, compared_with_files, day, label_of, ours
from actions.enums import DifferenceState, Step
from actions.models import Action, Difference
from actions.services.money import record_amount
from actions.services.sheets import update_action
from cite_educative.common import journal
from cite_educative.common.locks import ConflictError
from partners.models import Organisation
from partners.services import update_organisation
from partners.services.matching import OrganisationMatcher, name_key


@transaction.atomic
def accept_difference(row, *, actor, seen):
    """The sheet takes the export's value, through the service that a person would use. A second click changes nothing.

    `seen` is what the sheet said on the page. Raises `ConflictError`, its `current` the difference as it stands, when
    the sheet says something else by now, `ValidationError` with a sentence when the value cannot be taken.
    """
    row = _locked(row)
    if row.state != DifferenceState.OPEN:
        return row
    action = _action_of(row)
    now = ours(action, row.key, row.theirs_value)
    if now != seen:
        row.action, row.ours = action, now[:700]
        raise ConflictError(row)
    if not agrees(action, row.key, row.theirs_value):
        _take(row, action, actor)
    _settle(row, DifferenceState.ACCEPTED, actor, before=now)
    return row


@transaction.atomic
def keep_difference(row, *, actor, reason):
    """The sheet stays as it is. Raises `ValidationError` without a reason; a second click changes nothing."""
    row = _locked(row)
    if row.state != DifferenceState.OPEN:
        return row
    row.reason = " ".join(reason.split())
    if not row.reason:
        raise ValidationError({"reason": "Dites en quelques mots pourquoi la valeur de la fiche est gardée."})
    if len(row.reason) > 240:
        raise ValidationError({"reason": "Ce motif est trop long\u00a0: 240 caractères au plus."})
    _settle(row, DifferenceState.KEPT, actor, before=ours(_action_of(row), row.key, row.theirs_value))
    return row


@transaction.atomic
def reopen_difference(row, *, actor):
    """A value kept by mistake is to be settled again. Raises `ValidationError` when a newer export speaks of it."""
    row = _locked(row)
    if row.state != DifferenceState.KEPT:
        return row
    if Difference.objects.open().filter(action=row.action_id, key=row.key, kind=row.kind).exists():
        raise ValidationError("Un export plus récent a déjà rouvert cet écart\u00a0: traitez celui-là.")
    row.state, row.reason, row.settled_by, row.settled_at = DifferenceState.OPEN, "", None, None
    row.save(update_fields=["state", "reason", "settled_by", "settled_at"])
    _record(
        row, actor, "reopened", f"{actor} a rouvert un écart avec {row.get_kind_display()}\u00a0: {label_of(row)}."
    )
    return row


def _locked(row):
    rows = Difference.objects.select_for_update(of=("self",)).select_related(
        "action", "source__organisation", "export"
    )
    return rows.get(pk=row.pk)


def _action_of(row):
    Action.objects.select_for_update(of=("self",)).get(pk=row.action_id)
    return compared_with_files([row])[row.action_id]


def _take(row, action, actor):
    if row.field in OF_FILE:
        raise ValidationError(
            "Ce montant est celui d’un dossier de plusieurs fiches\u00a0: corrigez la fiche qui doit l’être."
        )
    if row.field in BY_ACT:
        raise ValidationError(
            "Un montant accordé ou versé ne se reprend pas d’un export\u00a0: enregistrez l’acte du financeur ou le "
            "versement, avec sa date et sa référence."
        )
    if row.field in MONEY:
        _take_amount(row, action, actor)
    elif row.field == "holder":
        _take_holder(row, action, actor)
    else:
        _update(row, action, actor, **_fields(row))


def _take_amount(row, action, actor):
    """Asked by the holder, committed by the funder: entered for them."""
    concerned = action.holder if row.field == Step.REQUESTED else row.source.organisation
    record_amount(
        action=action,
        source=row.source,
        budget_year=row.budget_year,
        step=row.field,
        amount=Decimal(row.theirs_value),
        on=timezone.localdate(row.export.created_at),
        actor=actor,
        reference=_origin(row)[:160],
        on_behalf_of=concerned,
        received=f"export {row.get_kind_display()}",
    )


def _origin(row):
    return f"export {row.get_kind_display()} «\u00a0{row.export.filename[:110]}\u00a0», ligne {row.line}"


def _update(row, action, actor, **fields):
    sentence = f"{actor} a repris de {row.get_kind_display()}\u00a0: {label_of(row)}."
    update_action(action, actor=actor, version=action.version, sentence=sentence, **fields)


def _fields(row):
    value = row.theirs_value
    if row.field == "status":
        raise ValidationError(
            "Le statut de la fiche ne se reprend pas d’un export\u00a0: faites-la évoluer, avec la date et la décision."
        )
    if row.field == "dates":
        given = {name: day(value[name]) for name in ("starts_on", "ends_on") if value[name]}
        return {**given, "period_text": ""} if len(given) == 2 else given
    if row.field == "total_cost":
        return {"total_cost": Decimal(value)}
    if row.field == "territory":
        return _places(row.action.cite, value)
    return {row.field: value}


def _places(cite, value):
    """The communes and quarters that the Cité knows; else the text, as the places of the action."""
    fields = {}
    for name in ("communes", "neighbourhoods"):
        if value[name]:
            fields[name] = list(getattr(cite, name).filter(pk__in=value[name]))
    return fields or {"places": value["text"][:300]}


def _take_holder(row, action, actor):
    """A SIRET that our directory lacks is added to it; another organisation must be a partner already."""
    siret, name = row.theirs_value["siret"], row.theirs_value["name"]
    same_name = name_key(action.holder.name) == name_key(name)
    by_siret = Organisation.objects.filter(siret=siret).first() if siret else None
    if by_siret is None and same_name and siret and not action.holder.siret:
        update_organisation(actor=actor, organisation=action.holder, cite=action.cite, siret=siret)
        return
    found = by_siret or OrganisationMatcher(action.cite).match(name, siret)[0]
    if found is None:
        raise ValidationError(
            f"«\u00a0{name or siret}\u00a0» n’est pas dans l’annuaire de la Cité\u00a0: ajoutez ce partenaire, puis "
            "revenez accepter l’écart."
        )
    _update(row, action, actor, holder=found)


def _settle(row, state, actor, *, before):
    row.state, row.settled_by, row.settled_at, row.ours = state, actor, timezone.now(), before[:700]
    row.save(update_fields=["state", "settled_by", "settled_at", "ours", "reason"])
    told = f"{label_of(row)}, «\u00a0{row.ours}\u00a0» ici, «\u00a0{row.theirs}\u00a0» dans {row.get_kind_display()}"
    if state == DifferenceState.ACCEPTED:
        sentence = f"{actor} a accepté un écart\u00a0: {told}."
    else:
        sentence = f"{actor} a gardé la valeur de la fiche\u00a0: {told}. Motif\u00a0: {row.reason}"
    values = {"before": {row.field: row.ours}, "after": {row.field: row.theirs}}
    _record(row, actor, str(state), sentence, **values)


def _record(row, actor, verb, sentence, **values):
    journal.record(
        cite_id=row.action.cite_id,
        actor=actor,
        verb=f"difference.{verb}",
        subject=row.action,
        sentence=sentence,
        **values,
    )
