"""A form of the revue imported from a table: shown with what is to be mended, written once it is confirmed."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cite_educative.common.spreadsheets import SpreadsheetError
from evaluation import services
from evaluation.computed import COMPUTATIONS
from evaluation.forms.review import TemplateForm
from evaluation.models import ReviewTemplate
from evaluation.review_import import read_form, text_of_file
from evaluation.views.common import page, written_cite
from evaluation.views.reviews import TAB


@require_http_methods(["GET", "POST"])
def review_templates(request):
    """The forms of the Cité, and a new one: read, shown, then written when `confirmer` is sent and nothing is wrong."""
    cite = written_cite(request)
    form, reading = TemplateForm(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        form, reading = _read(form)
        if reading and reading.is_sound and "confirmer" in request.POST:
            return _write(request, cite, form, reading)
    templates = ReviewTemplate.objects.visible_to(request.user).filter(cite=cite)
    context = {"form": form, "reading": reading, "templates": templates}
    context["cancel_url"] = reverse("evaluation:reviews")
    context |= {"computations": [(key.removeprefix("review."), row.label) for key, row in _facts()]}
    return render(request, "evaluation/review_templates.html", page(request, cite, TAB, **context))


def _facts():
    return [(key, row) for key, row in sorted(COMPUTATIONS.items()) if key.startswith("review.")]


def _read(form):
    """(the form with the table as text, to be mended in place; its reading). A file wins over what was pasted."""
    data = form.cleaned_data
    try:
        table = text_of_file(data["file"]) if data["file"] else data["table"]
    except SpreadsheetError as error:
        form.add_error("file", str(error))
        return form, None
    again = TemplateForm({"year": str(data["year"]), "label": data["label"], "table": table})
    again.full_clean()
    return again, read_form(table)


def _write(request, cite, form, reading):
    data = form.cleaned_data
    template, created = services.import_template(
        cite=cite, year=data["year"], label=data["label"], rows=reading.rows, actor=request.user
    )
    if created:
        messages.success(request, f"«\u00a0{template}\u00a0» est importé\u00a0: choisissez-le en ouvrant une revue.")
    else:
        messages.info(request, "Ce formulaire était déjà importé, à l’identique.")
    return redirect("evaluation:review_create")
