from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from governance import note_page as pages
from governance import services
from governance.documents import note_context
from governance.enums import NoteKind, NoteStage, NoteStatus
from governance.figures import item_figures
from governance.forms import NoteForm, OptionFormSet
from governance.forms.note import option_values
from governance.models import Note
from governance.note_content import note_content
from governance.note_diff import compare_notes
from governance.note_positions import position_rows
from governance.permissions import can_prepare
from governance.tables import figure_rows, figure_totals, note_status
from governance.views.common import (
    activity,
    add_errors,
    conflict,
    meeting_title,
    prepared_item,
    require,
    sent_pairs,
    visible_item,
)


def _note(item):
    return getattr(item, "note", None)


@require_http_methods(["GET", "POST"])
def note(request, pk):
    """The editor for the team; for the others what was issued, or the text that they were asked to read again."""
    item = visible_item(request, pk)
    row = _note(item)
    is_past = item.meeting.is_over and row is not None and row.status == NoteStatus.ISSUED
    if not can_prepare(request.user, item.meeting.body.cite) or (is_past and request.method == "GET"):
        return _read(request, item)
    first, kind = pages.first_values(item, row, request.GET.get("modele"))
    form = NoteForm(request.POST or None, item=item, first=first, is_new=row is None)
    options = OptionFormSet(request.POST or None, initial=option_values(row), prefix="options")
    if request.method == "POST" and all([form.is_valid(), options.is_valid()]):
        try:
            _save(request, item, row, form, options)
            messages.success(request, "La note est enregistrée.")
            then = "governance:note_preview" if "preview" in request.POST else "governance:note"
            return redirect(then, pk=pk)
        except ConflictError as error:
            return _note_conflict(request, item, error.current, form)
        except TransitionError as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            add_errors(form, error)
    return render(request, "governance/note_form.html", _editor(request, item, row, form, options) | {"kind": kind})


def _save(request, item, row, form, options):
    return services.save_note(
        item=item,
        actor=request.user,
        note=row,
        version=form.cleaned_data["version"],
        options=options.options,
        **form.fields_of_note,
    )


def _editor(request, item, row, form, options):
    figures = item_figures(item)
    return {
        "item": item,
        "note": row,
        "form": form,
        "options": options,
        "meeting_title": meeting_title(item.meeting),
        "figures": figure_rows(figures),
        "totals": figure_totals(figures),
        "nb_actions": item.actions.count(),
        "status": note_status(row) if row else None,
        "versions": pages.versions(row) if row else [],
        "kinds": NoteKind.choices,
        "words": pages.live_fields(item, row),
        "positions": position_rows(item),
        "entries": activity(row) if row else [],
        **(pages.review_part(request.user, row) if row else {}),
    }


def _read(request, item):
    row = Note.objects.visible_to(request.user).filter(item=item).first()
    if row is None:
        raise Http404("Aucune note à lire pour ce point.")
    versions = pages.versions(row)
    is_asked = (
        not item.meeting.is_over
        and Note.objects.visible_to(request.user).asked_of(request.user).filter(pk=row.pk).exists()
    )
    if not (is_asked or versions):
        raise Http404("Aucune note émise pour ce point.")
    content = _working(row, row.author) if is_asked else versions[0]["version"].content
    context = note_context(content) | {
        "item": item,
        "versions": versions,
        "draft": is_asked,
        **(pages.review_part(request.user, row) if is_asked else {}),
    }
    return render(request, "governance/note_read.html", context)


def _working(row, user):
    """As it would be issued now."""
    number = row.versions.count() + 1
    return note_content(row, version=number, issued_on=timezone.localdate(), issued_by=user)


def _note_conflict(request, item, current, form):
    return conflict(
        request,
        subject="La note",
        row=current,
        fields=pages.conflicting(form, current),
        action=request.path,
        version=current.version,
        cancel_url=reverse("governance:note", args=[item.pk]),
        hidden=sent_pairs(request),
    )


@require_GET
def note_preview(request, pk):
    """The note as it would be issued now, marked "projet"; the button that issues it is here."""
    item = prepared_item(request, pk)
    row = _note(item)
    if row is None:
        messages.info(request, "Écrivez d’abord la note.")
        return redirect("governance:note", pk=pk)
    content, last = _working(row, request.user), row.versions.first()
    context = note_context(content) | {
        "item": item,
        "number": int(content["version"]),
        "draft": True,
        "in_review": row.stage == NoteStage.REVIEW,
        "length_alert": pages.length_alert(row, [link.file for link in last.files.all()]) if last else "",
    }
    return render(request, "governance/note_preview.html", context)


@require_POST
def note_issue(request, pk):
    item = prepared_item(request, pk)
    row = _note(item)
    require(row is not None)
    before = row.versions.count()
    try:
        version = services.issue_note(row, actor=request.user)
    except TransitionError as error:
        messages.error(request, str(error))
        return redirect("governance:meeting", pk=item.meeting_id)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("governance:note", pk=pk)
    if version.number == before:
        messages.info(request, f"Rien n’a changé depuis la version {version.number}\u00a0: elle reste la dernière.")
    else:
        reference = version.content["reference"]
        messages.success(
            request, f"La note {reference}, version {version.number}, est émise. Ses fichiers se préparent."
        )
    return redirect("governance:meeting", pk=item.meeting_id)


@require_GET
def note_differences(request, pk):
    """Two issued versions, word by word; the last two unless `de` and `a` name others."""
    item = visible_item(request, pk)
    row = get_object_or_404(Note.objects.visible_to(request.user), item=item)
    versions = list(row.versions.order_by("number"))
    if len(versions) < 2:
        raise Http404("Cette note n’a pas deux versions à comparer.")
    before = pages.chosen(versions, request.GET.get("de"), versions[-2])
    after = pages.chosen(versions, request.GET.get("a"), versions[-1])
    context = {
        "item": item,
        "note": row,
        "meeting_title": meeting_title(item.meeting),
        "versions": versions,
        "before": before,
        "after": after,
        **compare_notes(before.content, after.content),
    }
    return render(request, "governance/note_differences.html", context)
