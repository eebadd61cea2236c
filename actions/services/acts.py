from django.db import transaction

from actions.enums import ActionStatus, EntryKind, Step
from actions.models import Action, FunderAct, Funding, NotificationRelease
from actions.services.money import ensure_funding
from cite_educative.common import journal
from cite_educative.common.money import total
from partners.models import Cite


@transaction.atomic
def record_act(*, act, grants, actor, import_run=None, entered_on=None, on_behalf_of=None, received=""):
    """Save a funder's act and what it grants: `grants` is `[(funding, amount in euros)]`.

    The only writer of granted amounts. A second run with the same act and amounts changes nothing. `entered_on`
    stands for the day of the fact when the act has none (a take-over). `on_behalf_of` and `received` tell for whom
    and how an act was entered for its funder. Returns the ledger entries written.
    """
    if act.pk is None:
        act.full_clean()
        act.save()
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
        _retain_granted(entries, actor)
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


def _retain_granted(entries, actor):
    """A funder that grants retains: the action leaves the appraisal."""
    funded = {entry.funding.action_id for entry in entries if entry.after}
    waiting = Action.objects.filter(pk__in=funded, status__in=[ActionStatus.SUBMITTED, ActionStatus.DEFERRED])
    for action in waiting.select_for_update(of=("self",)).order_by("pk"):
        action.move("retain", actor=actor, reference="acte du financeur")


def _counted(entries):
    return f"{len(entries)} financement{'s' if len(entries) > 1 else ''}"


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
            sentence=f"{actor} a libéré les notifications {budget_year} de {source}.",
        )
    return release
