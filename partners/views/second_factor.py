"""The second factor of one's own account, and the page that asks for its code after the password."""

from base64 import b32encode

import django_otp
import segno
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from partners import services
from partners.forms import AnyCodeForm, CodeForm, RemovalForm
from partners.middleware import held_at
from partners.services import PartnersError
from partners.views.tabs import account_tabs


@never_cache
@require_http_methods(["GET", "POST"])
def verify(request):
    """After the password. The session gets another key, so that one read before the code is worth nothing."""
    target = request.POST.get("next") or request.GET.get("next", "")
    if not held_at(request):
        return redirect(_safe(request, target))
    form = AnyCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            device = services.check_code(user=request.user, code=form.cleaned_data["code"])
        except PartnersError as error:
            form.add_error("code", str(error))
        else:
            _verified(request, device)
            return redirect(_safe(request, target))
    return render(request, "registration/verify.html", {"form": form, "next": target})


def _verified(request, device):
    django_otp.login(request, device)
    request.session.cycle_key()


def _safe(request, target):
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if allowed else "home"


@never_cache
@require_http_methods(["GET", "POST"])
def second_factor(request):
    """Where it stands; a POST confirms the telephone with its first code, and shows the recovery codes once."""
    device, pending = services.confirmed_device(request.user), services.pending_device(request.user)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            device, codes = services.confirm_enrolment(
                user=request.user, code=form.cleaned_data["code"], keep=request.session.session_key
            )
        except PartnersError as error:
            form.add_error("code", str(error))
        else:
            _verified(request, device)
            return render(request, "partners/account/codes.html", {"codes": codes, "is_new": True})
    context = {
        "form": form,
        "device": device,
        "drawing": None if device else _drawing(pending),
        "remaining": services.remaining_codes(request.user),
        "is_required": request.user.access.must_prove,
        "tabs": account_tabs("second_factor"),
    }
    return render(request, "partners/account/second_factor.html", context)


def _drawing(device):
    """The secret of a telephone to come: as a drawing to photograph and as text to type, in groups of four."""
    if device is None:
        return None
    secret = b32encode(device.bin_key).decode()
    drawn = segno.make(device.config_url, error="m", micro=False).svg_inline(
        scale=5, border=4, dark="#000", light="#fff"
    )
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return {"svg": mark_safe(drawn), "secret": groups}  # noqa: S308, made by segno from modules alone


@require_POST
def second_factor_start(request):
    try:
        services.start_enrolment(user=request.user)
    except PartnersError as error:
        messages.warning(request, str(error))
    return redirect("partners:second_factor")


@never_cache
@require_http_methods(["GET", "POST"])
def recovery_codes(request):
    if services.confirmed_device(request.user) is None:
        return redirect("partners:second_factor")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = services.renew_codes(user=request.user, code=form.cleaned_data["code"])
        except PartnersError as error:
            form.add_error("code", str(error))
        else:
            return render(request, "partners/account/codes.html", {"codes": codes, "is_new": False})
    return render(request, "partners/account/codes_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def second_factor_remove(request):
    if services.confirmed_device(request.user) is None:
        return redirect("partners:second_factor")
    form = RemovalForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            services.check_code(user=request.user, code=form.cleaned_data["code"])
        except PartnersError as error:
            form.add_error("code", str(error))
        else:
            services.remove_own(user=request.user)
            messages.success(request, "Votre second facteur est retiré.")
            return redirect("partners:second_factor")
    context = {"form": form, "is_required": request.user.access.must_prove}
    return render(request, "partners/account/second_factor_remove.html", context)
