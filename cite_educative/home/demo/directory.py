"""What every directory has after a few years: an organisation and a person written down twice."""

from datetime import date

from cite_educative.home.demo.accounts import MME
from partners.enums import Channel, Part, Role
from partners.services import create_organisation, create_person, open_mandate

SINCE = date(2025, 9, 1)


def add_duplicates(dunkerque):
    """One association known by its usual name, one adviser entered at two meetings."""
    actor, cite = dunkerque.actor, dunkerque.cite
    again = create_organisation(
        actor=actor,
        cite=cite,
        part=Part.ASSOCIATED,
        name="Association Centre social des Dunes",
        acronym="CSD",
        email="accueil@centre-dunes.demo.example",
        phone="03 28 00 00 00",
        is_fictional=True,
    )
    identity = {"civility": MME, "is_fictional": True}
    coordinators = (
        ("Élodie", "Wallaert", "Coordinatrice jeunesse", dunkerque.organisations["centre"], Channel.EMAIL),
        ("Elodie", "Wallaert", "Coordinatrice du secteur jeunesse", again, Channel.PHONE),
    )
    for first_name, last_name, function, organisation, channel in coordinators:
        person = create_person(
            actor=actor,
            cite=cite,
            first_name=first_name,
            last_name=last_name,
            function=function,
            email="elodie.wallaert@demo.example",
            phone="06 00 00 00 00" if channel == Channel.PHONE else "",
            preferred_channel=channel,
            **identity,
        )
        open_mandate(
            actor=actor, cite=cite, person=person, organisation=organisation, role=Role.PARTNER, starts_on=SINCE
        )
