"""The second factor: enrolled, asked after the password, required by a Cité, taken away."""

from base64 import b32encode
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from cite_educative.common.models import Entry
from partners import services
from partners.enums import Role
from partners.models import OutgoingMessage
from tests.factories import PASSWORD, make_cite, make_lead, make_user

pytestmark = pytest.mark.django_db
VERIFY, PAGE = "partners:verify", "partners:second_factor"


@pytest.fixture
def cite():
    return make_cite()


@pytest.fixture
def account(cite):
    return make_lead(cite)


def code_of(device):
    """What the telephone shows; the clock starts again after each code, as if thirty seconds had gone by."""
    TOTPDevice.objects.filter(pk=device.pk).update(last_t=-1, throttling_failure_count=0)
    return f"{totp(device.bin_key):06d}"


def enrol(user):
    """The account with its telephone and its recovery codes."""
    device = services.start_enrolment(user=user)
    return services.confirm_enrolment(user=user, code=code_of(device), keep=None)


def sign_in(user):
    client = Client()
    client.post(reverse("login"), {"username": user.email, "password": PASSWORD})
    return client


def check(client, code, **more):
    return client.post(reverse(VERIFY), {"code": code, **more})


def test_a_telephone_is_enrolled_with_its_first_code_and_codes_are_shown_once(client, account):
    elsewhere = sign_in(account)
    client.force_login(account)
    client.post(reverse("partners:second_factor_start"))
    device = TOTPDevice.objects.get()
    assert not device.confirmed
    page = client.get(reverse(PAGE)).content.decode()
    assert "<svg" in page
    assert "style=" not in page.split("<svg", 1)[1].split("</svg>")[0]
    assert client.post(reverse(PAGE), {"code": "000000"}).status_code == 200
    assert not TOTPDevice.objects.get().confirmed

    answer = client.post(reverse(PAGE), {"code": code_of(device)})

    assert len(answer.context["codes"]) == 10
    assert client.get(reverse(PAGE)).status_code == 200
    assert elsewhere.get(reverse("home")).status_code == 302
    assert answer.context["codes"][0] not in client.get(reverse(PAGE)).content.decode()
    assert Entry.objects.filter(verb="account.second_factor").count() == 1


def test_enrolling_twice_changes_nothing(client, account):
    device, _ = enrol(account)
    client = sign_in(account)
    check(client, code_of(device))

    client.post(reverse("partners:second_factor_start"))

    assert TOTPDevice.objects.get() == device


def test_the_password_alone_opens_nothing_and_shows_nothing(account, cite):
    enrol(account)
    client = sign_in(account)

    for name in ("home", "partners:account", PAGE, "partners:accounts", "password_change", "awaiting_count"):
        answer = client.get(reverse(name))
        assert answer.status_code == 302, name
        assert answer["Location"].startswith(reverse(VERIFY)), name
    for answer in (client.get(reverse(VERIFY)), client.get("/nulle-part/"), client.get(reverse("password_reset"))):
        assert cite.name not in answer.content.decode()
        assert str(account) not in answer.content.decode()
    assert client.post(reverse("password_change"), {}).status_code == 302
    assert client.get("/administration/").status_code == 302
    assert client.get(reverse("health_web")).status_code == 200


def test_a_code_opens_the_page_asked_for_and_changes_the_key_of_the_session(account):
    device, _ = enrol(account)
    client = sign_in(account)
    asked = client.get(reverse("partners:troika"))
    before = client.session.session_key
    target = client.get(asked["Location"]).context["next"]

    answer = check(client, code_of(device), next=target)

    assert answer["Location"] == reverse("partners:troika")
    assert client.session.session_key != before
    assert client.get(reverse("home")).status_code == 200
    assert client.get(reverse(VERIFY)).status_code == 302


def test_a_code_never_leads_outside(account):
    device, _ = enrol(account)

    answer = check(sign_in(account), code_of(device), next="https://exemple.test/")

    assert answer["Location"] == reverse("home")


def test_a_code_serves_once(account):
    device, _ = enrol(account)
    code = code_of(device)
    assert check(sign_in(account), code).status_code == 302

    again = check(sign_in(account), code)

    assert again.status_code == 200
    assert "a déjà servi" in again.content.decode()


