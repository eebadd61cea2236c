from django.db import transaction
from django.db.models import F
from django.utils import timezone

from actions.enums import ActionStatus, EntryKind, Step
from actions.models import ActFile, Action, AssemblySession, FunderAct, Funding, NotificationRelease
from actions.services.money import ensure_funding
from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.locks import lock_version, next_version
from cite_educative.common.money import total
from cite_educative.common.once import is_same_file, lock_row
from partners.models import Cite

CORRECTED_FIELDS = ("kind", "number", "decided_on", "label")


@transaction.atomic
def record_act(*, act, grants, actor, import_run=None, entered_on=None, on_behalf_of=None, received=""):
    """Save a funder's act and what it grants: `grants` is `[(funding, amount in euros)]`.

    With `correct_act`, the only writer of granted amounts. A second run with the same act and amounts changes nothing. `entered_on`
    stands for the day of the fact when the act has none (a take-over). `on_behalf_of` and `received` tell for whom
    and how an act was entered for its funder. Returns the ledger entries written.
    """
    is_new = _save_new(act)
    on = act.decided_on or entered_on
    amounts = {funding.pk: amount for funding, amount in grants}
    entries = []
    for funding in Funding.objects.select_for_update(of=("self",)).filter(pk__in=amounts).order_by("pk"):
        entry = funding.record(
            Step.GRANTED,
            amounts[funding.pk],
            kind=EntryKind.IMPORT if import_run else EntryKind.ACT,
            on=on,
            actor=actor,
            reference=str(act),
            act=act,
            import_run=import_run,
            on_behalf_of=on_behalf_of,
            received=received,
        )
        if entry:
            entries.append(entry)
    if entries:
        if not is_new:
            _make_stale(act)
        _retain_granted(entries, actor)
        _note_told(entries)
        journal.record(
            cite_id=act.cite_id,
            actor=actor,
            verb="act.recorded",
            subject=act,
            sentence=f"{actor} a enregistré l’acte «\u00a0{act}\u00a0»\u00a0: {_counted(entries)}.",
            after={"granted": str(total(entry.after for entry in entries))},
        )
    return entries


@transaction.atomic
def grant_by_act(*, act, source, budget_year, grants, actor, on_behalf_of=None, received=""):
    """What one source grants by one act to some actions: `grants` is `[(action, amount in euros)]`.

    An act of the same funder, kind, number and date is the same act: sending the form twice records it once.
    Raises `ValueError` when an action is another Cité's. Returns (act, ledger entries written).
    """
    Cite.objects.select_for_update(of=("self",)).get(pk=source.cite_id)
    if act.cite_id != source.cite_id:
        raise ValueError("The act belongs to another Cité.")
    if act.number:
        same = FunderAct.objects.filter(
            cite=act.cite, organisation=act.organisation, kind=act.kind, number=act.number, decided_on=act.decided_on
        )
        act = same.order_by("pk").first() or act
    fundings = [(ensure_funding(action, source, budget_year), amount) for action, amount in grants]
    entries = record_act(act=act, grants=fundings, actor=actor, on_behalf_of=on_behalf_of, received=received)
    return act, entries


def _save_new(act):
    """Whether the act was not saved yet; raises `ValidationError`."""
    is_new = act.pk is None
    if is_new:
        act.full_clean()
        act.save()
    return is_new


def _make_stale(act):
    """A correction of this act that is open somewhere must read it again."""
    FunderAct.objects.filter(pk=act.pk).update(version=F("version") + 1)


def _retain_granted(entries, actor):
    """A funder that grants retains: the action leaves the appraisal."""
    funded = {entry.funding.action_id for entry in entries if entry.after}
    waiting = Action.objects.filter(pk__in=funded, status__in=[ActionStatus.SUBMITTED, ActionStatus.DEFERRED])
    for action in waiting.select_for_update(of=("self",)).order_by("pk"):
        action.move("retain", actor=actor, reference="acte du financeur")


def _note_told(entries):
    """After a release, the holder reads at once what is granted."""
    keys = [entry.funding_id for entry in entries]
    told = Funding.objects.filter(pk__in=keys, notified_on=None).with_release().filter(is_released=True)
    Funding.objects.filter(pk__in=list(told.values_list("pk", flat=True))).update(notified_on=timezone.localdate())


def _counted(entries):
    return f"{len(entries)} financement{'s' if len(entries) > 1 else ''}"


