"""From an invitation to an account with two factors, as the person invited lives it; a real worker sends the letter."""

import re
import time
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import expect

from partners.models import Person
from tests.browser.worker import running_worker

# Creates the database; `site` fills it.
pytestmark = pytest.mark.django_db(transaction=True)

SENDING = 60  # seconds: the worker may still be starting
PASSWORD = "correct-cheval-agrafe"
EMAIL = "paul.hennebelle@demo.example"


@pytest.fixture
def worker(site):
    with running_worker(site.data_dir) as process:
        yield process


def letter_to(site, email):
    """The text of the letter that the worker left in its folder, as `make run` does."""
    deadline = time.monotonic() + SENDING
    while time.monotonic() < deadline:
        for path in (site.data_dir / "letters").glob("*.log"):
            text = path.read_text(encoding="utf-8")
            if f"To: {email}" in text:
                return text
        time.sleep(0.3)
    pytest.fail(f"No letter to {email}: see {site.data_dir / 'worker.log'}")


def press(page, name):
    page.get_by_role("main").get_by_role("button", name=name).click()


def test_somebody_invited_opens_an_account_and_protects_it(site, visit, worker):
    person = Person.objects.get(last_name="Hennebelle")
    person.email = EMAIL
    person.save()
    lead = visit("pilote")
    lead.page.goto(reverse("partners:account_manage", args=[person.pk]))
    press(lead.page, "Inviter à ouvrir un compte")
    expect(lead.page.get_by_role("status").first).to_contain_text("part dans un instant")
    address = re.search(rf"{re.escape(settings.SITE_URL.split('//')[0])}//\S+/acces/\S+", letter_to(site, EMAIL))[0]

    guest = visit(None)
    page = guest.page
    page.goto(urlsplit(address).path)
    expect(page.get_by_role("main")).to_contain_text("Mme Claire Vandewalle vous invite")
    assert guest.axe() == []
    page.get_by_label("Mot de passe", exact=False).first.fill(PASSWORD)
    page.get_by_label("Le même, une seconde fois").fill(PASSWORD)
    press(page, "Ouvrir mon compte")
    expect(page.get_by_role("status").first).to_contain_text("Premier pas")
    protect(guest)
    come_back(visit, page)
    assert guest.take_faults() == []


def protect(guest):
    page = guest.page
    page.goto(reverse("partners:account"))
    page.get_by_role("link", name="Mettre en place un second facteur").click()
    press(page, "Commencer")
    expect(page.get_by_role("img", name="Dessin à photographier")).to_be_visible()
    assert guest.axe() == []
    page.get_by_label("Code de votre téléphone").fill(code())
    press(page, "Confirmer")
    expect(page.locator(".codes-secours li")).to_have_count(10)
    assert guest.axe() == []


def code():
    device = TOTPDevice.objects.get(user__email=EMAIL)
    TOTPDevice.objects.filter(pk=device.pk).update(last_t=-1)
    return f"{totp(device.bin_key):06d}"


def come_back(visit, first):
    """From another computer, with a recovery code."""
    recovery = first.locator(".codes-secours li").first.inner_text()
    other = visit(None)
    page = other.page
    page.goto("/partenaires/troika/")
    page.get_by_label("Courriel").fill(EMAIL)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    press(page, "Se connecter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Encore une étape")
    assert other.axe() == []
    page.get_by_label("Code").fill(recovery)
    press(page, "Vérifier")
    expect(page.get_by_role("heading", level=1)).to_have_text("Troïka et équipe")
    page.goto(reverse("partners:second_factor"))
    expect(page.get_by_role("main")).to_contain_text("9 codes de secours")
    for name in ("partners:recovery_codes", "partners:second_factor_remove"):
        page.goto(reverse(name))
        assert other.axe() == []
        assert other.overflow() == []
    assert other.take_faults() == []
