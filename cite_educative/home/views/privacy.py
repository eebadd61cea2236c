"""The duties of the GDPR: register, yearly review, consents, one person's data."""

import json

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions.models import Exchange
from cite_educative.common.dates import date_fr
from cite_educative.home.forms.privacy import ActivityForm, ConsentForm, ReviewForm, WithdrawalForm
from cite_educative.home.models import PersonExport
from cite_educative.home.services.personal_data import export_person
from partners import permissions
from partners.models import Person, PhotoConsent, ProcessingActivity
from partners.services import PartnersError
from partners.services.privacy import (
    adopt_usual_register,
    anonymise_person,
    due_for_review,
    mark_reviewed,
    record_consent,
    retention_months,
    update_activity,
    withdraw_consent,
)
from partners.sheets import person_sheet
from partners.views.common import follow_merges, led_cite, require, steered_cite

SHOWN = 100


@require_safe
def register(request):
    cite = steered_cite(request)
    forget, check = due_for_review(cite, today=timezone.localdate())
    context = {
        "cite": cite,
        "activities": ProcessingActivity.objects.visible_to(request.user).filter(cite=cite),
        "to_forget": forget.count(),
        "to_check": check.count(),
        "can_lead": permissions.can_lead(request.user, cite),
    }
    return render(request, "home/privacy/register.html", context)


@require_POST
def register_adopt(request):
    number = adopt_usual_register(actor=request.user, cite=led_cite(request))
    said = (
        f"Le registre a reçu {number} lignes à relire et à adapter."
        if number
        else "Le registre avait déjà ces lignes."
    )
    messages.success(request, said)
    return redirect("gdpr")


@require_http_methods(["GET", "POST"])
def activity_update(request, pk):
    activities = ProcessingActivity.objects.visible_to(request.user).select_related("cite")
    activity = get_object_or_404(activities, pk=pk)
    require(permissions.can_lead(request.user, activity.cite))
    form = ActivityForm(request.POST or None, instance=activity)
    if request.method == "POST" and form.is_valid():
        update_activity(actor=request.user, activity=activity, **form.cleaned_data)
        messages.success(request, f"Le traitement «\u00a0{activity.label}\u00a0» est à jour.")
        return redirect("gdpr")
    return render(request, "home/privacy/activity.html", {"form": form, "activity": activity})


@require_http_methods(["GET", "POST"])
def review(request):
    """Once a year: whose details are still right, who must be forgotten."""
    cite = led_cite(request)
    forget, check = due_for_review(cite, today=timezone.localdate())
    form = ReviewForm(request.POST if request.method == "POST" else None, people=check)
    if request.method == "POST" and form.is_valid():
        number = mark_reviewed(actor=request.user, cite=cite, people=form.cleaned_data["people"])
        messages.success(request, f"{number} personne{'s' if number > 1 else ''} vérifiée{'s' if number > 1 else ''}.")
        return redirect("gdpr_review")
    context = {
        "cite": cite,
        "form": form,
        "to_forget": forget[:SHOWN],
        "to_check": check[:SHOWN],
        "nb_to_check": check.count(),
        "months": retention_months(cite),
    }
    return render(request, "home/privacy/review.html", context)


@require_safe
def consents(request):
    cite = steered_cite(request)
    rows = PhotoConsent.objects.visible_to(request.user).filter(cite=cite).select_related("person")
    context = {
        "cite": cite,
        "consents": rows,
        "today": timezone.localdate(),
        "can_steer": permissions.can_steer(request.user, cite),
    }
    return render(request, "home/privacy/consents.html", context)


@require_http_methods(["GET", "POST"])
def consent_create(request):
    cite = steered_cite(request)
    people = Person.objects.visible_to(request.user).known_in(cite).in_protocol_order(cite)
    form = ConsentForm(request.POST or None, people=people, initial={"given_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            record_consent(actor=request.user, cite=cite, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "L’accord est enregistré.")
            return redirect("gdpr_consents")
    return render(request, "home/privacy/consent.html", {"form": form})


@require_http_methods(["GET", "POST"])
def consent_withdraw(request, pk):
    consents = PhotoConsent.objects.visible_to(request.user).select_related("cite", "person")
    consent = get_object_or_404(consents, pk=pk)
    form = WithdrawalForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_consent(actor=request.user, consent=consent, **form.cleaned_data)
        except PartnersError as error:
            form.add_error("on", str(error))
        else:
            messages.success(request, "L’accord est retiré\u00a0: ces images ne peuvent plus être montrées.")
            return redirect("gdpr_consents")
    return render(request, "home/privacy/withdraw.html", {"form": form, "consent": consent})


@require_http_methods(["GET", "POST"])
@follow_merges
def person_data(request, pk):
    """What is kept about one person; a POST freezes it and has it printed."""
    person, context = person_sheet(request, pk, tab="data")
    cite = context["cite"]
    require(permissions.can_read_person_data(request.user, person, cite))
    own = request.user.person_id == person.pk
    if request.method == "POST":
        try:
            export_person(actor=request.user, person=person, cite=cite)
        except PartnersError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "L’export est enregistré\u00a0; son PDF se prépare.")
        return redirect("person_data", pk=pk)
    exports = PersonExport.objects.visible_to(request.user).filter(person=person, cite=cite)
    context |= {
        "exports": exports.select_related("file", "made_by__person"),
        "is_own": own,
        "can_anonymise": not own and permissions.can_edit_person(request.user, person) and not person.anonymised_at,
    }
    return render(request, "home/privacy/person_data.html", context)


@require_safe
def person_export(request, pk):
    """The same content as the PDF, for a machine."""
    export = get_object_or_404(PersonExport.objects.visible_to(request.user), pk=pk)
    text = json.dumps(export.content, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    name = f"donnees-personne-{export.person_id}-{timezone.localdate(export.made_at):%Y-%m-%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "POST"])
@follow_merges
def person_anonymise(request, pk):
    person, context = person_sheet(request, pk, tab="data")
    require(permissions.can_edit_person(request.user, person))
    if request.method == "POST":
        try:
            anonymise_person(actor=request.user, person=person, cite=context["cite"])
        except PartnersError as error:
            messages.error(request, str(error))
            return redirect("person_data", pk=pk)
        messages.success(request, "La personne est anonyme. Ce qui a été émis et signé n’est pas récrit.")
        return redirect("gdpr_review")
    quoting = Exchange.objects.visible_to(request.user).filter(cite=context["cite"], persons=person)
    context |= {"exchanges": quoting.order_by("-held_on"), "today": date_fr(timezone.localdate())}
    return render(request, "home/privacy/anonymise.html", context)