@transaction.atomic
def correct_act(act, *, version, grants, reason, actor):
    """Save what was mistyped in an act: `act` carries the right fields, `grants` is `{funding pk: amount or None}`.

    An amount withdrawn (None) is no longer known; the ledger keeps the wrong one, the right one and `reason`. Raises
    `ConflictError`, `ValidationError`. Returns the entries written.
    """
    before = lock_version(FunderAct.objects.all(), act.pk, version)
    told = {name: str(getattr(before, name) or "") for name in CORRECTED_FIELDS}
    act.version = version + 1
    act.full_clean()
    act.save(update_fields=[*CORRECTED_FIELDS, "version"])
    entries = []
    for funding in act.fundings.select_for_update(of=("self",)).order_by("pk"):
        entry = funding.record(
            Step.GRANTED,
            grants.get(funding.pk, funding.granted),
            kind=EntryKind.ACT,
            on=act.decided_on or funding.granted_on,
            actor=actor,
            reference=str(act),
            act=act,
            comment=reason,
        )
        entries += [entry] if entry else []
    _retain_granted(entries, actor)
    journal.record(
        cite_id=act.cite_id,
        actor=actor,
        verb="act.corrected",
        subject=act,
        sentence=f"{actor} a corrigé l’acte «\u00a0{act}\u00a0» ({reason})\u00a0: {_counted(entries)}.",
        before=told,
        after={name: str(getattr(act, name) or "") for name in CORRECTED_FIELDS},
    )
    return entries


@transaction.atomic
def add_act_file(act, *, upload, actor):
    """Join the act as it was received; a second click finds the first one's file."""
    lock_row(act)
    known = next((file for file in act.files.all() if is_same_file(file, upload)), None)
    if known:
        return known
    file = ActFile.objects.create(act=act, file=upload, author=actor)
    journal.record(
        cite_id=act.cite_id,
        actor=actor,
        verb="act.file",
        subject=act,
        sentence=f"{actor} a joint «\u00a0{file.filename}\u00a0» à l’acte «\u00a0{act}\u00a0».",
    )
    return file


@transaction.atomic
def explain_gap(funding, *, reason, actor):
    """Say why a funder granted another amount than the pilots programmed; forgotten when one of the two moves."""
    funding = Funding.objects.select_for_update(of=("self",)).select_related("action", "source").get(pk=funding.pk)
    if funding.gap_reason == reason:
        return funding
    funding.gap_reason = reason
    funding.save(update_fields=["gap_reason"])
    journal.record(
        cite_id=funding.action.cite_id,
        actor=actor,
        verb="funding.gap_explained",
        subject=funding.action,
        sentence=f"{actor} a expliqué l’écart entre programmé et accordé par {funding.source}\u00a0: {reason}",
    )
    return funding


@transaction.atomic
def save_session(session, *, actor, version=None):
    """Note when a funder's assembly votes. Raises `ConflictError`, `ValidationError`."""
    created = session.pk is None
    session.full_clean()
    session.version = next_version(session, version)
    session.save()
    journal.record(
        cite_id=session.cite_id,
        actor=actor,
        verb="session.saved",
        subject=session,
        sentence=f"{actor} a {'noté' if created else 'modifié'} la séance de {session.organisation} "
        f"({session.label}) du {date_fr(session.held_on)}.",
    )
    return session


@transaction.atomic
def remove_session(session, *, actor):
    """It will not be held: no act hangs on a session, so nothing is lost but the date, and the journal keeps it."""
    journal.record(
        cite_id=session.cite_id,
        actor=actor,
        verb="session.removed",
        subject=session,
        sentence=f"{actor} a retiré la séance de {session.organisation} ({session.label}) "
        f"du {date_fr(session.held_on)}.",
    )
    AssemblySession.objects.filter(pk=session.pk).delete()


@transaction.atomic
def release_notifications(*, source, budget_year, actor, on, call=None):
    """From now on holders read what this source answered. A second run changes nothing."""
    if call and call.cite_id != source.cite_id:
        raise ValueError("The call belongs to another Cité.")
    release, created = NotificationRelease.objects.get_or_create(
        source=source,
        budget_year=budget_year,
        call=call,
        defaults={"released_on": on, "released_by": actor},
    )
    if created:
        fundings = Funding.objects.filter(source=source, budget_year=budget_year, granted__isnull=False)
        if call:
            fundings = fundings.filter(action__call=call)
        fundings.filter(notified_on__isnull=True).update(notified_on=on)
        journal.record(
            cite_id=source.cite_id,
            actor=actor,
            verb="notifications.released",
            subject=source,
            sentence=f"{actor} a libéré les notifications {budget_year} de {source}{_of_call(call)}.",
        )
    return release


def _of_call(call):
    return f" pour «\u00a0{call.label}\u00a0»" if call else ""
