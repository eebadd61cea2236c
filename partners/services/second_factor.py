"""The second factor: a code of a telephone (TOTP), or one of ten recovery codes, each good once."""

from django.db import transaction
from django.utils import timezone
from django_otp import verify_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from cite_educative.common import journal
from partners.enums import MessageKind
from partners.models import User
from partners.services.account_letters import NOT_YOU, write_to
from partners.services.accounts import managed_account
from partners.services.errors import PartnersError
from partners.services.sessions import end_sessions

NAME = "second-factor"
RECOVERY_CODES = 10
DIGITS = 6
WRONG = "Ce code n’est pas le bon, ou il a déjà servi. Attendez que votre téléphone en montre un autre."
WRONG_RECOVERY = "Ce code de secours n’est pas le bon, ou il a déjà servi."


def confirmed_device(user):
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def pending_device(user):
    return TOTPDevice.objects.filter(user=user, confirmed=False).first()


def remaining_codes(user):
    return StaticToken.objects.filter(device__user=user).count()


@transaction.atomic
def start_enrolment(*, user):
    """A new secret to put in a telephone; the one begun before stops being good. Raises `PartnersError`."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if confirmed_device(user):
        raise PartnersError("Votre second facteur est déjà en place.")
    TOTPDevice.objects.filter(user=user).delete()
    return TOTPDevice.objects.create(user=user, name=NAME, confirmed=False)


def confirm_enrolment(*, user, code, keep):
    """The first code proves that the telephone has the secret. Returns the device and the recovery codes.

    The sessions opened with the password alone end, but the one whose key is `keep`. Raises `PartnersError`.
    """
    device = pending_device(user)
    if device is None:
        raise PartnersError("Reprenez depuis le début\u00a0: ce secret n’est plus valable.")
    _check(device, _digits(code), WRONG)
    return _confirm(device, user, keep)


@transaction.atomic
def _confirm(device, user, keep):
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    end_sessions(user=user, keep=keep)
    _tell(user, user, None, "account.second_factor", "a mis en place un second facteur.", "Second facteur en place")
    return device, _new_codes(user)


def renew_codes(*, user, code):
    """Ten new recovery codes; the earlier ones stop being good. Raises `PartnersError`."""
    check_code(user=user, code=code)
    return _renew_codes(user)


@transaction.atomic
def _renew_codes(user):
    _tell(user, user, None, "account.codes", "a renouvelé ses codes de secours.", "Codes de secours renouvelés")
    return _new_codes(user)


def _new_codes(user):
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name=NAME, confirmed=True)
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def check_code(*, user, code):
    """The device that takes this code, of a telephone or of recovery. Raises `PartnersError`.

    A failure is counted and makes one wait: never call it in a transaction, which would forget it.
    """
    written = "".join(code.split()).replace("-", "").lower()
    if _digits(written):
        device, wrong = confirmed_device(user), WRONG
    else:
        device, wrong = StaticDevice.objects.filter(user=user, confirmed=True).first(), WRONG_RECOVERY
    if device is None:
        raise PartnersError(wrong)
    _check(device, written, wrong)
    return device


def _digits(code):
    written = "".join(code.split())
    return written if len(written) == DIGITS and written.isascii() and written.isdigit() else ""


def _check(device, code, wrong):
    allowed, why = device.verify_is_allowed()
    if not allowed:
        seconds = max(1, round((why["locked_until"] - timezone.now()).total_seconds()))
        delay = f"{seconds} s" if seconds < 90 else f"{round(seconds / 60)} min"
        raise PartnersError(
            f"Plusieurs codes erronés ont été saisis\u00a0: attendez encore {delay}, puis réessayez avec un nouveau code."
        )
    if not verify_token(device.user, device.persistent_id, code):
        raise PartnersError(wrong)


@transaction.atomic
def remove_own(*, user):
    """By its holder, whose password and code have been checked."""
    _delete_devices(user)
    _tell(user, user, None, "account.second_factor_end", "a retiré son second facteur.", "Second facteur retiré")


@transaction.atomic
def remove_for(*, actor, cite, person):
    """By who leads her Cités, when the telephone and the codes are lost. She is signed out. Raises `PartnersError`."""
    user = managed_account(actor, person)
    if not confirmed_device(user):
        raise PartnersError(f"{user} n’a pas de second facteur.")
    _delete_devices(user)
    end_sessions(user=user)
    what = f"a retiré le second facteur de {user}."
    _tell(actor, user, cite, "account.second_factor_end", what, "Second facteur retiré")


@transaction.atomic
def remove_by_console(*, user):
    """From the machine itself, for who cannot be helped by a lead."""
    _delete_devices(user)
    end_sessions(user=user)
    what = f"a retiré le second facteur de {user}."
    _tell(None, user, None, "account.second_factor_end", what, "Second facteur retiré")


def _delete_devices(user):
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def _tell(actor, user, cite, verb, what, subject):
    sentence = f"{actor or 'L’administration technique'} {what}"
    journal.record(cite_id=cite and cite.pk, actor=actor, verb=verb, subject=user, sentence=sentence)
    write_to(
        user, kind=MessageKind.ACCOUNT, subject=subject, paragraphs=[f"Compte {user.email}\u00a0: {sentence}", NOT_YOU]
    )
