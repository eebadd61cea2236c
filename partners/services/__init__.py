from partners.services.cites import add_partnership, create_cite, create_seat
from partners.services.errors import PartnersError
from partners.services.links import LinkError, gesture_page, issue_link, link_path, read_link, revoke_links, use_link
from partners.services.mail import Recipient, resend, send_message
from partners.services.mandates import appoint, create_person, end_mandate, open_mandate, update_person
from partners.services.matching import OrganisationMatcher, match_organisation
from partners.services.organisations import create_organisation, update_organisation, welcome_organisation
from partners.services.reference import load_reference

__all__ = [
    "LinkError",
    "OrganisationMatcher",
    "PartnersError",
    "Recipient",
    "add_partnership",
    "appoint",
    "create_cite",
    "create_organisation",
    "create_person",
    "create_seat",
    "end_mandate",
    "gesture_page",
    "issue_link",
    "link_path",
    "load_reference",
    "match_organisation",
    "open_mandate",
    "read_link",
    "resend",
    "revoke_links",
    "send_message",
    "update_organisation",
    "update_person",
    "use_link",
    "welcome_organisation",
]
