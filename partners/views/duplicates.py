from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cite_educative.common.forms import read_key
from partners import duplicates, services
from partners.enums import IdentityKind
from partners.forms import MergeForm
from partners.models import Organisation, Person
from partners.services.merging import ITSELF, refusal
from partners.sheets import MovedError, get_organisation, get_person
from partners.views.common import led_cite, require

MODELS = {IdentityKind.ORGANISATION: Organisation, IdentityKind.PERSON: Person}


@require_safe
def duplicate_list(request):
    cite = led_cite(request)
    organisations = services.duplicate_organisations(cite)
    persons = services.duplicate_persons(cite)
    context = {
        "organisations": duplicates.organisation_pairs(organisations[: duplicates.SHOWN]),
        "nb_organisations": len(organisations),
        "persons": duplicates.person_pairs(persons[: duplicates.SHOWN]),
        "nb_persons": len(persons),
        "shown": duplicates.SHOWN,
    }
    return render(request, "partners/duplicates.html", context)


@require_POST
def duplicate_dismiss(request):
    cite = led_cite(request)
    kind = request.POST.get("kind", "")
    rows = MODELS.get(kind, Organisation).objects.visible_to(request.user)
    concerned = Q(mandates__cite=cite) if kind == IdentityKind.PERSON else Q(partnerships__cite=cite)
    rows = rows.filter(concerned | Q(mandates__cite=cite)).distinct()
    first, second = (get_object_or_404(rows, pk=read_key(request.POST.get(name, ""))) for name in ("first", "second"))
    if kind not in MODELS or first == second:
        messages.error(request, "Choisissez deux fiches différentes dans la liste.")
        return redirect("partners:duplicates")
    services.say_not_duplicate(actor=request.user, cite=cite, kind=kind, rows=(first, second))
    messages.success(request, f"C’est noté\u00a0: {first} et {second} ne seront plus proposés ensemble.")
    return redirect("partners:duplicates")


@require_http_methods(["GET", "POST"])
def organisation_merge(request, pk, other):
    return _merge(request, pk, other, get_organisation, services.merge_organisations, "partners:organisation")


@require_http_methods(["GET", "POST"])
def person_merge(request, pk, other):
    return _merge(request, pk, other, get_person, services.merge_persons, "partners:person")


def _merge(request, pk, other, get, merge, sheet):
    """`pk` is kept, `other` is merged into it."""
    try:
        kept, dropped = get(request.user, pk), get(request.user, other)
    except MovedError as moved:
        messages.info(request, "Cette fiche est déjà fusionnée\u00a0: voici celle qui a été gardée.")
        return redirect(sheet, moved.target.pk)
    refused = _refusal(request, kept, dropped)
    if refused:
        return refused
    form = MergeForm(request.POST if request.method == "POST" else None, kept=kept, dropped=dropped)
    if request.method == "POST" and form.is_valid():
        try:
            merge(actor=request.user, kept=kept, dropped=dropped, choices=form.cleaned_data)
        except services.PartnersError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Les deux fiches n’en font plus qu’une. L’ancienne adresse mène ici.")
            return redirect(sheet, pk)
    return render(request, "partners/merge.html", duplicates.merge_context(form, kept, dropped, sheet))


def _refusal(request, kept, dropped):
    """The page that says why these two rows cannot be merged by this reader; None when they can."""
    if kept == dropped:
        return render(request, "partners/merge_refused.html", {"reason": ITSELF, "row": kept}, status=400)
    others, concerned = services.cites_to_ask(request.user, kept, dropped)
    require(concerned & request.user.access.led)
    if others:
        context = {"reason": refusal(others), "row": kept}
        return render(request, "partners/merge_refused.html", context, status=403)
    return None
