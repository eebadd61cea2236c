"""What the pages of this app show, as ready strings."""

from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.urls import reverse

from cite_educative.common.dates import date_fr
from cite_educative.common.tables import Column
from partners.enums import Part, Role
from partners.models import Mandate, Partnership, Seat

ORGANISATION_COLUMNS = (
    # The text of search begins with the name, without accents: the same order on every database.
    Column("name", "Organisme", sort="search_text"),
    Column("kind", "Nature", sort="kind"),
    Column("parts", "Rôle dans la Cité"),
    Column("contact", "Contact", export=False),
    Column("communes", "Communes", shown=False),
    Column("email", "Courriel de contact", shown=False),
    Column("phone", "Téléphone", shown=False),
    Column("siret", "SIRET", shown=False),
)
# Those who run the Cité day to day, in protocol order.
TEAM_ROLES = (Role.LEAD, Role.CO_LEAD, Role.FINANCE, Role.INSTITUTION, Role.REFERENT)


def organisations_for_list(organisations, cite):
    """With what `organisation_row` reads, in a fixed number of queries."""
    parts = Partnership.objects.filter(cite=cite).select_related("side").order_by("pk")
    return organisations.prefetch_related("communes", Prefetch("partnerships", parts, to_attr="parts_here"))


def organisation_row(organisation):
    values = organisation_values(organisation)
    contact, *others = [*filter(None, (organisation.email, organisation.phone)), ""]
    return values | {
        "contact": contact,
        "notes": {"name": values["communes"], "contact": others[0] if others else ""},
        "url": reverse("partners:organisation", args=[organisation.pk]),
    }


def organisation_values(organisation):
    return {
        "name": organisation.name,
        "kind": organisation.get_kind_display(),
        "parts": ", ".join(part_labels(organisation.parts_here)),
        "communes": ", ".join(commune.name for commune in organisation.communes.all()),
        "email": organisation.email,
        "phone": organisation.phone,
        "siret": organisation.siret,
    }


def part_labels(partnerships):
    """« Partenaire associé » goes without saying beside another part."""
    telling = [one for one in partnerships if one.part != Part.ASSOCIATED]
    return [part_label(one) for one in telling or partnerships]


def part_label(partnership):
    label = partnership.get_part_display()
    return f"{label} ({partnership.side})" if partnership.side_id else label


def siret_fr(siret):
    """`123 456 789 00012`, on one line."""
    return "\u00a0".join((siret[:3], siret[3:6], siret[6:9], siret[9:])) if siret else ""


def organisation_facts(organisation):
    facts = (
        ("Nature", organisation.get_kind_display()),
        ("Sigle", organisation.acronym),
        ("SIRET", siret_fr(organisation.siret)),
        ("Numéro RNA", organisation.rna),
        ("Communes", ", ".join(commune.name for commune in organisation.communes.all())),
    )
    return [{"label": label, "value": value} for label, value in facts if value]


@dataclass(frozen=True)
class Member:
    """A person in a mandate. Contact fields are empty for who may not read them.

    For who reads under pseudonym, `name` is what the person is, and `url` is empty.
    """

    pk: int
    person_pk: int
    name: str
    url: str
    title: str
    since: str
    organisation: object
    email: str = ""
    phone: str = ""
    assistant: str = ""
    communes: str = ""
    is_active: bool = True
    substitutes: list = field(default_factory=list)

    @property
    def has_contact(self):
        return bool(self.email or self.phone or self.assistant)


@dataclass(frozen=True)
class Place:
    """A seat of the Troïka; `titular` is None when nobody holds it."""

    seat: object
    titular: Member | None


@dataclass(frozen=True)
class SideSection:
    side: object
    places: list
    others: list

    @property
    def is_empty(self):
        return not self.places and not self.others


def mandate_quality(mandate):
    """As printed: "adjointe au maire"."""
    return mandate.title or mandate.person.title or mandate.person.function or mandate.role_label


