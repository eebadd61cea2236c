"""Action points: the list, one of them, its gestures."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cite_educative.common.dates import date_fr
from cite_educative.common.forms import read_key
from cite_educative.common.locks import ConflictError
from cite_educative.common.tables import ListPage
from governance import services
from governance.filters import ActionPointFilter
from governance.forms import ActionPointForm, DropForm, FinishForm
from governance.models import ActionPoint, ActionPointFile, Body
from governance.permissions import can_finish_point, can_prepare, can_read_amounts
from governance.point_rows import origin_of, point_columns, point_row, point_status, point_values
from governance.views.common import (
    activity,
    add_errors,
    chosen_cite,
    conflict,
    prepared_item,
    refusals_to,
    require,
    sent_pairs,
    visible_decision,
)
from partners.permissions import hides_names

ACTIVITY = 20


@require_GET
def action_points(request):
    cite, today = chosen_cite(request), request.user.access.today
    reads = can_read_amounts(request.user, cite)
    listing = ListPage(
        request,
        ActionPoint.objects.visible_to(request.user).filter(cite=cite).for_list(),
        point_columns(),
        filterset=ActionPointFilter,
        row=point_row(today, reads),
        values=point_values(today, reads),
        default_sort="due_on",
        title="Suites à donner",
        noun=("suite", "suites"),
        empty_text="Aucune suite à donner pour l’instant",
        filename="suites-a-donner",
    )
    if listing.export_format:
        return listing.export()
    context = {"listing": listing, "may_prepare": can_prepare(request.user, cite), "query": request.GET.urlencode()}
    return render(request, "governance/points.html", context)


# --- Written, changed -----------------------------------------------------------------------------


def _origin(request):
    """The keywords of `create_action_point` that the address names, and the page to come back to."""
    if request.GET.get("point"):
        item = prepared_item(request, read_key(request.GET["point"]))
        page = "live" if item.meeting.is_open else "meeting"
        url = reverse(f"governance:{page}", args=[item.meeting_id])
        url += f"?point={item.pk}#suites" if item.meeting.is_open else "#suites"
        return item.meeting.body.cite, {"item": item}, url
    if request.GET.get("decision"):
        decision = visible_decision(request, read_key(request.GET["decision"]))
        url = reverse("governance:decision", args=[decision.pk])
        return decision.body.cite, {"decision": decision}, f"{url}#suites"
    return chosen_cite(request), {}, reverse("governance:action_points")


@require_http_methods(["GET", "POST"])
def action_point_create(request):
    """From the list, from a point of a meeting (`?point=`) or from a decision (`?decision=`)."""
    cite, origin, back = _origin(request)
    require(can_prepare(request.user, cite))
    bodies = None if origin else Body.objects.visible_to(request.user).filter(cite=cite)
    form = ActionPointForm(request.POST or None, cite=cite, bodies=bodies)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.create_action_point(cite=cite, actor=request.user, **origin, **_values(form))
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, f"C’est confié à {row.owner}.")
            return redirect(back)
    context = {"form": form, "heading": "Nouvelle suite à donner", "submit": "Confier", "cancel_url": back}
    return render(request, "governance/point_form.html", context, status=422 if form.errors else 200)


def _values(form):
    return {name: form.cleaned_data[name] for name in ("text", "owner", "due_on", "body") if name in form.fields}


def _visible(request, pk):
    return get_object_or_404(ActionPoint.objects.visible_to(request.user).for_list().select_related("cite"), pk=pk)


def _prepared(request, pk):
    row = _visible(request, pk)
    require(can_prepare(request.user, row.cite))
    return row


@require_http_methods(["GET", "POST"])
@refusals_to("governance:action_point")
def action_point_update(request, pk):
    row = _prepared(request, pk)
    is_free = not (row.meeting_id or row.decision_id)
    bodies = Body.objects.visible_to(request.user).filter(cite=row.cite) if is_free else None
    form = ActionPointForm(request.POST or None, cite=row.cite, point=row, bodies=bodies)
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            services.update_action_point(row, actor=request.user, version=version, **_values(form))
            return redirect("governance:action_point", pk=pk)
        except ConflictError as error:
            return _conflict(request, error.current, form)
        except ValidationError as error:
            add_errors(form, error)
    cancel_url = reverse("governance:action_point", args=[pk])
    context = {
        "form": form,
        "heading": "Modifier la suite à donner",
        "submit": "Enregistrer",
        "cancel_url": cancel_url,
    }
    return render(request, "governance/point_form.html", context, status=422 if form.errors else 200)


def _conflict(request, current, form):
    data, theirs = form.cleaned_data, ActionPoint.objects.visible_to(request.user).for_list().get(pk=current.pk)
    mine = data["owner"].person.formal_name if hasattr(data["owner"], "person") else data["owner"].name
    return conflict(
        request,
        subject="La suite à donner",
        row=theirs,
        fields=[
            ("À faire", data["text"], theirs.text),
            ("Par", mine, theirs.owner),
            (
                "Pour le",
                date_fr(data["due_on"]) if data["due_on"] else "",
                date_fr(theirs.due_on) if theirs.due_on else "",
            ),
        ],
        action=request.path,
        version=theirs.version,
        cancel_url=reverse("governance:action_point", args=[theirs.pk]),
        hidden=sent_pairs(request),
    )


# --- One of them ----------------------------------------------------------------------------------


@require_GET
def action_point(request, pk):
    return _page(request, _visible(request, pk))


def _page(request, row, *, form=None, drop_form=None, status=200):
    user = request.user
    may_prepare, reads = can_prepare(user, row.cite), can_read_amounts(user, row.cite)
    context = {
        "point": row,
        "status": point_status(row, user.access.today),
        "facts": _facts(row, reads),
        "files": row.files.all(),
        "form": form or FinishForm(),
        "drop_form": drop_form or DropForm(),
        "may_finish": can_finish_point(user, row),
        "may_prepare": may_prepare,
        "entries": None if hides_names(user.access, row.cite_id) or not reads else activity(row),
    }
    return render(request, "governance/point.html", context, status=status)


def _facts(row, reads):
    facts = [{"label": "Par", "value": row.owner}]
    if row.due_on:
        facts.append({"label": "Pour le", "value": date_fr(row.due_on, weekday=True)})
    if reads and row.decision_id:
        url = reverse("governance:decision", args=[row.decision_id])
        facts.append(
            {"label": "Suite de la décision", "value": row.decision.reference or row.decision.title, "url": url}
        )
    elif reads and row.meeting_id:
        url = reverse("governance:meeting", args=[row.meeting_id])
        facts.append({"label": "Suite de la réunion", "value": str(row.meeting), "url": url})
    elif row.body_id:
        facts.append({"label": "Instance", "value": origin_of(row, reads)})
    if reads and row.reminded_on:
        facts.append({"label": "Dernière relance", "value": date_fr(row.reminded_on)})
    return facts


@require_POST
@refusals_to("governance:action_point")
def action_point_finish(request, pk):
    row = _visible(request, pk)
    require(can_finish_point(request.user, row))
    form = FinishForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            services.finish_action_point(row, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, "C’est noté comme fait.")
            return redirect("governance:action_point", pk=pk)
    return _page(request, row, form=form, status=422)


@require_POST
@refusals_to("governance:action_point")
def action_point_drop(request, pk):
    row = _prepared(request, pk)
    form = DropForm(request.POST)
    if not form.is_valid():
        return _page(request, row, drop_form=form, status=422)
    services.drop_action_point(row, actor=request.user, word=form.cleaned_data["word"].strip())
    messages.success(request, "La suite est abandonnée. La raison est gardée.")
    return redirect("governance:action_point", pk=pk)


@require_POST
def action_point_reopen(request, pk):
    row = _visible(request, pk)
    require(can_finish_point(request.user, row))
    services.reopen_action_point(row, actor=request.user)
    messages.success(request, "La suite est de nouveau à faire.")
    return redirect("governance:action_point", pk=pk)


@require_GET
@cache_control(private=True, no_cache=True)
def action_point_file(request, pk):
    file = get_object_or_404(ActionPointFile.objects.visible_to(request.user), pk=pk)
    try:
        content = file.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("Ce fichier n’est plus sur le serveur.") from error
    response = FileResponse(content, as_attachment=True, filename=file.filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response
