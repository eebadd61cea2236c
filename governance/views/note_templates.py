"""The templates with which a Cité begins its notes."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cite_educative.common.locks import ConflictError
from governance import services
from governance.enums import NoteKind
from governance.forms import NoteTemplateForm
from governance.models import NoteTemplate
from governance.note_content import example_words
from governance.note_fields import check_texts, clean_sections, field_rows, merged_texts
from governance.permissions import can_prepare
from governance.views.common import add_errors, chosen_cite, require


def _prepared_cite(request):
    cite = chosen_cite(request)
    require(can_prepare(request.user, cite))
    return cite


def _known(kind):
    if kind not in NoteKind.values:
        raise Http404("Ce modèle n’existe pas.")
    return kind


@require_GET
def note_templates(request):
    cite = _prepared_cite(request)
    rows = [NoteTemplate.of(cite, kind) for kind in NoteKind.values]
    return render(request, "governance/note_templates.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def note_template(request, kind):
    """The texts, and under them what they give with an example: those kept, or those just typed."""
    cite, kind = _prepared_cite(request), _known(kind)
    row = NoteTemplate.of(cite, kind)
    form = NoteTemplateForm(request.POST or None, template=row)
    if request.method == "POST" and form.is_valid() and _is_written(request, cite, kind, row, form):
        messages.success(request, "Le modèle est enregistré\u00a0; il servira aux prochaines notes.")
        return redirect("governance:note_template", kind=kind)
    words = example_words(cite)
    context = {"row": row, "form": form, "fields": field_rows(words), "example": _example(row, words)}
    return render(request, "governance/note_template.html", context)


def _is_written(request, cite, kind, row, form):
    """False when there is something to mend, or when only the example was asked for; `row` then holds what was typed."""
    texts = {
        "request": form.cleaned_data["request"],
        "sections": clean_sections(form.sections),
        "proposal": form.cleaned_data["proposal"],
    }
    try:
        if "preview" in request.POST:
            check_texts(texts["sections"], request=texts["request"], proposal=texts["proposal"])
            for name, value in texts.items():
                setattr(row, name, value)
            return False
        services.save_note_template(
            cite=cite, kind=kind, version=form.cleaned_data["version"], actor=request.user, **texts
        )
    except ConflictError:
        form.add_error(
            None,
            "Le modèle a été modifié entre-temps. Ce que vous avez écrit est gardé ici\u00a0: ouvrez cette page dans un "
            "autre onglet pour lire l’autre version, reportez-y ce qui manque, et enregistrez là.",
        )
    except ValidationError as error:
        add_errors(form, error)
    return not form.errors


def _example(row, words):
    texts = merged_texts(row, words)
    sections = [
        {"title": one["title"], "html": mark_safe(one["text"])}  # noqa: S308 cleaned by `clean_sections` or shipped
        for one in texts["sections"]
    ]
    return texts | {"sections": sections}


@require_POST
def note_template_reset(request, kind):
    cite, kind = _prepared_cite(request), _known(kind)
    services.reset_note_template(cite=cite, kind=kind, actor=request.user)
    messages.success(request, "Le texte d’origine de ce modèle est rétabli.")
    return redirect("governance:note_template", kind=kind)
