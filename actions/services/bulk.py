"""The services of a whole table: what the others do row by row, in a few queries. Call them in one transaction."""

from django.db.models import F
from django.utils import timezone

from actions.enums import ActionStatus, EntryKind, Step
from actions.models import Action, ActionLog, Funding, FundingChange
from actions.services.sheets import MANY, next_codes
from cite_educative.common import journal
from partners.enums import Part
from partners.models import Partnership

__all__ = ["FundingChange", "file_actions", "record_amounts", "retain_granted", "update_actions"]
BATCH = 500


def file_actions(actions, many, *, actor, on, run):
    """File actions read in a table: born submitted, with a title and a holder at least.

    `actions` are unsaved rows of one Cité, `many` their communes and neighbourhoods, `on` the day of filing. Each
    gets its code. Changes `actions` in place.
    """
    codes, now = {}, timezone.now()
    for year in {action.budget_year for action in actions}:
        count = sum(action.budget_year == year for action in actions)
        codes[year] = iter(next_codes(actions[0].cite, year, count))
    for action in actions:
        action.code = next(codes[action.budget_year])
        action.status, action.submitted_on = ActionStatus.SUBMITTED, on
        action.created_by, action.shared_at = actor, now
    Action.objects.bulk_create(actions, batch_size=BATCH)
    _add_many(list(zip(actions, many, strict=True)))
    _ensure_holders(actions)
    _log(actions, "submit", ActionStatus.DRAFT, actor, "import")
    journal.record_many(
        cite_id=run.cite_id,
        actor=actor,
        verb="action.imported",
        subjects=[
            (action, f"{actor} a importé l’action du tableau «\u00a0{run.filename}\u00a0».") for action in actions
        ],
    )


def update_actions(changes, *, actor, run):
    """`changes` are (action read under lock, {field: value}, {"communes": rows to add…})."""
    fields = {"version", "updated_at"}
    for action, values, _ in changes:
        before = {name: str(getattr(action, name)) for name in values}
        for name, value in values.items():
            setattr(action, name, value)
        action.version += 1
        action.updated_at = timezone.now()
        fields.update(values)
        journal.record(
            cite_id=action.cite_id,
            actor=actor,
            verb="action.updated",
            subject=action,
            sentence=f"{actor} a mis à jour la fiche par l’import de «\u00a0{run.filename}\u00a0».",
            before=before,
            after={name: str(value) for name, value in values.items()},
        )
    Action.objects.bulk_update([action for action, _, _ in changes], sorted(fields), batch_size=BATCH)
    _add_many([(action, many) for action, _, many in changes])


def record_amounts(changes, *, actor, import_run):
    """Record imported amounts, granted ones with their take-over act. Returns the ledger entries."""
    return Funding.record_many(changes, kind=EntryKind.IMPORT, actor=actor, import_run=import_run)


def retain_granted(entries, *, actor):
    """Actions still in appraisal to which these entries grant money are retained, as `record_act` does."""
    funded = {entry.funding.action_id for entry in entries if entry.step == Step.GRANTED and entry.after}
    waiting = list(
        Action.objects.select_for_update(of=("self",))
        .filter(pk__in=funded, status__in=[ActionStatus.SUBMITTED, ActionStatus.DEFERRED])
        .order_by("pk")
    )
    sources = {}
    for action in waiting:
        Action.TRANSITIONS["retain"].check(ActionStatus(action.status))
        sources.setdefault(action.status, []).append(action)
    target = Action.TRANSITIONS["retain"].target
    for source, moved in sources.items():
        for start in range(0, len(moved), BATCH):
            batch = [action.pk for action in moved[start : start + BATCH]]
            Action.objects.filter(pk__in=batch).update(
                status=target, version=F("version") + 1, updated_at=timezone.now()
            )
        for action in moved:
            action.status = target
        _log(moved, "retain", source, actor, "acte du financeur")


def _log(actions, transition, source, actor, comment):
    ActionLog.objects.bulk_create(
        [
            ActionLog(
                action=action,
                actor=actor,
                transition=transition,
                from_status=source,
                to_status=action.status,
                comment=comment,
            )
            for action in actions
        ],
        batch_size=BATCH,
    )


def _add_many(pairs):
    for name in MANY:
        through = getattr(Action, name).through
        target = f"{Action._meta.get_field(name).related_model._meta.model_name}_id"
        rows = [
            through(action_id=action.pk, **{target: row.pk}) for action, many in pairs for row in many.get(name, ())
        ]
        through.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def _ensure_holders(actions):
    if not actions:
        return
    cite, wanted = actions[0].cite, {action.holder_id for action in actions}
    known = Partnership.objects.filter(cite=cite, part=Part.HOLDER, organisation__in=wanted)
    missing = wanted - set(known.values_list("organisation_id", flat=True))
    Partnership.objects.bulk_create(
        [Partnership(cite=cite, organisation_id=pk, part=Part.HOLDER) for pk in sorted(missing)], batch_size=BATCH
    )
