"""Who takes over which mandates of somebody who leaves."""

from dataclasses import dataclass
from datetime import date, timedelta

from cite_educative.common.dates import date_fr
from cite_educative.home.handover import mandate_label
from governance.models import BodyMember
from partners.models import Mandate, Person
from partners.services import PartnersError, create_person, open_mandate


@dataclass(frozen=True)
class Taken:
    """A mandate that the successor takes over; `held` is her own when she has the same one that day."""

    mandate: Mandate
    starts_on: date
    ends_on: date | None
    held: Mandate | None

    def sentence(self, successor):
        if self.held:
            return f"{successor.formal_name} le tient déjà"
        until = f" au {date_fr(self.ends_on)}" if self.ends_on else ""
        since = "du" if self.ends_on else "à compter du"
        return f"{successor.formal_name}, {since} {date_fr(self.starts_on)}{until}"


def same_name(identity, prefix=""):
    """A lookup."""
    return {f"{prefix}{name}__iexact": identity[name] for name in ("first_name", "last_name")}


def welcome_successor(*, actor, cite, identity):
    """Add somebody new to the directory. Raises `PartnersError` for a person already there, homonyms by e-mail apart."""
    known = Person.objects.known_in(cite).filter(**same_name(identity)).first()
    if known and (not known.email or not identity.get("email") or known.email.lower() == identity["email"].lower()):
        raise PartnersError(
            f"{known.formal_name} est déjà dans l’annuaire\u00a0: choisissez cette personne dans la liste.",
            field="successor",
        )
    return create_person(actor=actor, cite=cite, **identity)


def take_over(*, cite, leaver, successor, leaves_on, kept, chosen):
    """Those of the mandates `kept` by the leaver that the successor takes over from the day after: a list of `Taken`.

    Writes nothing. Raises `PartnersError`.
    """
    if successor is None:
        return []
    if successor.pk == leaver.pk:
        raise PartnersError(
            "La personne qui prend la suite est celle qui part\u00a0: choisissez quelqu’un d’autre.", field="successor"
        )
    starts_on = leaves_on + timedelta(days=1)
    taken = [_taken(mandate, successor, leaves_on, starts_on) for mandate in kept if mandate.pk in chosen]
    if not taken and not Mandate.objects.filter(cite=cite, person=successor).active(starts_on).exists():
        raise PartnersError(
            f"{successor.formal_name} n’aura pas de mandat dans la Cité le {date_fr(starts_on)}\u00a0: cochez au moins un "
            "mandat à reprendre, ou choisissez quelqu’un d’autre.",
            field="mandates",
        )
    return taken


def _taken(mandate, successor, leaves_on, starts_on):
    same = ("cite_id", "role", "organisation_id", "side_id", "seat_id", "substitute_of_id")
    held = (
        Mandate.objects.filter(person=successor, **{name: getattr(mandate, name) for name in same})
        .active(starts_on)
        .first()
    )
    if held and (missing := set(mandate.communes.all()) - set(held.communes.all())):
        raise PartnersError(
            f"{successor.formal_name} est déjà {held.role_label}, sans suivre "
            f"{', '.join(sorted(commune.name for commune in missing))}\u00a0: complétez d’abord les communes de son mandat, "
            "puis revenez à la passation.",
            field="mandates",
        )
    term = mandate.ends_on if mandate.ends_on and mandate.ends_on > leaves_on else None
    return Taken(mandate, starts_on, term, held)


def give(*, actor, taken, successor):
    """The same mandate from the day after, with its term, seat and bodies; its title too, unless the civility changes."""
    mandate, given = taken.mandate, taken.held
    if given is None:
        try:
            given = open_mandate(
                actor=actor,
                cite=mandate.cite,
                person=successor,
                role=mandate.role,
                starts_on=taken.starts_on,
                ends_on=taken.ends_on,
                communes=mandate.communes.all(),
                seat=mandate.seat,
                substitute_of=mandate.substitute_of,
                organisation=mandate.organisation,
                side=mandate.side,
                rank=mandate.rank,
                title=mandate.title if successor.civility == mandate.person.civility else "",
            )
        except PartnersError as error:
            raise PartnersError(
                f"Le mandat «\u00a0{mandate_label(mandate)}\u00a0» ne peut pas être repris. {error}", field="mandates"
            ) from error
    for body in mandate.memberships.values_list("body", flat=True):
        BodyMember.objects.get_or_create(body_id=body, mandate=given)
