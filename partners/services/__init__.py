from partners.services.cites import add_partnership, create_cite, create_seat
from partners.services.errors import PartnersError
from partners.services.mandates import appoint, create_person, end_mandate, open_mandate, update_person
from partners.services.matching import OrganisationMatcher, match_organisation
from partners.services.organisations import create_organisation, update_organisation, welcome_organisation
from partners.services.reference import load_reference

__all__ = [
    "OrganisationMatcher",
    "PartnersError",
    "add_partnership",
    "appoint",
    "create_cite",
    "create_organisation",
    "create_person",
    "create_seat",
    "end_mandate",
    "load_reference",
    "match_organisation",
    "open_mandate",
    "update_organisation",
    "update_person",
    "welcome_organisation",
]