def mandate_period(mandate, today):
    if mandate.ends_on:
        return f"du {date_fr(mandate.starts_on)} au {date_fr(mandate.ends_on)}"
    return f"{'à partir du' if mandate.starts_on > today else 'depuis le'} {date_fr(mandate.starts_on)}"


def member(mandate, *, with_contacts, today, hides_names=False, substitutes=(), communes=()):
    person = mandate.person
    who = {
        "name": person.formal_name,
        "url": reverse("partners:person", args=[person.pk]),
        "title": mandate_quality(mandate),
    }
    if hides_names:
        who = {"name": mandate_quality(mandate), "url": "", "title": mandate.get_role_display()}
    contact = {}
    if with_contacts:
        contact = {"email": person.email, "phone": person.phone, "assistant": person.assistant}
    return Member(
        pk=mandate.pk,
        person_pk=person.pk,
        since=mandate_period(mandate, today),
        organisation=mandate.organisation,
        communes=", ".join(commune.name for commune in communes),
        is_active=mandate.is_active(today),
        substitutes=[
            member(one, with_contacts=with_contacts, today=today, hides_names=hides_names) for one in substitutes
        ],
        **who,
        **contact,
    )


def troika_sections(cite, *, today, with_contacts, hides_names=False):
    """One section per side in protocol order, with its seats, empty ones too; four queries."""
    pilots = list(Mandate.objects.filter(cite=cite, role=Role.PILOT).active(today).in_protocol_order())
    substitutes = {}
    for mandate in pilots:
        substitutes.setdefault(mandate.substitute_of_id, []).append(mandate)
    titulars = {mandate.pk: mandate for mandate in substitutes.get(None, ())}
    reading = {"today": today, "with_contacts": with_contacts, "hides_names": hides_names}
    drawn = {pk: member(one, substitutes=substitutes.get(pk, ()), **reading) for pk, one in titulars.items()}
    by_seat = {titular.seat_id: drawn[pk] for pk, titular in titulars.items() if titular.seat_id}
    seats = Prefetch("seats", Seat.objects.open(today).select_related("organisation"))
    return [
        SideSection(
            side=side,
            places=[Place(seat, by_seat.get(seat.pk)) for seat in side.seats.all()],
            others=[drawn[pk] for pk, one in titulars.items() if one.side_id == side.pk and not one.seat_id],
        )
        for side in cite.sides.prefetch_related(seats)
    ]


def team_members(cite, *, today, with_contacts, hides_names=False):
    """[(role label, members)] of those who run the Cité day to day; the role of one person agrees with it. Two queries."""
    mandates = Mandate.objects.filter(cite=cite, role__in=TEAM_ROLES).active(today)
    mandates = mandates.in_protocol_order().prefetch_related("communes")
    by_role = {}
    for mandate in mandates:
        drawn = member(
            mandate,
            today=today,
            with_contacts=with_contacts,
            hides_names=hides_names,
            communes=mandate.communes.all(),
        )
        by_role.setdefault(mandate.role, []).append((mandate, drawn))
    return [_team_section(by_role[role]) for role in TEAM_ROLES if role in by_role]


def _team_section(rows):
    mandate = rows[0][0]
    label = mandate.role_label if len(rows) == 1 else mandate.get_role_display()
    return label[0].upper() + label[1:], [drawn for _, drawn in rows]


def organisation_members(organisation, cite, *, today, with_contacts, hides_names=False):
    """Those who act for it in this Cité today or later, then those who did; each in protocol order."""
    mandates = Mandate.objects.filter(organisation=organisation, cite=cite).in_protocol_order()
    drawn = [
        member(mandate, with_contacts=with_contacts, today=today, hides_names=hides_names) for mandate in mandates
    ]
    ended = {mandate.pk for mandate in mandates if mandate.ends_on and mandate.ends_on < today}
    return [one for one in drawn if one.pk not in ended], [one for one in drawn if one.pk in ended]
