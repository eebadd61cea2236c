"""A body: its page, its settings, its members; the bodies of a form of governance created together."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from cite_educative.common.locks import ConflictError
from governance import services
from governance.body_page import count_members, facts, open_bodies, presiding
from governance.enums import BodyKind
from governance.forms import BodyForm, MembersForm, SettingsForm, StepFormSet
from governance.forms.body import step_values
from governance.models import Body, Meeting
from governance.permissions import can_prepare
from governance.presets import FORMS, PRESETS, form_of
from governance.rhythm import rhythm_words
from governance.tables import meeting_line
from governance.views.common import activity, add_errors, chosen_cite, conflict, require, sent_pairs
from partners.permissions import hides_names

SHOWN = 8


def _visible(request, pk):
    return get_object_or_404(Body.objects.visible_to(request.user).select_related("cite"), pk=pk)


def _prepared(request, pk):
    body = _visible(request, pk)
    require(can_prepare(request.user, body.cite))
    return body


@require_GET
def body(request, pk):
    row, user = _visible(request, pk), request.user
    may_prepare = can_prepare(user, row.cite)
    meetings = Meeting.objects.visible_to(user).filter(body=row).select_related("body")
    context = {
        "body": row,
        "facts": facts(row),
        "presiding": [] if hides_names(user.access, row.cite_id) else presiding(row),
        "steps": row.steps.all(),
        "coming": [meeting_line(meeting) for meeting in meetings.upcoming(timezone.now())[:SHOWN]],
        "held": [meeting_line(meeting) for meeting in meetings.held()[:SHOWN]],
        "nb_members": count_members(row),
        "may_prepare": may_prepare,
        "may_propose": open_bodies(user, row.cite).filter(pk=pk).exists(),
        "entries": activity(row) if may_prepare else None,
    }
    return render(request, "governance/body.html", context)


@require_http_methods(["GET", "POST"])
def body_create(request):
    cite = chosen_cite(request)
    require(can_prepare(request.user, cite))
    kind = request.GET.get("nature", BodyKind.TROIKA)
    form = BodyForm(request.POST or None, cite=cite, kind=kind if kind in BodyKind.values else BodyKind.TROIKA)
    if request.method == "POST" and form.is_valid():
        row, preset = form.instance, PRESETS[form.cleaned_data["kind"]]
        row.competence, row.rhythm_every, row.rhythm_unit = preset.competence, preset.every, preset.unit
        row.quorum_rule = preset.quorum
        try:
            services.create_body(row, actor=request.user, mandates=form.cleaned_data["mandates"], steps=preset.steps)
            return redirect("governance:body", row.pk)
        except ValidationError as error:
            add_errors(form, error)
    return render(request, "governance/body_form.html", {"form": form, "kinds": BodyKind.choices})


@require_http_methods(["GET", "POST"])
def body_presets(request):
    """The bodies of one form: what exists, what would be created; then created at once."""
    cite = chosen_cite(request)
    require(can_prepare(request.user, cite))
    form = form_of(request.POST.get("forme") or request.GET.get("forme"))
    if request.method == "POST":
        try:
            created = services.create_bodies(cite=cite, form=form, actor=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(f"{reverse('governance:body_presets')}?forme={form.key}")
        if created:
            messages.success(request, f"Créées\u00a0: {', '.join(row.label for row in created)}.")
        else:
            messages.info(request, "Ces instances existent déjà\u00a0: rien n’a été créé.")
        return redirect("governance:home")
    rows = [_preset_row(cite, preset, known) for preset, known in services.preset_standing(cite, form)]
    context = {"forms": FORMS, "form": form, "rows": rows, "nb_new": sum(row["known"] is None for row in rows)}
    return render(request, "governance/body_presets.html", context)


def _preset_row(cite, preset, known):
    return {
        "preset": preset,
        "known": known,
        "rhythm": rhythm_words(preset.every, preset.unit),
        "members": [] if known else [one.person.formal_name for one in services.seated_by(cite, preset)],
        "steps": ", ".join(f"J\u2212{days} {label[:1].lower()}{label[1:]}" for label, days, _ in preset.steps),
    }


@require_http_methods(["GET", "POST"])
def body_update(request, pk):
    row, data = _prepared(request, pk), request.POST or None
    form = SettingsForm(data, instance=row, is_numbered=services.is_numbered(row))
    steps = StepFormSet(data, initial=step_values(row), prefix="steps")
    if request.method == "POST" and form.is_valid() & steps.is_valid():
        try:
            services.update_body(row, actor=request.user, steps=steps.steps, **form.cleaned_data)
        except ConflictError as error:
            return _conflict(request, error.current, form)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, f"«\u00a0{row.label}\u00a0» est enregistrée.")
            return redirect("governance:body", pk)
    context = {"form": form, "steps": steps, "body": Body.objects.visible_to(request.user).get(pk=pk)}
    return render(request, "governance/body_update.html", context)


def _conflict(request, current, form):
    data = form.cleaned_data
    return conflict(
        request,
        subject="L’instance",
        row=current,
        fields=[
            ("Nom", data["label"], current.label),
            ("Compétence", data["competence"], current.competence),
            (
                "Rythme",
                rhythm_words(data["rhythm_every"], data["rhythm_unit"]),
                rhythm_words(current.rhythm_every, current.rhythm_unit),
            ),
        ],
        action=request.path,
        version=current.version,
        cancel_url=reverse("governance:body", args=[current.pk]),
        hidden=sent_pairs(request),
    )


@require_http_methods(["GET", "POST"])
def body_members(request, pk):
    row = _prepared(request, pk)
    seated = row.members.values_list("mandate", flat=True)
    # Nobody ticked is an answer too.
    data = request.POST if request.method == "POST" else None
    form = MembersForm(data, candidates=services.candidates(row), seated=seated)
    if request.method == "POST" and form.is_valid():
        services.set_members(row, actor=request.user, mandates=form.cleaned_data["mandates"])
        messages.success(request, f"La composition de «\u00a0{row.label}\u00a0» est enregistrée.")
        return redirect("governance:home")
    return render(request, "governance/body_members.html", {"form": form, "body": row})
