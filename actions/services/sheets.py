from django.db import transaction
from django.utils import timezone

from actions.enums import ActionStatus, BornIn
from actions.models import Action
from cite_educative.common import journal
from cite_educative.common.locks import lock_version
from partners.enums import Part
from partners.models import Cite, Partnership

OF_CITE = ("communes", "neighbourhoods", "schools")  # rows of the Cité's perimeter
LISTS = ("themes", "schemes")  # rows that the Cité keeps
MANY = (*OF_CITE, *LISTS)


def next_code(cite, budget_year):
    """ "CE26-014": one more than the highest ever given in this Cité and year. Gaps are allowed, reuse is not.

    Locks the Cité: call it inside a transaction.
    """
    return next_codes(cite, budget_year, 1)[0]


def next_codes(cite, budget_year, count):
    """A run of `count` codes, as `next_code` would give them one after another."""
    Cite.objects.select_for_update(of=("self",)).get(pk=cite.pk)
    prefix = f"{cite.note_prefix}{budget_year % 100:02d}-"
    codes = Action.objects.filter(cite=cite, code__startswith=prefix).values_list("code", flat=True)
    highest = max((int(code.removeprefix(prefix)) for code in codes), default=0)
    return [f"{prefix}{highest + rank:03d}" for rank in range(1, count + 1)]


def _check_cite(action, fields):
    """What no form of ours offers: rows of another Cité."""
    linked = {"call": lambda row: row.cite_id, "renews": lambda row: row.cite_id}
    linked |= {"axis": lambda row: row.programme.cite_id, "objective": lambda row: row.axis.programme.cite_id}
    for name, cite_of in linked.items():
        if fields.get(name) and cite_of(fields[name]) != action.cite_id:
            raise ValueError(f"The {name} belongs to another Cité.")
    for name in LISTS:
        if any(row.cite_id != action.cite_id for row in fields.get(name) or ()):
            raise ValueError(f"Some {name} belong to another Cité.")
    for name in OF_CITE:
        wanted = {row.pk for row in fields.get(name) or ()}
        if wanted - set(getattr(action.cite, name).filter(pk__in=wanted).values_list("pk", flat=True)):
            raise ValueError(f"Some {name} belong to another Cité.")


def _set_fields(action, fields):
    _check_cite(action, fields)
    for name, value in fields.items():
        if name not in MANY:
            setattr(action, name, value)
    action.full_clean(exclude=["code", "status"])


def _set_many(action, fields):
    for name in MANY:
        if name in fields:
            getattr(action, name).set(fields[name])


def _ensure_holder(cite, organisation):
    Partnership.objects.get_or_create(cite=cite, organisation=organisation, part=Part.HOLDER)


@transaction.atomic
def create_action(*, cite, actor, **fields):
    """A draft. The team's drafts are shared at once with the team, a holder's own stay with the holder."""
    action = Action(cite=cite, created_by=actor)
    _set_fields(action, fields)
    if cite.pk in actor.access.steered:
        action.shared_at = timezone.now()
    action.save()
    _set_many(action, fields)
    _ensure_holder(cite, action.holder)
    journal.record(
        cite_id=cite.pk, actor=actor, verb="action.created", subject=action, sentence=f"{actor} a créé l’action."
    )
    return action


def change_fields(row, fields):
    """Set these fields of a row read under lock. Raises `ValidationError`; the caller journals."""
    _set_fields(row, fields)
    row.save()
    _set_many(row, fields)
    _ensure_holder(row.cite, row.holder)
    return row


@transaction.atomic
def update_action(action, *, actor, version, sentence="", **fields):
    """Raises `ConflictError` when somebody saved the sheet since `version`. `sentence` tells who really wrote it."""
    row = lock_version(Action.objects.all(), action.pk, version)
    before = {name: str(getattr(row, name)) for name in fields if name not in MANY}
    row.version += 1
    change_fields(row, fields)
    after = {name: str(getattr(row, name)) for name in before}
    changed = {name for name in before if before[name] != after[name]}
    journal.record(
        cite_id=row.cite_id,
        actor=actor,
        verb="action.updated",
        subject=row,
        sentence=sentence or f"{actor} a modifié la fiche.",
        before={name: before[name] for name in sorted(changed)},
        after={name: after[name] for name in sorted(changed)},
    )
    return row


def missing_for_submission(action):
    """What the eight mandatory fields still lack: `[(field name, French label)]`, empty when it can be submitted."""
    born_in_dauphin = action.call_id is not None and action.call.born_in == BornIn.DAUPHIN
    wanted = [
        ("title", "l’intitulé", bool(action.title)),
        ("holder", "le porteur", action.holder_id is not None),
        ("objective", "l’objectif", action.objective_id is not None),
        ("communes", "le territoire", action.scope == "intercommunal" or action.communes.exists()),
        ("audience", "le public", bool(action.audience)),
        ("starts_on", "les dates", action.starts_on is not None and action.ends_on is not None),
        ("requested", "le montant demandé à un financeur", _is_requested(action)),
        ("external_ref", "la référence Dauphin", not born_in_dauphin or bool(action.external_ref)),
    ]
    return [(name, label) for name, label, present in wanted if not present]


def _is_requested(action):
    """Reads the prefetched fundings when there are."""
    return any(funding.requested is not None for funding in action.fundings.all())


@transaction.atomic
def publish_actions(actions, *, actor):
    """Opens the published part of retained actions to the partners of their Cité. A second run changes nothing."""
    now = timezone.now()
    published = 0
    for action in actions.filter(published_at__isnull=True, status=ActionStatus.RETAINED).select_for_update(
        of=("self",)
    ):
        action.published_at = now
        action.save(update_fields=["published_at"])
        journal.record(
            cite_id=action.cite_id,
            actor=actor,
            verb="action.published",
            subject=action,
            sentence=f"{actor} a publié l’action.",
        )
        published += 1
    return published
