"""The communication plan: strategy, items, electoral reserve, agreements of the press services."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.services.quoting import check_links, quotes_the_same, set_links
from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.locks import ConflictError, lock_version
from cite_educative.common.once import just_written, lock_row
from governance.enums import CommunicationState
from governance.models import CommunicationItem, CommunicationStrategy, PressAgreement, ReservePeriod

LINKS = ("actions",)
STRATEGY_FIELDS = ("objectives", "audiences", "messages")


@transaction.atomic
def save_strategy(*, cite, programme, actor, version, **fields):
    """The first version is 0: two people who open the blank page do not overwrite each other. Raises `ConflictError`."""
    lock_row(programme)
    known = CommunicationStrategy.objects.filter(programme=programme).first()
    row = known or CommunicationStrategy(cite=cite, programme=programme, version=0)
    if known and all(getattr(row, name) == fields[name] for name in STRATEGY_FIELDS):
        return row
    if row.version != version:
        raise ConflictError(row)
    for name in STRATEGY_FIELDS:
        setattr(row, name, fields[name])
    row.full_clean()
    row.version += 1
    row.save()
    _record(row, actor, "strategy", f"{actor} a écrit la stratégie de communication de «\u00a0{programme}\u00a0».")
    return row


@transaction.atomic
def create_communication_item(*, cite, actor, reserve_checked=False, **fields):
    """A second click finds what the first one wrote. Raises `ValidationError`."""
    item = CommunicationItem(cite=cite, created_by=actor)
    _fill(item, fields, actor, reserve_checked)
    known = just_written(item, lock=cite, alike=lambda row: quotes_the_same(row, LINKS, fields))
    if known:
        return known
    item.save()
    set_links(item, LINKS, fields)
    _record(item, actor, "created", f"{actor} a ajouté «\u00a0{item}\u00a0» au plan de communication.")
    return item


@transaction.atomic
def update_communication_item(item, *, actor, version, reserve_checked=False, **fields):
    """Raises `ConflictError` and `ValidationError`."""
    row = lock_version(CommunicationItem.objects.select_related("cite"), item.pk, version)
    before = {name: getattr(row, name) for name in fields if name not in LINKS}
    checked = row.reserve_day
    _fill(row, fields, actor, reserve_checked)
    changed = [name for name, value in before.items() if value != getattr(row, name)]
    row.version += 1
    row.save()
    changed += set_links(row, LINKS, fields)
    if changed or row.reserve_day != checked:
        now = f", désormais {row.get_state_display()}" if "state" in changed else ""
        sentence = f"{actor} a modifié «\u00a0{row}\u00a0» dans le plan de communication{now}."
        _record(row, actor, "updated", sentence, after={"fields": sorted(changed)})
    return row


def _fill(item, fields, actor, reserve_checked):
    check_links(item.cite, fields)
    for name, value in fields.items():
        if name not in LINKS:
            setattr(item, name, value)
    item.day = item.done_on or item.planned_on
    _check_done(item)
    _check_reserve(item, actor, reserve_checked)
    item.full_clean()


def _check_done(item):
    is_done = item.state == CommunicationState.DONE
    if is_done and item.done_on is None:
        raise ValidationError({"done_on": "Donnez le jour de la diffusion, ou choisissez un autre état."})
    if item.done_on and not is_done:
        raise ValidationError(
            {"state": "Une date de diffusion est donnée\u00a0: choisissez «\u00a0diffusé\u00a0», ou videz-la."}
        )
    if item.done_on and item.done_on > timezone.localdate():
        raise ValidationError(
            {"done_on": "Ce jour n’est pas encore passé\u00a0: écrivez-le plutôt dans «\u00a0prévu le\u00a0»."}
        )


def _check_reserve(item, actor, reserve_checked):
    """The acknowledgement is of one day: it falls when the day changes or leaves every period."""
    period = reserve_on(item.cite, item.day)
    if period is None or item.state == CommunicationState.DROPPED:
        item.reserve_day = item.reserve_by = item.reserve_on = None
    elif item.reserve_day != item.day:
        if not reserve_checked:
            raise ValidationError({"reserve_checked": reserve_sentence(period, item.day)})
        item.reserve_day, item.reserve_by, item.reserve_on = item.day, actor, timezone.localdate()


def reserve_on(cite, day):
    """The first period of reserve that holds this day, or None."""
    if day is None:
        return None
    periods = ReservePeriod.objects.filter(cite=cite, starts_on__lte=day, ends_on__gte=day)
    return periods.order_by("starts_on", "pk").first()


def reserve_sentence(period, day):
    return (
        f"Le {date_fr(day)} tombe dans la réserve électorale «\u00a0{period}\u00a0» (du {date_fr(period.starts_on)} "
        f"au {date_fr(period.ends_on)}). Changez de jour, ou cochez que vous avez vérifié\u00a0: votre nom sera gardé."
    )


@transaction.atomic
def save_reserve_period(period, *, actor, version=None):
    """`period` is filled and not saved. Raises `ConflictError` and `ValidationError`."""
    is_new = period.pk is None
    lock_row(period.cite)
    if is_new:
        same = {name: getattr(period, name) for name in ("label", "starts_on", "ends_on")}
        known = ReservePeriod.objects.filter(cite=period.cite, **same).first()
        if known:
            return known
    else:
        lock_version(ReservePeriod.objects.all(), period.pk, version)
        period.version = version + 1
    period.full_clean()
    period.save()
    dates = f"du {date_fr(period.starts_on)} au {date_fr(period.ends_on)}"
    gesture = "noté" if is_new else "corrigé"
    _record(period, actor, "reserve", f"{actor} a {gesture} la réserve électorale «\u00a0{period}\u00a0», {dates}.")
    return period


@transaction.atomic
def remove_reserve_period(period, *, actor):
    """Twice is once."""
    row = ReservePeriod.objects.select_for_update(of=("self",)).filter(pk=period.pk).first()
    if row:
        _record(row, actor, "reserve", f"{actor} a retiré la réserve électorale «\u00a0{row}\u00a0».")
        row.delete()


@transaction.atomic
def set_press_agreement(*, item, side, actor, version, **fields):
    """The one row of this side and item; `version` is 0 when the form showed none. Raises `ConflictError`."""
    lock_row(item)
    if side.cite_id != item.cite_id:
        raise ValueError("This side is of another Cité.")
    row = PressAgreement.objects.filter(item=item, side=side).first()
    row = row or PressAgreement(item=item, side=side, version=0)
    if row.version and all(getattr(row, name) == value for name, value in fields.items()):
        return row
    if row.version != version:
        raise ConflictError(row)
    for name, value in fields.items():
        setattr(row, name, value)
    _check_answer(row)
    row.entered_by, row.entered_at = actor, timezone.now()
    row.full_clean()
    row.version += 1
    row.save()
    heard = f", {row.said_by}" if row.said_by else ""
    sentence = (
        f"{actor} a noté l’accord de presse «\u00a0{side}\u00a0» sur «\u00a0{item}\u00a0»\u00a0: {row.said}{heard}."
    )
    _record(item, actor, "press", sentence)
    return row


def _check_answer(row):
    today = timezone.localdate()
    if row.answer and row.answered_on is None:
        raise ValidationError({"answered_on": "Donnez le jour de la réponse."})
    if row.answered_on and not row.answer:
        raise ValidationError({"answer": "Une réponse a une date\u00a0: dites si l’accord est donné ou refusé."})
    for name in ("asked_on", "answered_on"):
        if getattr(row, name) and getattr(row, name) > today:
            raise ValidationError({name: "Ce jour n’est pas encore passé. Vérifiez la date."})
    if row.asked_on and row.answered_on and row.answered_on < row.asked_on:
        raise ValidationError({"answered_on": "La réponse ne peut pas précéder la demande. Corrigez l’une des dates."})


def _record(row, actor, verb, sentence, after=None):
    journal.record(
        cite_id=row.cite_id, actor=actor, verb=f"communication.{verb}", subject=row, sentence=sentence, after=after
    )
