from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from governance import services
from governance.content import note_content
from governance.documents import note_context
from governance.enums import NoteStatus
from governance.figures import item_figures
from governance.forms import NoteForm, OptionFormSet
from governance.forms.note import FIELDS, option_values
from governance.models import Note
from governance.permissions import can_prepare
from governance.tables import figure_rows, figure_totals, status
from governance.views.common import (
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
    """The editor for the team; the last issued version for the pilots."""
    item = visible_item(request, pk)
    row = _note(item)
    is_past = item.meeting.is_over and row is not None and row.status == NoteStatus.ISSUED
    if not can_prepare(request.user, item.meeting.body.cite) or (is_past and request.method == "GET"):
        return _issued(request, item)
    form = NoteForm(request.POST or None, note=row, initial={} if row else {"title": item.title})
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
    return _editor(request, item, row, form, options)


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
    context = {
        "item": item,
        "note": row,
        "form": form,
        "options": options,
        "meeting_title": meeting_title(item.meeting),
        "figures": figure_rows(figures),
        "totals": figure_totals(figures),
        "nb_actions": item.actions.count(),
        "status": status(row) if row else None,
        "versions": _versions(row) if row else [],
    }
    return render(request, "governance/note_form.html", context)


def _versions(row):
    versions = row.versions.prefetch_related("files__file")
    return [{"version": version, "files": [link.file for link in version.files.all()]} for version in versions]


def _issued(request, item):
    row = Note.objects.visible_to(request.user).filter(item=item).first()
    if row is None:
        raise Http404("Aucune note émise pour ce point.")
    versions = _versions(row)
    context = note_context(versions[0]["version"].content) | {"item": item, "versions": versions, "draft": False}
    return render(request, "governance/note_read.html", context)


def _note_conflict(request, item, current, form):
    labels = {name: form.fields[name].label for name in FIELDS}
    return conflict(
        request,
        subject="La note",
        row=current,
        fields=[(labels[name], form.cleaned_data[name], getattr(current, name)) for name in FIELDS],
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
    last = row.versions.first()
    number = last.number + 1 if last else 1
    content = note_content(row, version=number, issued_on=timezone.localdate(), issued_by=request.user)
    context = note_context(content) | {"item": item, "number": number, "draft": True}
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
