from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from partners.enums import Part, Role
from partners.models import Cite, Mandate, Partnership, Person, Seat
from partners.services.cites import add_partnership
from partners.services.errors import PartnersError
from partners.services.privacy import refuse_forgotten
from partners.wording import agreed

EDITED = ("title", "starts_on", "ends_on", "rank")


@transaction.atomic
def create_person(*, actor, cite, **identity):
    """Add a professional or elected contact; `identity` are the fields of `Person`."""
    person = Person.objects.create(**identity)
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="person.create",
        subject=person,
        sentence=f"{person.formal_name} a été {agreed('ajouté', person.civility)} aux contacts de la Cité.",
    )
    return person


@transaction.atomic
def update_person(*, actor, person, cite, **changes):
    """Returns the names of the fields that changed. The journal keeps the names, not the contact details.

    Raises `PartnersError` for a person rendered anonymous.
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    refuse_forgotten(person)
    changed = [name for name, value in changes.items() if value != getattr(person, name)]
    for name in changed:
        setattr(person, name, changes[name])
    if changed:
        person.save(update_fields=changed)
        journal.record(
            cite_id=cite.pk,
            actor=actor,
            verb="person.update",
            subject=person,
            sentence=f"{actor} a mis à jour les coordonnées de {person.formal_name}.",
            after={"fields": changed},
        )
    return changed


@transaction.atomic
def appoint(*, actor, cite, person=None, identity=None, **mandate):
    """Open a mandate for `person`, or for somebody new described by `identity`."""
    if person is None:
        _check_not_known(cite, identity, mandate)
        person = create_person(actor=actor, cite=cite, **identity)
    return open_mandate(actor=actor, cite=cite, person=person, **mandate)


def _check_not_known(cite, identity, mandate):
    """A form sent twice must not make two persons. The lock makes the second sending wait for the first."""
    Cite.objects.select_for_update(of=("self",)).get(pk=cite.pk)
    names = {name: identity[name] for name in ("first_name", "last_name")}
    same = Mandate.objects.filter(cite=cite, role=mandate["role"], starts_on=mandate["starts_on"])
    if same.filter(**{f"person__{name}__iexact": value for name, value in names.items()}).exists():
        raise PartnersError(
            f"{names['first_name']} {names['last_name']} a déjà ce rôle à cette date\u00a0: choisissez cette personne "
            "dans la liste."
        )


@transaction.atomic
def open_mandate(*, actor, cite, person, role, starts_on, communes=(), seat=None, substitute_of=None, **fields):
    """Let a person act for an organisation in a Cité; the organisation becomes a partner if it was not.

    `fields`: organisation, side, title, ends_on, rank. A seat gives its side and its organisation; a substitute
    takes those of the titular and ends with it. One titular per seat at a time. Raises `PartnersError`.
    """
    seat = _lock_seat(substitute_of.seat if substitute_of else seat)
    # Two sendings of one form wait for each other.
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    refuse_forgotten(person)
    given = seat or substitute_of
    if substitute_of:
        fields["ends_on"] = fields.get("ends_on") or substitute_of.ends_on
    if given:
        fields["side"] = given.side
        fields["organisation"] = fields.get("organisation") or given.organisation
    mandate = Mandate(
        person=person, cite=cite, role=role, starts_on=starts_on, seat=seat, substitute_of=substitute_of, **fields
    )
    communes = list(communes)
    _check_shape(mandate, communes)
    _check_free(mandate)
    mandate.save()
    mandate.communes.set(communes)
    _make_partner(mandate, actor)
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="mandate.open",
        subject=mandate,
        sentence=_opening_sentence(mandate),
        after={"role": str(role), "starts_on": starts_on, "ends_on": mandate.ends_on},
    )
    return mandate


def _lock_seat(seat):
    """Two openings on one seat wait for each other."""
    if seat is None:
        return None
    return Seat.objects.select_for_update(of=("self",)).select_related("side", "organisation").get(pk=seat.pk)


@transaction.atomic
def update_mandate(*, actor, mandate, title, starts_on, ends_on, rank, communes=()):
    """Correct a mandate; returns the names of the fields that changed. Another person, role or organisation is
    another mandate.

    Substitutes who ended with it still do, and none lasts longer than it. Raises `PartnersError`.
    """
    _lock_seat(mandate.seat)
    _lock_led(mandate)
    rows = Mandate.objects.select_for_update(of=("self",))
    row = rows.select_related("person", "organisation", "cite", "side", "seat", "substitute_of__person").get(
        pk=mandate.pk
    )
    refuse_forgotten(row.person)
    before = {name: getattr(row, name) for name in EDITED} | {"communes": _names(row.communes.all())}
    led = _days_led(row)
    row.title, row.starts_on, row.ends_on, row.rank = title, starts_on, ends_on, rank
    communes = list(communes)
    _check_shape(row, communes)
    _check_free(row)
    _check_other_lead(row, led - _days_led(row))
    _follow(row, before["ends_on"], actor)
    row.save(update_fields=EDITED)
    row.communes.set(communes)
    after = {name: getattr(row, name) for name in EDITED} | {"communes": _names(communes)}
    changed = [name for name, value in after.items() if value != before[name]]
    if changed:
        journal.record(
            cite_id=row.cite_id,
            actor=actor,
            verb="mandate.update",
            subject=row,
            sentence=f"{actor} a corrigé le mandat de {row.person.formal_name} ({row.role_label}).",
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return changed


def _names(communes):
    return sorted(commune.name for commune in communes)


def _follow(titular, former_end, actor):
    """The substitutes of an edited mandate keep within it."""
    for row in titular.substitutes.select_related("person"):
        ends_on = titular.ends_on if row.ends_on in (None, former_end) else row.ends_on
        if titular.ends_on and ends_on > titular.ends_on:
            ends_on = titular.ends_on
        outside = (ends_on and ends_on < titular.starts_on) or (titular.ends_on and row.starts_on > titular.ends_on)
        if outside:
            raise PartnersError(
                f"La suppléance de {row.person.formal_name}, {row.period}, serait hors du mandat : "
                "changez d’abord ses dates.",
                field="ends_on",
            )
        if ends_on != row.ends_on:
            _set_end(row, ends_on, actor)


def _set_end(mandate, ends_on, actor):
    before, mandate.ends_on = mandate.ends_on, ends_on
    mandate.save(update_fields=["ends_on"])
    ending = f"prend fin le {date_fr(ends_on)}" if ends_on else "n’a plus de terme"
    journal.record(
        cite_id=mandate.cite_id,
        actor=actor,
        verb="mandate.end",
        subject=mandate,
        sentence=f"Le mandat de {mandate.person.formal_name} {ending}.",
        before={"ends_on": before},
        after={"ends_on": ends_on},
    )


@transaction.atomic
def end_mandate(*, actor, mandate, ends_on, is_handed_over=False):
    """`ends_on` is the last day. Those who stand in for this mandate end with it. Raises `PartnersError`.

    Who hands over gives the mandate to somebody else in the same transaction, and sees to it that the Cité has a lead.
    """
    _lock_led(mandate)
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("person").get(pk=mandate.pk)
    if ends_on < mandate.starts_on:
        raise PartnersError(f"Ce mandat a commencé le {date_fr(mandate.starts_on)} : il ne peut pas finir avant.")
    if mandate.ends_on and mandate.ends_on <= ends_on:
        raise PartnersError(f"Ce mandat prend déjà fin le {date_fr(mandate.ends_on)}.")
    if not is_handed_over:
        _check_other_lead(mandate, {day for day in _days_led(mandate) if day > ends_on})
    substitutes = mandate.substitutes.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=ends_on)).select_related("person")
    for substitute in substitutes:
        if substitute.starts_on > ends_on:
            raise PartnersError(
                f"La suppléance de {substitute.person.formal_name} commence le {date_fr(substitute.starts_on)} : "
                "choisissez une date postérieure."
            )
    for ended in (mandate, *substitutes):
        _set_end(ended, ends_on, actor)
    return mandate


def _lock_led(mandate):
    """Two leads who end each other’s mandate wait for each other."""
    if mandate.role == Role.LEAD:
        Cite.objects.select_for_update(of=("self",)).get(pk=mandate.cite_id)


def _days_led(mandate):
    """Those of today and tomorrow when it leads the Cité; an end to come leaves time to find who follows."""
    today = timezone.localdate()
    days = (today, today + timedelta(days=1))
    return {day for day in days if mandate.role == Role.LEAD and mandate.is_active(day)}


def _check_other_lead(mandate, days):
    """A Cité is never left without anybody who leads it."""
    others = Mandate.objects.filter(cite=mandate.cite_id, role=Role.LEAD).exclude(pk=mandate.pk)
    for day in sorted(days):
        if not others.active(day).exists():
            raise PartnersError(
                f"Le {date_fr(day)}, la Cité n’aurait plus personne pour la diriger\u00a0: ouvrez d’abord le mandat de qui "
                "prend la suite, ou laissez courir celui-ci jusqu’à un jour à venir.",
                field="ends_on",
            )


def _check_shape(mandate, communes):
    _check_dates(mandate)
    if mandate.organisation_id is None:
        raise PartnersError("Choisissez l’organisme au nom duquel la personne agit.", field="organisation")
    if mandate.role == Role.PILOT and mandate.side is None:
        raise PartnersError("Un membre de la Troïka siège pour l’un des pilotes : choisissez lequel.", field="side")
    if mandate.side and mandate.side.cite_id != mandate.cite.pk:
        raise PartnersError(f"Le collège « {mandate.side} » n’est pas de cette Cité.", field="side")
    if mandate.seat:
        _check_seat(mandate)
    if set(communes) - set(mandate.cite.communes.all()):
        raise PartnersError("Une commune choisie n’est pas de cette Cité.", field="communes")
    if mandate.role == Role.REFERENT and not communes:
        raise PartnersError(
            "Un référent ou une référente de commune suit au moins une commune : choisissez laquelle.",
            field="communes",
        )
    if mandate.substitute_of:
        _check_substitute(mandate)


def _check_dates(mandate):
    if mandate.ends_on and mandate.ends_on < mandate.starts_on:
        raise PartnersError("Un mandat ne peut pas finir avant d’avoir commencé.", field="ends_on")


def _check_seat(mandate):
    seat = mandate.seat
    if mandate.role != Role.PILOT:
        raise PartnersError("Seul un membre de la Troïka occupe un siège.", field="seat")
    if mandate.organisation.pk != seat.organisation_id:
        raise PartnersError(
            f"Ce siège est celui de {seat.organisation} : choisissez cet organisme.", field="organisation"
        )
    if seat.closed_on and (mandate.ends_on is None or mandate.ends_on >= seat.closed_on):
        raise PartnersError(
            f"Le siège « {seat} » est clos depuis le {date_fr(seat.closed_on)} : rouvrez-le ou "
            "choisissez-en un autre.",
            field="seat",
        )


def _check_substitute(mandate):
    titular = mandate.substitute_of
    if titular.cite_id != mandate.cite.pk or titular.person_id == mandate.person.pk:
        raise PartnersError("Une suppléance se donne à une autre personne de la même Cité.", field="substitute_of")
    if titular.substitute_of_id:
        raise PartnersError("Une suppléance est celle d’un titulaire, pas d’une autre suppléance.")
    if not _overlapping(Mandate.objects.filter(pk=titular.pk), mandate).exists():
        raise PartnersError(f"La suppléance est hors du mandat de {titular.person.formal_name}.", field="starts_on")
    if titular.ends_on and (mandate.ends_on is None or mandate.ends_on > titular.ends_on):
        raise PartnersError(
            f"Le mandat de {titular.person.formal_name} prend fin le {date_fr(titular.ends_on)} : la suppléance "
            "finit au plus tard ce jour-là.",
            field="ends_on",
        )


def _overlapping(mandates, mandate):
    overlapping = mandates.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=mandate.starts_on))
    return overlapping.filter(starts_on__lte=mandate.ends_on) if mandate.ends_on else overlapping


def _check_free(mandate):
    taken = _overlapping(Mandate.objects.exclude(pk=mandate.pk).select_related("person"), mandate)
    if mandate.seat and not mandate.substitute_of:
        holder = taken.filter(seat=mandate.seat, substitute_of__isnull=True).first()
        if holder:
            raise PartnersError(
                f"Le siège « {mandate.seat} » est tenu par {holder.person.formal_name} {holder.period} : "
                "terminez d’abord ce mandat, ou changez les dates.",
                field="seat",
            )
    same = taken.filter(
        person=mandate.person,
        cite=mandate.cite,
        organisation=mandate.organisation,
        role=mandate.role,
        seat=mandate.seat,
        substitute_of=mandate.substitute_of,
    ).first()
    if same:
        raise PartnersError(f"{mandate.person.formal_name} tient déjà ce mandat {same.period}.", field="person")


def _make_partner(mandate, actor):
    if mandate.role == Role.PILOT:
        part = Part.SIDE
    elif mandate.role == Role.HOLDER:
        part = Part.HOLDER
    elif Partnership.objects.filter(cite=mandate.cite, organisation=mandate.organisation).exists():
        return
    else:
        part = Part.ASSOCIATED
    add_partnership(actor=actor, cite=mandate.cite, organisation=mandate.organisation, part=part, side=mandate.side)


def _opening_sentence(mandate):
    gesture = f"remplace au besoin {mandate.substitute_of.person.formal_name}" if mandate.substitute_of else "agit"
    return (
        f"{mandate.person.formal_name} {gesture} pour {mandate.organisation} "
        f"({mandate.title or mandate.role_label}) à compter du {date_fr(mandate.starts_on)}."
    )
