"""The tab "Suivi" of a sheet, and the short forms that feed it, made for a telephone."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actions import services
from actions.follow_pages import consents_of, follow_up_context, initial_report
from actions.follow_up import next_to_report, removes_photos, reported_lines, summed, writable_lines
from actions.forms.follow_up import MilestoneForm, PhotoForm, ReportForm
from actions.models import Action, ActionPhoto, Milestone
from actions.sheet import get_sheet_action, reads_beyond_published, sheet_context
from actions.views.versions import form_context, saved_or_compared
from cite_educative.common import journal
from cite_educative.common.forms import read_key
from cite_educative.common.transitions import TransitionError
from partners.context import current_year
from partners.views.common import removed_once

AUTOSAVE = "X-Autosave"


@require_GET
def follow_up(request, pk):
    action = get_sheet_action(request.user, pk)
    context = sheet_context(request, action, tab="follow_up") | follow_up_context(request.user, action)
    if request.GET.get("fait"):
        context["next_action"] = next_to_report(request.user, action.cite, current_year(request), after=action)
    return render(request, "actions/follow_up.html", context)


def _line(request, action):
    """The line asked for (`?commune=`), else the first that the user writes; 403 when there is none."""
    lines = writable_lines(request.user, action)
    if not lines:
        raise PermissionDenied
    own = [line for line in lines if line.commune] or lines
    asked = request.GET.get("commune")
    if asked is None:
        return own[0] if len(lines) != len(own) and len(own) == 1 else lines[0]
    found = [line for line in lines if line.key == read_key(asked)]
    if not found:
        raise Http404
    return found[0]


@require_http_methods(["GET", "POST"])
def report_create(request, pk):
    action = get_sheet_action(request.user, pk)
    line = _line(request, action)
    if request.method == "POST" and request.headers.get(AUTOSAVE):
        return _keep_draft(request, action, line)
    lines = reported_lines(request.user, action)
    latest = next((one.latest for one in lines if one.key == line.key), None)
    draft = services.draft_of(action=action, form=services.report_form(line.key), actor=request.user)
    form = ReportForm(request.POST or None, action=action, latest=latest, initial=draft or initial_report(latest))
    if request.method == "POST" and form.is_valid() and _report(request, action, line, form):
        return redirect(f"{reverse('actions:follow_up', args=[action.pk])}?fait=1")
    context = {
        "action": action,
        "line": line,
        "others": [one for one in writable_lines(request.user, action) if one.key != line.key],
        "form": form,
        "has_draft": bool(draft),
        "communes": [one for one in lines if one.commune and one.latest] if line.commune is None else [],
        "sums": summed(lines) if line.commune is None else {},
    }
    return render(request, "actions/report.html", context)


def _keep_draft(request, action, line):
    names = ReportForm.Meta.fields
    content = {name: request.POST[name] for name in names if request.POST.get(name)}
    services.keep_draft(action=action, form=services.report_form(line.key), actor=request.user, content=content)
    return HttpResponse(status=204)


def _report(request, action, line, form):
    """True when kept; otherwise the form says why."""
    try:
        services.report_progress(action=action, commune=line.commune, actor=request.user, **form.report_fields)
    except TransitionError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, "Le point d’étape est enregistré. Merci.")
    return True


# --- Jalons ---------------------------------------------------------------------------------------


def _written_action(request, pk):
    action = get_sheet_action(request.user, pk)
    if not writable_lines(request.user, action):
        raise PermissionDenied
    return action


@require_http_methods(["GET", "POST"])
def milestone_create(request, pk):
    action = _written_action(request, pk)
    return _milestone_page(request, action, Milestone(action=action, created_by=request.user), "Nouveau jalon")


@require_http_methods(["GET", "POST"])
def milestone_update(request, pk):
    milestone = get_object_or_404(Milestone.objects.visible_to(request.user), pk=pk)
    action = _written_action(request, milestone.action_id)
    return _milestone_page(request, action, milestone, "Modifier le jalon")


def _milestone_page(request, action, milestone, heading):
    form, conflict, saved = saved_or_compared(
        request, MilestoneForm, milestone, save=services.save_milestone, entries=_milestone_entries
    )
    if saved:
        messages.success(request, "Le jalon est enregistré.")
        return redirect("actions:follow_up", action.pk)
    cancel_url = reverse("actions:follow_up", args=[action.pk])
    context = sheet_context(request, action, tab="follow_up") | {"form_heading": heading}
    context |= form_context(form, conflict, heading=heading, submit="Enregistrer le jalon", cancel_url=cancel_url)
    return render(request, "actions/follow_form.html", context, status=409 if conflict else 200)


def _milestone_entries(milestone):
    return journal.entries_for(milestone.action).filter(verb__startswith="milestone.")


@require_POST
def milestone_tick(request, pk):
    milestone = get_object_or_404(Milestone.objects.visible_to(request.user), pk=pk)
    action = _written_action(request, milestone.action_id)
    done_on = timezone.localdate() if request.POST.get("fait") else None
    services.tick_milestone(milestone, actor=request.user, done_on=done_on)
    messages.success(request, "Le jalon est coché." if done_on else "Le jalon est de nouveau à faire.")
    return redirect("actions:follow_up", action.pk)


# --- Photos ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def photo_create(request, pk):
    action = _written_action(request, pk)
    form = PhotoForm(request.POST or None, request.FILES or None, consents=consents_of(action.cite))
    if request.method == "POST" and form.is_valid():
        try:
            services.add_photo(action=action, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "La photo est gardée, sans le lieu ni l’heure que l’appareil y avait écrits.")
            return redirect("actions:follow_up", action.pk)
    context = sheet_context(request, action, tab="follow_up")
    context |= {"form": form, "form_heading": "Ajouter une photo", "submit": "Ajouter la photo"}
    return render(request, "actions/follow_form.html", context)


def _visible_photo(request, pk):
    return get_object_or_404(ActionPhoto.objects.visible_to(request.user).select_related("action"), pk=pk)


@require_GET
@cache_control(private=True, max_age=3600)
def photo(request, pk):
    row = _visible_photo(request, pk)
    try:
        content = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("Cette photo n’est plus sur le serveur.") from error
    response = FileResponse(content, content_type="image/jpeg", filename=row.filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@removed_once(ActionPhoto, "Cette photo est déjà retirée.", "actions:list", from_page=True)
def photo_remove(request, pk):
    row = _visible_photo(request, pk)
    action = get_sheet_action(request.user, row.action_id)
    if not removes_photos(request.user, action):
        raise PermissionDenied
    services.remove_photo(row, actor=request.user)
    messages.success(request, "La photo est retirée et son fichier effacé.")
    return redirect("actions:follow_up", action.pk)


# --- Visits ---------------------------------------------------------------------------------------


@require_POST
def visited(request, pk):
    """Sent by the page once it is shown: what is newer than this moment will be marked next time."""
    action = get_object_or_404(Action.objects.visible_to(request.user).prefetch_related("communes"), pk=pk)
    if not reads_beyond_published(request.user, action):
        raise Http404
    services.mark_visit(action, user=request.user)
    if request.POST.get("onglet") == "comments" and request.user.person_id:
        services.mark_mentions_seen(action, person=request.user.person)
    return HttpResponse(status=204)