def test_a_recovery_code_serves_once_however_it_is_written(account):
    _, codes = enrol(account)

    assert check(sign_in(account), f" {codes[0].upper()} ").status_code == 302
    assert check(sign_in(account), codes[0]).status_code == 200
    assert services.remaining_codes(account) == 9


@pytest.mark.parametrize("code", ["", "-1", "123456789", "é" * 6, "\x00", "١٢٣٤٥٦", "' OR 1=1 --", "1e5"])
def test_an_odd_code_is_refused_politely(account, code):
    enrol(account)

    assert check(sign_in(account), code).status_code == 200


def test_wrong_codes_make_one_wait_and_the_right_one_waits_too(account):
    device, _ = enrol(account)
    client, wrong = sign_in(account), "000000"
    for _ in range(8):
        check(client, wrong)
        TOTPDevice.objects.update(throttling_failure_timestamp="2026-01-01T00:00:00Z")
    check(client, wrong)

    right = f"{totp(device.bin_key):06d}"
    answer = check(client, right)

    assert answer.status_code == 200
    assert "attendez encore" in answer.content.decode()
    assert client.get(reverse("home")).status_code == 302


def test_new_recovery_codes_replace_the_old_ones(account):
    device, codes = enrol(account)
    client = sign_in(account)
    check(client, code_of(device))
    assert client.post(reverse("partners:recovery_codes"), {"code": "000000"}).status_code == 200

    fresh = client.post(reverse("partners:recovery_codes"), {"code": code_of(device)}).context["codes"]

    assert not set(fresh) & set(codes)
    assert check(sign_in(account), codes[0]).status_code == 200
    StaticDevice.objects.update(throttling_failure_count=0)
    assert check(sign_in(account), fresh[0]).status_code == 302


def test_it_is_removed_with_the_password_and_a_code(account):
    device, _ = enrol(account)
    client = sign_in(account)
    check(client, code_of(device))
    url = reverse("partners:second_factor_remove")

    assert client.post(url, {"password": "faux", "code": code_of(device)}).status_code == 200
    assert client.post(url, {"password": PASSWORD, "code": "000000"}).status_code == 200
    assert TOTPDevice.objects.exists()
    assert client.post(url, {"password": PASSWORD, "code": code_of(device)}).status_code == 302
    assert not TOTPDevice.objects.exists()
    assert not StaticDevice.objects.exists()


@pytest.mark.parametrize("role", [Role.LEAD, Role.CO_LEAD, Role.FINANCE])
def test_a_cite_may_require_it(cite, role):
    user = make_user(cite, role)
    cite.requires_second_factor = True
    cite.save()
    client = sign_in(user)

    assert client.get(reverse("home"))["Location"].startswith(reverse(PAGE))
    page = client.get(reverse(PAGE))
    assert "exige un second facteur" in page.content.decode()
    assert cite.name not in page.content.decode()
    client.post(reverse("partners:second_factor_start"))
    answer = client.post(reverse(PAGE), {"code": code_of(TOTPDevice.objects.get())})
    assert len(answer.context["codes"]) == 10
    assert client.get(reverse("home")).status_code == 200


def test_it_is_not_required_of_the_others_nor_by_another_cite(cite):
    cite.requires_second_factor = True
    cite.save()

    assert sign_in(make_user(cite, Role.HOLDER)).get(reverse("home")).status_code == 200
    assert sign_in(make_lead(make_cite("amiens"))).get(reverse("home")).status_code == 200


def test_no_secret_reaches_journal_or_letters(account):
    device, codes = enrol(account)
    written = f"{list(Entry.objects.values())} {list(OutgoingMessage.objects.values())}"
    for word in (device.key, b32encode(device.bin_key).decode(), *codes):
        assert word not in written


def test_the_console_helps_who_is_alone(account):
    enrol(account)

    call_command("remove_second_factor", account.email.upper(), stdout=StringIO())

    assert not TOTPDevice.objects.exists()
    with pytest.raises(CommandError):
        call_command("remove_second_factor", account.email)
