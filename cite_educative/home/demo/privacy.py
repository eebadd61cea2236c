"""The register of the Cité, two consents, and somebody whose time has passed."""

from datetime import date

from partners.enums import Civility, Role
from partners.services import appoint
from partners.services.privacy import adopt_usual_register, mark_reviewed, record_consent


def add_privacy(dunkerque):
    """`dunkerque` is the built `Dunkerque`."""
    cite, actor = dunkerque.cite, dunkerque.actor
    adopt_usual_register(actor=actor, cite=cite)
    record_consent(
        actor=actor,
        cite=cite,
        group="Atelier radio du mercredi, Grande-Synthe, printemps 2026",
        keeper="Direction du centre social",
        scope="Site et réseaux de la Cité, affiches dans le quartier",
        given_on=date(2026, 4, 8),
        expires_on=date(2028, 4, 7),
    )
    record_consent(
        actor=actor,
        cite=cite,
        person=actor.person,
        scope="Presse locale et site de la communauté urbaine",
        given_on=date(2026, 2, 3),
    )
    appoint(
        actor=actor,
        cite=cite,
        role=Role.PARTNER,
        organisation=dunkerque.organisations["centre"],
        starts_on=date(2020, 9, 1),
        ends_on=date(2022, 8, 31),
        identity={
            "civility": Civility.MADAME,
            "first_name": "Édith",
            "last_name": "Vanhove",
            "function": "Ancienne coordinatrice",
            "email": "edith.vanhove@demo.example",
            "is_fictional": True,
        },
    )
    mark_reviewed(actor=actor, cite=cite, people=[actor.person], on=date(2026, 9, 3))
