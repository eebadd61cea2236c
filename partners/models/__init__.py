from partners.models.cite import Cite, Side
from partners.models.identity import NotDuplicate
from partners.models.messages import AccessLink, Delivery, OutgoingMessage
from partners.models.network import Mandate, MissionLetter, Organisation, Partnership, Person, Seat
from partners.models.privacy import MergedIdentity, PhotoConsent, ProcessingActivity
from partners.models.territory import Commune, Neighbourhood, School
from partners.models.territory_import import TerritoryImport
from partners.models.user import User

__all__ = [
    "AccessLink",
    "Cite",
    "Commune",
    "Delivery",
    "Mandate",
    "MergedIdentity",
    "MissionLetter",
    "Neighbourhood",
    "NotDuplicate",
    "Organisation",
    "OutgoingMessage",
    "Partnership",
    "Person",
    "PhotoConsent",
    "ProcessingActivity",
    "School",
    "Seat",
    "Side",
    "TerritoryImport",
    "User",
]
