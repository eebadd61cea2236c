"""The directory of persons: who is in the list, in which order, and what its rows and a person's sheet say."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse

from cite_educative.common.search import MAX_WORDS, normalise
from cite_educative.common.tables import Column
from partners import permissions
from partners.enums import Channel, Period
from partners.models import Cite, Mandate
from partners.models.network import first_place
from partners.tables import mandate_period, mandate_quality

CONTACT_COLUMNS = (
    Column("contact", "Contact", export=False),
    Column("email", "Courriel", shown=False),
    Column("phone", "Téléphone", shown=False, width=18),
    Column("assistant", "Secrétariat", shown=False),
    Column("channel", "Canal préféré", shown=False, width=18),
)
# period of a mandate → (code, label) of its status
STATES = {
    Period.ACTIVE: ("encours", "En cours"),
    Period.COMING: ("preparation", "À venir"),
    Period.ENDED: ("close", "Terminé"),
}


def people_columns(*, with_contacts):
    """The contact columns are absent for who may not read them: neither shown, nor sorted, nor exported."""
    return (
        Column("name", "Personne", sort="search_text"),
        Column("quality", "Qualité, fonction"),
        Column("organisation", "Organisme"),
        # What the list is sorted by until somebody chooses otherwise.
        Column("role", "Rôle dans la Cité", sort=("protocol", "search_text")),
        Column("communes", "Communes suivies"),
        *(CONTACT_COLUMNS if with_contacts else ()),
    )


def people_holding(people, mandates, *, shown):
    """Those who hold one of `mandates`, with `protocol`: the highest place these give; their rows tell `shown`."""
    held = mandates.filter(person=OuterRef("pk"))
    told = shown.in_protocol_order().prefetch_related("communes")
    return (
        people.filter(Exists(held))
        .annotate(protocol=first_place(mandates))
        .prefetch_related(Prefetch("mandates", told, to_attr="mandates_told"))
    )


def search_people(people, mandates, query):
    """Every word is in the name, the function, or the organisation of one of `mandates`; never in a contact."""
    for word in normalise(query).split()[:MAX_WORDS]:
        named = mandates.filter(person=OuterRef("pk"), organisation__search_text__contains=word)
        people = people.filter(Q(search_text__contains=word) | Exists(named))
    return people


def person_row(person):
    contact, notes = contact_lines(person)
    return person_values(person) | {
        "contact": contact,
        "notes": {"contact": notes},
        "url": reverse("partners:person", args=[person.pk]),
    }


def contact_lines(person):
    """(how the person is reached first, the rest); the preferred channel is said when it is not the e-mail."""
    ways = [
        person.email,
        person.phone,
        person.assistant and f"Secrétariat\u00a0: {person.assistant}",
        person.preferred_channel != Channel.EMAIL and f"Préfère\u00a0: {person.get_preferred_channel_display()}",
    ]
    first, *others = [*filter(None, ways), ""]
    return first, " – ".join(filter(None, others))


def person_values(person):
    mandates = person.mandates_told
    return {
        "name": person.formal_name,
        "quality": _once(map(mandate_quality, mandates)),
        "organisation": _once(mandate.organisation.name for mandate in mandates),
        "role": _once(mandate.role_label for mandate in mandates),
        "communes": _once(commune.name for mandate in mandates for commune in mandate.communes.all()),
        "email": person.email,
        "phone": person.phone,
        "assistant": person.assistant,
        "channel": person.get_preferred_channel_display(),
    }


def _once(texts):
    return ", ".join(dict.fromkeys(texts))


def person_facts(person, *, with_contacts):
    """For `_facts.html`: identity and, for who may read it, the professional contact."""
    facts = [("Titre exact", person.title, ""), ("Fonction", person.function, "")]
    if with_contacts:
        facts += [
            ("Courriel", person.email, f"mailto:{person.email}"),
            ("Téléphone", person.phone, ""),
            ("Secrétariat", person.assistant, ""),
            ("Canal préféré", person.get_preferred_channel_display(), ""),
        ]
    return [{"label": label, "value": value, "url": url} for label, value, url in facts if value]


def other_cites(user, person):
    """Names of the Cités that the person belongs to and that the user does not lead: hers is corrected with theirs."""
    others = permissions.cites_of_person(person) - user.access.led
    return list(Cite.objects.filter(pk__in=others).values_list("name", flat=True))


@dataclass(frozen=True)
class HeldMandate:
    """One mandate on the sheet of its person."""

    pk: int
    role: str
    quality: str
    organisation: str
    organisation_url: str
    communes: str
    seat: str
    stands_in_for: str
    period: str
    is_over: bool
    status: dict


def held_mandates(person, cite, *, today):
    """Those of the Cité: today's and those to come in protocol order, then the ended ones, latest first."""
    mandates = Mandate.objects.filter(person=person, cite=cite).in_protocol_order()
    mandates = list(mandates.select_related("substitute_of__person").prefetch_related("communes"))
    drawn = [_held(mandate, today) for mandate in mandates]
    last = {mandate.pk: mandate.ends_on for mandate in mandates}
    ended = sorted((one for one in drawn if one.is_over), key=lambda one: last[one.pk], reverse=True)
    return [one for one in drawn if not one.is_over], ended


def _held(mandate, today):
    period = Period.COMING if mandate.starts_on > today else Period.ENDED
    code, label = STATES[Period.ACTIVE if mandate.is_active(today) else period]
    titular = mandate.substitute_of
    return HeldMandate(
        pk=mandate.pk,
        role=mandate.role_label,
        quality=mandate.title,
        organisation=mandate.organisation.name,
        organisation_url=reverse("partners:organisation", args=[mandate.organisation_id]),
        communes=", ".join(commune.name for commune in mandate.communes.all()),
        seat=str(mandate.seat or ""),
        stands_in_for=titular.person.formal_name if titular else "",
        period=mandate_period(mandate, today),
        is_over=code == STATES[Period.ENDED][0],
        status={"code": code, "label": label},
    )
