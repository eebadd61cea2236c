from partners.services.accounts import (
    account_of,
    close_account,
    invite,
    invite_many,
    invited_account,
    open_account,
    reopen_account,
    update_security,
)
from partners.services.cites import add_partnership, create_cite, update_cite
from partners.services.duplicates import duplicate_organisations, duplicate_persons, say_not_duplicate
from partners.services.errors import PartnersError
from partners.services.idle import close_idle_accounts
from partners.services.links import LinkError, gesture_page, issue_link, link_path, read_link, revoke_links, use_link
from partners.services.mail import LINK, AttachmentsPending, Recipient, attacher, resend, same_letter, send_message
from partners.services.mandates import (
    appoint,
    create_person,
    end_mandate,
    open_mandate,
    update_mandate,
    update_person,
)
from partners.services.matching import OrganisationMatcher, match_organisation
from partners.services.merging import cites_to_ask, merge_organisations, merge_persons, what_moves
from partners.services.mission_letters import add_mission_letter
from partners.services.organisations import create_organisation, update_organisation, welcome_organisation
from partners.services.passwords import ask_email, ask_password, change_password, confirm_email, reset_password
from partners.services.peers import add_peer_contact
from partners.services.privacy import FORGOTTEN
from partners.services.protocol import ranked_mandates, ranked_seats, save_protocol
from partners.services.reference import load_reference
from partners.services.seats import close_seat, create_seat, reopen_seat, seat_history, update_seat
from partners.services.second_factor import (
    check_code,
    confirm_enrolment,
    confirmed_device,
    pending_device,
    remaining_codes,
    remove_by_console,
    remove_for,
    remove_own,
    renew_codes,
    start_enrolment,
)
from partners.services.sessions import end_session, end_sessions, open_sessions
from partners.services.territory import (
    change_perimeter,
    refresh_reference,
    save_commune,
    save_neighbourhood,
    save_school,
)
from partners.services.viewing import record_end_of_viewing, record_viewing

__all__ = [
    "FORGOTTEN",
    "LINK",
    "AttachmentsPending",
    "LinkError",
    "OrganisationMatcher",
    "PartnersError",
    "Recipient",
    "account_of",
    "add_mission_letter",
    "add_partnership",
    "add_peer_contact",
    "appoint",
    "ask_email",
    "ask_password",
    "attacher",
    "change_password",
    "change_perimeter",
    "check_code",
    "cites_to_ask",
    "close_account",
    "close_idle_accounts",
    "close_seat",
    "confirm_email",
    "confirm_enrolment",
    "confirmed_device",
    "create_cite",
    "create_organisation",
    "create_person",
    "create_seat",
    "duplicate_organisations",
    "duplicate_persons",
    "end_mandate",
    "end_session",
    "end_sessions",
    "gesture_page",
    "invite",
    "invite_many",
    "invited_account",
    "issue_link",
    "link_path",
    "load_reference",
    "match_organisation",
    "merge_organisations",
    "merge_persons",
    "open_account",
    "open_mandate",
    "open_sessions",
    "pending_device",
    "ranked_mandates",
    "ranked_seats",
    "read_link",
    "record_end_of_viewing",
    "record_viewing",
    "refresh_reference",
    "remaining_codes",
    "remove_by_console",
    "remove_for",
    "remove_own",
    "renew_codes",
    "reopen_account",
    "reopen_seat",
    "resend",
    "reset_password",
    "revoke_links",
    "same_letter",
    "save_commune",
    "save_neighbourhood",
    "save_protocol",
    "save_school",
    "say_not_duplicate",
    "seat_history",
    "send_message",
    "start_enrolment",
    "update_cite",
    "update_mandate",
    "update_organisation",
    "update_person",
    "update_seat",
    "update_security",
    "use_link",
    "welcome_organisation",
    "what_moves",
]
