"""What each does with her own account, mandate or not."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners import devices, services
from partners.forms import NewEmailForm, OwnPasswordForm
from partners.models import Mandate
from partners.views.tabs import account_tabs


@require_safe
def account(request):
    user = request.user
    mandates = Mandate.objects.visible_to(user).filter(person=user.person_id, person__isnull=False).active()
    context = {
        "mandates": mandates.select_related("cite", "organisation").order_by("cite__name", "starts_on", "pk"),
        "device": services.confirmed_device(user),
        "tabs": account_tabs("account"),
    }
    return render(request, "partners/account/account.html", context)


@require_http_methods(["GET", "POST"])
def password(request):
    form = OwnPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.change_password(
            user=request.user, password=form.cleaned_data["new_password1"], keep=request.session.session_key
        )
        update_session_auth_hash(request, request.user)
        messages.success(request, "Votre mot de passe est changé. Vos autres sessions sont fermées.")
        return redirect("partners:account")
    return render(request, "registration/password_change_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def email(request):
    form = NewEmailForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data["email"]
        services.ask_email(user=request.user, email=new)
        messages.success(
            request,
            f"Un courriel part à {new}\u00a0: l’adresse changera quand vous aurez ouvert le lien qu’il contient.",
        )
        return redirect("partners:account")
    return render(request, "partners/account/email.html", {"form": form})


@require_safe
def sessions(request):
    key = request.session.session_key
    opened = [devices.describe(session, current_key=key) for session in services.open_sessions(request.user)]
    opened.sort(key=lambda session: not session.is_current)
    context = {"sessions": opened, "has_others": len(opened) > 1, "tabs": account_tabs("sessions")}
    return render(request, "partners/account/sessions.html", context)


@require_POST
def session_end(request):
    """One session by its mark, or all the others when none is named."""
    mark = request.POST.get("session", "")
    if not mark:
        services.end_sessions(user=request.user, keep=request.session.session_key)
        messages.success(request, "Toutes vos autres sessions sont fermées.")
    elif services.end_session(user=request.user, mark=mark):
        messages.success(request, "La session est fermée.")
    else:
        messages.warning(request, "Cette session était déjà fermée.")
    return redirect("partners:sessions")
