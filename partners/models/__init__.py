from partners.models.cite import Cite, Side
from partners.models.network import Mandate, Organisation, Partnership, Person, Seat
from partners.models.territory import Commune, Neighbourhood, School
from partners.models.user import User

__all__ = [
    "Cite",
    "Commune",
    "Mandate",
    "Neighbourhood",
    "Organisation",
    "Partnership",
    "Person",
    "School",
    "Seat",
    "Side",
    "User",
]
