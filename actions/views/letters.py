"""Letters of notification: those made, those to make with their pre-flight, one batch and its archive."""

import uuid

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from actions import services
from actions.enums import LetterKind
from actions.finances.letter_archive import archive_of
from actions.finances.letters import letter_content, recipients_of
from actions.finances.releases import release_lines
from actions.finances.sections import finance_sections
from actions.forms.letters import LettersForm
from actions.models import FundingSource, LetterBatch
from actions.permissions import can_manage_money
from actions.views.finances import readable_cite
from cite_educative.common.forms import read_key
from partners.context import current_year
from partners.views.common import require


@require_GET
def letters(request):
    cite, year = readable_cite(request), current_year(request)
    batches = LetterBatch.objects.visible_to(request.user).filter(source__cite=cite, budget_year=year)
    context = {
        "year": year,
        "batches": batches.select_related("source", "made_by__person").annotate(number=Count("letters")),
        "sources": list(dict.fromkeys(line.source for line in release_lines(cite, year))),
        "kinds": LetterKind.choices,
        "can_manage": can_manage_money(request.user, cite),
        "sections": finance_sections("letters"),
    }
    return render(request, "finances/letters.html", context)


@require_http_methods(["GET", "POST"])
def letters_create(request):
    """`?ligne=&nature=`: who would be written to and what; "Voir un aperçu" writes nothing."""
    cite, year, asked = readable_cite(request), current_year(request), request.GET
    require(can_manage_money(request.user, cite))
    sources = FundingSource.objects.visible_to(request.user).select_related("cite", "organisation")
    source = get_object_or_404(sources, pk=read_key(asked.get("ligne", "")), cite=cite)
    if asked.get("nature") not in LetterKind.values:
        raise Http404("Cette nature de courrier n’existe pas.")
    kind = LetterKind(asked["nature"])
    form = LettersForm(request.POST or None, kind=kind, initial={"token": uuid.uuid4()})
    if form.is_valid() and "preview" not in request.POST:
        try:
            batch = services.make_letters(
                source=source, budget_year=year, kind=kind, actor=request.user, **form.cleaned_data
            )
            return redirect("actions:letter_batch", batch.pk)
        except ValidationError as error:
            form.add_error(None, error)
    context = {"source": source, "kind": kind, "year": year, "form": form, **_preflight(source, year, kind, form)}
    return render(request, "finances/letters_create.html", context)


def _preflight(source, year, kind, form):
    recipients = recipients_of(source, year, kind)
    ready = [one for one in recipients if not one.reason]
    written = (
        form.cleaned_data if form.is_bound and form.is_valid() else {"text": form["text"].initial, "signatory": ""}
    )
    contents = [
        letter_content(
            one, source, year, kind, text=written["text"], signatory=written["signatory"], today=timezone.localdate()
        )
        for one in ready
    ]
    refused = [
        {"holder": one.holder.name, "pk": one.holder.pk, "reason": one.reason} for one in recipients if one.reason
    ]
    return {"contents": contents, "refused": refused}


@require_GET
def letter_batch(request, pk):
    batch = _batch(request, pk)
    rows = list(batch.letters.select_related("file"))
    ready = sum(row.file.is_ready for row in rows)
    failed = sum(row.file.has_failed for row in rows)
    context = {
        "batch": batch,
        "letters": rows,
        "ready": ready,
        "failed": failed,
        "total": len(rows),
        "is_pending": ready + failed < len(rows),
    }
    return render(request, "finances/letter_batch.html", context)


@require_GET
@cache_control(private=True, no_cache=True)
def letter_archive(request, pk):
    """Every letter that is ready, in one ZIP."""
    batch = _batch(request, pk)
    try:
        content = archive_of(batch)
    except FileNotFoundError as error:
        raise Http404("Aucun courrier de cet envoi n’est prêt, ou l’un d’eux n’est plus sur le serveur.") from error
    return FileResponse(content, as_attachment=True, filename=f"courriers-{int(batch.budget_year)}-{batch.pk}.zip")


def _batch(request, pk):
    batches = LetterBatch.objects.visible_to(request.user).select_related("source", "made_by__person")
    return get_object_or_404(batches, pk=pk)
