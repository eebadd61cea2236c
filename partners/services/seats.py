from django.db import transaction
from django.db.models import Max, Q

from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from partners.enums import Part, SideKind
from partners.models import Mandate, Seat, Side
from partners.services.cites import add_partnership
from partners.services.errors import PartnersError


@transaction.atomic
def create_seat(*, actor, side, organisation, label):
    """Add a place for this side of the Troïka, after its others; its organisation becomes a pilot of the Cité.

    One voice, hence one seat, per commune on the communes’ side. Raises `PartnersError`.
    """
    side = Side.objects.select_for_update(of=("self",)).select_related("cite").get(pk=side.pk)
    _check_voice(side, organisation)
    add_partnership(actor=actor, cite=side.cite, organisation=organisation, part=Part.SIDE, side=side)
    last = side.seats.aggregate(last=Max("order"))["last"] or 0
    seat = Seat.objects.create(side=side, organisation=organisation, label=label, order=last + 1)
    _record(seat, actor, "create", f"Le siège «\u00a0{label}\u00a0» a été ajouté pour {organisation}.")
    return seat


def _check_voice(side, organisation):
    if side.kind != SideKind.COMMUNES:
        return
    seat = side.seats.open().filter(organisation=organisation).first()
    if seat:
        raise PartnersError(
            f"Une commune n’a qu’une voix dans le collège «\u00a0{side}\u00a0», et {organisation} y a déjà le siège "
            f"«\u00a0{seat}\u00a0». Pour une autre personne, ouvrez un mandat de titulaire ou une suppléance sur ce siège.",
            field="organisation",
        )


def _record(seat, actor, verb, sentence, **values):
    journal.record(
        cite_id=seat.side.cite_id, actor=actor, verb=f"seat.{verb}", subject=seat, sentence=sentence, **values
    )


def _lock(seat):
    rows = Seat.objects.select_for_update(of=("self",)).select_related("side__cite", "organisation")
    return rows.get(pk=seat.pk)


@transaction.atomic
def update_seat(*, actor, seat, label, place):
    """Rename it and give it the `place`-th rank, from 1, among the open seats of its side."""
    row = _lock(seat)
    before = {"label": row.label, "place": row.order}
    row.label = label
    row.save(update_fields=["label"])
    others = list(row.side.seats.open().exclude(pk=row.pk))
    others.insert(max(place, 1) - 1, row)
    for order, other in enumerate(others, start=1):
        if other.order != order:
            other.order = order
            other.save(update_fields=["order"])
    after = {"label": label, "place": row.order}
    if after != before:
        sentence = f"{actor} a modifié le siège «\u00a0{label}\u00a0»."
        _record(row, actor, "update", sentence, before=before, after=after)
    return row


@transaction.atomic
def close_seat(*, actor, seat, closed_on):
    """The Troïka has it no more from that day on. Returns None when it was deleted, as nobody ever held it.

    Raises `PartnersError` when somebody holds it that day or later.
    """
    row = _lock(seat)
    if not row.mandates.exists():
        _record(row, actor, "delete", f"{actor} a supprimé le siège «\u00a0{row}\u00a0», que personne n’a tenu.")
        row.delete()
        return None
    held = row.mandates.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=closed_on)).select_related("person").first()
    if held:
        until = f" jusqu’au {date_fr(held.ends_on)}" if held.ends_on else ""
        raise PartnersError(
            f"Ce siège est tenu par {held.person.formal_name}{until}\u00a0: terminez d’abord ce mandat, ou choisissez "
            "un jour postérieur.",
            field="closed_on",
        )
    before, row.closed_on = row.closed_on, closed_on
    row.save(update_fields=["closed_on"])
    sentence = f"{actor} a clos le siège «\u00a0{row}\u00a0» à compter du {date_fr(closed_on)}."
    _record(row, actor, "close", sentence, before={"closed_on": before}, after={"closed_on": closed_on})
    return row


@transaction.atomic
def reopen_seat(*, actor, seat):
    """Undo a closing; nothing to do on an open seat. Raises `PartnersError` when its commune has another seat now."""
    row = _lock(seat)
    if row.closed_on is None:
        return row
    Side.objects.select_for_update(of=("self",)).get(pk=row.side_id)
    _check_voice(row.side, row.organisation)
    before, row.closed_on = row.closed_on, None
    row.save(update_fields=["closed_on"])
    sentence = f"{actor} a rouvert le siège «\u00a0{row}\u00a0»."
    _record(row, actor, "reopen", sentence, before={"closed_on": before})
    return row


def seat_history(seat):
    """Every mandate ever opened on it, titulars and substitutes, oldest first."""
    rows = Mandate.objects.filter(seat=seat).select_related("person", "organisation", "seat")
    return rows.order_by("starts_on", "pk")
