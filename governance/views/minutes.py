"""Minutes of one meeting: the page, the working text, its validation and its publication."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from governance import minutes_page as pages
from governance import services
from governance.forms import MinutesHeadingForm, ParagraphForm, ReopenForm
from governance.minutes_content import minutes_content
from governance.minutes_documents import minutes_context
from governance.models import Minutes, MinutesParagraph
from governance.permissions import can_prepare
from governance.services.minutes import what_prevents
from governance.views.common import (
    activity,
    add_errors,
    conflict,
    meeting_title,
    prepared_meeting,
    refusals_to,
    require,
    sent_pairs,
    visible_meeting,
)


def working_text(request, pk):
    """The minutes of the meeting `pk` as they are being written; 404 for who does not read them yet."""
    rows = Minutes.objects.visible_to(request.user).select_related("meeting__body__cite")
    return get_object_or_404(rows, meeting=pk)


def prepared_minutes(request, pk):
    """404 for who does not see the meeting or the text, 403 for who may not write it."""
    meeting = prepared_meeting(request, pk)
    minutes = working_text(request, pk)
    minutes.meeting = meeting
    return minutes


def visible_paragraph(request, pk):
    rows = MinutesParagraph.objects.visible_to(request.user).select_related("minutes__meeting__body__cite", "item")
    return get_object_or_404(rows, pk=pk)


@require_GET
def minutes(request, pk):
    """The working text for who writes or reads it again; the published versions for all who may."""
    meeting = visible_meeting(request, pk)
    row = Minutes.objects.visible_to(request.user).filter(meeting=meeting).first()
    versions = pages.version_rows(request.user, meeting)
    if row is None and not versions:
        raise Http404("Ce procès-verbal ne se lit pas encore.")
    may_prepare = can_prepare(request.user, meeting.body.cite)
    context = {
        "meeting": meeting,
        "title": meeting_title(meeting),
        "minutes": row,
        "versions": versions,
        "may_prepare": may_prepare,
        "signed_files": pages.file_rows(request.user, meeting),
        **(_text(request, row, may_prepare) if row else _published(versions)),
    }
    return render(request, "governance/minutes.html", context)


def _text(request, row, may_prepare):
    reviews = pages.review_rows(request.user, row)
    return {
        "badge": pages.badge(row, pages.STATE_CODES),
        "reviews": reviews,
        "groups": pages.text_groups(request.user, row),
        "attendance": pages.attendance_groups(row.meeting),
        "problems": what_prevents(row) if may_prepare and row.is_editable else [],
        "may_remark": row.state == "review" and any(review["may_answer"] for review in reviews),
        "letters": pages.letter_rows(row) if may_prepare else [],
        "entries": activity(row) if may_prepare else None,
        "sheet": None,
    }


def _published(versions):
    """What who does not write sees: the last version, as it was issued."""
    sheet = minutes_context(versions[0]["version"].content)
    return {"badge": {"code": "fait", "label": "Publié"}, "sheet": sheet, "entries": None, "letters": []}


@require_POST
@refusals_to("governance:meeting")
def minutes_prepare(request, pk):
    """For a meeting closed before minutes were drafted by themselves."""
    services.prepare_minutes(prepared_meeting(request, pk), actor=request.user)
    return redirect("governance:minutes", pk=pk)


@require_http_methods(["GET", "POST"])
@refusals_to("governance:minutes")
def minutes_heading(request, pk):
    row = prepared_minutes(request, pk)
    first = {"chair": row.chair, "secretary": row.secretary, "version": row.version}
    form = MinutesHeadingForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_minutes_heading(row, actor=request.user, **form.cleaned_data)
            return redirect("governance:minutes", pk=pk)
        except ConflictError as error:
            return _heading_conflict(request, error.current, form)
    context = {"form": form, "heading": "En-tête du procès-verbal", "submit": "Enregistrer"}
    return minutes_form(request, row, context)


def minutes_form(request, row, context):
    """One short form about the minutes."""
    page = reverse("governance:minutes", args=[row.meeting_id])
    shared = {"minutes": row, "title": meeting_title(row.meeting), "cancel_url": page, "lead": "", "quote": None}
    return render(request, "governance/minutes_form.html", shared | context)


def _heading_conflict(request, current, form):
    names = ("chair", "secretary")
    return conflict(
        request,
        subject="L’en-tête",
        row=current,
        fields=[(form.fields[name].label, form.cleaned_data[name], getattr(current, name)) for name in names],
        action=request.path,
        version=current.version,
        cancel_url=reverse("governance:minutes", args=[current.meeting_id]),
        hidden=sent_pairs(request),
    )


@require_http_methods(["GET", "POST"])
def minutes_paragraph(request, pk):
    """Saved while it is typed (`X-Autosave`) or by the button, its remarks beside it."""
    row = visible_paragraph(request, pk)
    require(can_prepare(request.user, row.minutes.meeting.body.cite))
    form = ParagraphForm(request.POST or None, paragraph=row)
    is_automatic = "X-Autosave" in request.headers
    if request.method == "POST" and form.is_valid():
        return _save_paragraph(request, row, form, is_automatic)
    if is_automatic:
        return HttpResponse(status=422)
    context = {
        "form": form,
        "paragraph": row,
        "title": meeting_title(row.minutes.meeting),
        "remarks": pages.remarks_by_paragraph(request.user, row.minutes).get(row.pk, []),
        "back": _at(row),
    }
    return render(request, "governance/minutes_paragraph.html", context)


def _at(paragraph):
    page = reverse("governance:minutes", args=[paragraph.minutes.meeting_id])
    return f"{page}#paragraphe-{paragraph.order}"


def _save_paragraph(request, row, form, is_automatic):
    try:
        saved = services.save_paragraph(
            row, version=form.cleaned_data["version"], html=form.cleaned_data["text"], actor=request.user
        )
    except ConflictError as error:
        return HttpResponse(status=409) if is_automatic else _paragraph_conflict(request, row, error.current, form)
    except TransitionError as error:
        if is_automatic:
            return HttpResponse(status=409)
        messages.error(request, str(error))
        return redirect("governance:minutes", pk=row.minutes.meeting_id)
    if is_automatic:
        return HttpResponse(status=204, headers={"X-Version": str(saved.version)})
    return redirect(_at(row))


def _paragraph_conflict(request, row, current, form):
    return conflict(
        request,
        subject=f"Le paragraphe {row.order}",
        row=row.minutes,
        fields=[("Texte", form.data.get("text", ""), form.fields["text"].prepare_value(current.text))],
        action=request.path,
        version=current.version,
        cancel_url=_at(row),
        hidden=sent_pairs(request),
    )


@require_POST
@refusals_to("governance:minutes")
def minutes_validate(request, pk):
    row = prepared_minutes(request, pk)
    try:
        services.validate_minutes(row, actor=request.user)
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
    else:
        messages.success(request, "Le procès-verbal est validé. Relisez-le tel qu’il sera publié.")
    return redirect("governance:minutes", pk=pk)


@require_http_methods(["GET", "POST"])
@refusals_to("governance:minutes")
def minutes_publish(request, pk):
    """As it would be issued now, marked "projet" until the button is pressed; the button comes once it is validated."""
    row = prepared_minutes(request, pk)
    if request.method == "POST":
        try:
            version = services.publish_minutes(row, actor=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("governance:minutes_publish", pk=pk)
        messages.success(
            request, f"La version {version.number} est publiée et ne change plus. Ses fichiers se préparent."
        )
        return redirect("governance:minutes", pk=pk)
    if row.state == "published":
        return redirect("governance:minutes", pk=pk)
    last = row.versions.first()
    number = last.number + 1 if last else 1
    content = minutes_content(row, version=number, replaced=last, reason=row.correction, issued_by=request.user)
    context = {"row": row, "title": meeting_title(row.meeting), "number": number, "draft": True, "sha256": ""}
    return render(request, "governance/minutes_preview.html", minutes_context(content) | context)


@require_http_methods(["GET", "POST"])
@refusals_to("governance:minutes")
def minutes_reopen(request, pk):
    """A published text is corrected by a new version, which says why."""
    row = prepared_minutes(request, pk)
    form = ReopenForm(request.POST or None)
    form.fields["reason"].required = row.versions.exists()
    if request.method == "POST" and form.is_valid():
        try:
            services.reopen_minutes(row, actor=request.user, reason=form.cleaned_data["reason"])
            return redirect("governance:minutes", pk=pk)
        except ValidationError as error:
            add_errors(form, error)
    context = {
        "form": form,
        "heading": "Corriger le procès-verbal",
        "lead": "Les versions publiées restent telles qu’elles sont.",
        "submit": "Rouvrir le texte",
    }
    return minutes_form(request, row, context)
