"""The pages that letters about an account open: first password, new password, new address."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from partners import services
from partners.enums import Gesture
from partners.forms import ForgottenForm, NewPasswordForm
from partners.services.account_letters import mandates_to_come, role_in
from partners.views.links import link_page
from partners.welcome import first_steps

BACKEND = "partners.backends.AccountBackend"


@link_page(Gesture.INVITATION)
def invitation(request, link):
    user = services.invited_account(link)
    form = NewPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = services.open_account(link=link, password=form.cleaned_data["new_password1"])
        login(request, user, backend=BACKEND)
        messages.success(request, first_steps(user))
        return redirect("home")
    roles = [role_in(mandate) for mandate in mandates_to_come(user.person, link.cite)]
    return render(
        request, "partners/access/invitation.html", {"form": form, "link": link, "account": user, "roles": roles}
    )


@link_page(Gesture.PASSWORD)
def new_password(request, link):
    user = services.account_of(link)
    form = NewPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.reset_password(link=link, password=form.cleaned_data["new_password1"])
        messages.success(request, "Votre mot de passe est enregistré\u00a0: connectez-vous.")
        return redirect("login")
    return render(request, "partners/access/password.html", {"form": form, "account": user})


@link_page(Gesture.EMAIL)
def new_email(request, link):
    user = services.account_of(link)
    if request.method == "POST":
        user = services.confirm_email(link=link)
        messages.success(request, f"L’adresse de votre compte est maintenant {user.email}.")
        return redirect("home")
    return render(request, "partners/access/email.html", {"link": link, "account": user})


@login_not_required
@require_http_methods(["GET", "POST"])
def forgotten(request):
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.ask_password(email=form.cleaned_data["email"])
        return redirect("password_reset_done")
    return render(request, "registration/password_reset_form.html", {"form": form})


@login_not_required
@require_safe
def forgotten_done(request):
    return render(request, "registration/password_reset_done.html")
