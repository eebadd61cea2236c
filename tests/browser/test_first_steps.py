"""Each role, from its invitation to the first page that is useful to it, in a real browser."""

import pytest
from playwright.sync_api import expect

from cite_educative.home.demo.accounts import DOMAIN
from cite_educative.home.demo.dunkerque import SLUG
from partners.enums import Role
from partners.models import AccessLink, Cite, Mandate, User
from partners.services import appoint, link_path
from partners.services.accounts import invite

# Creates the database; `site` fills it.
pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct-cheval-agrafe"
FIRST_PAGES = {
    Role.CO_LEAD: "Actions",
    Role.PILOT: "Gouvernance",
    Role.FINANCE: "Finances",
    Role.REFERENT: "Actions",
    Role.INSTITUTION: "Actions",
    Role.HOLDER: "Actions",
    Role.EVALUATOR: "Actions",
    Role.PARTNER: "Organismes",
    Role.READER: "Actions",
}


def invited(role):
    """Somebody new in this role, where one of the demonstration acts already; returns the address of the letter."""
    cite, lead = Cite.objects.get(slug=SLUG), User.objects.get(email=f"pilote@{DOMAIN}")
    like = Mandate.objects.filter(cite=cite, role=role).first() or Mandate.objects.filter(cite=cite).first()
    identity = {"civility": "mme", "first_name": "Nouvelle", "last_name": f"Venue {role}"}
    mandate = appoint(
        actor=lead,
        cite=cite,
        identity=identity | {"email": f"{role}@nouvelle.example", "is_fictional": True},
        role=role,
        organisation=like.organisation,
        side=like.side if role == Role.PILOT else None,
        communes=like.communes.all() if role == Role.REFERENT else (),
        starts_on=like.starts_on,
    )
    invite(actor=lead, cite=cite, person=mandate.person)
    return link_path(AccessLink.objects.get(person=mandate.person))


@pytest.mark.parametrize("role", FIRST_PAGES, ids=str)
def test_a_role_goes_from_its_invitation_to_its_first_useful_page(site, visit, role):
    guest = visit(None)
    page = guest.page
    page.goto(invited(role))
    page.get_by_label("Mot de passe", exact=False).first.fill(PASSWORD)
    page.get_by_label("Le même, une seconde fois").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Ouvrir mon compte").click()
    page.get_by_role("status").first.get_by_role("link").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(FIRST_PAGES[role])
    assert guest.axe() == []
    assert guest.overflow() == []
    assert guest.take_faults() == []
