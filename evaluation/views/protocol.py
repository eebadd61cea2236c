"""The protocol printed, and kept as it was on that day."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from evaluation import services
from evaluation.models import ProtocolEdition
from evaluation.views.common import name_of, page, written_cite
from partners.context import current_year


@require_POST
def protocol_print(request):
    cite = written_cite(request)
    edition, created = services.make_protocol_edition(cite, actor=request.user, year=int(current_year(request)))
    if created:
        messages.success(request, f"La version {edition.number} du protocole est arrêtée. Ses fichiers se préparent.")
    else:
        messages.info(request, f"Rien n’a changé depuis la version {edition.number}\u00a0: elle reste la dernière.")
    return redirect("evaluation:protocol_edition", edition.pk)


@require_safe
def protocol_edition(request, pk):
    editions = ProtocolEdition.objects.visible_to(request.user).select_related("cite", "made_by__person")
    row = get_object_or_404(editions.prefetch_related("files__file"), pk=pk)
    others = ProtocolEdition.objects.visible_to(request.user).filter(cite=row.cite).exclude(pk=pk).defer("content")
    context = page(
        request,
        row.cite,
        "home",
        edition=row,
        content=row.content,
        made_by=name_of(request, row.cite, row.made_by),
        files=[link.file for link in row.files.all()],
        others=others,
    )
    return render(request, "evaluation/protocol_edition.html", context)
