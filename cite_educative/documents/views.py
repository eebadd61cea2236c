from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_POST

from cite_educative.documents import services
from cite_educative.documents.filters import GeneratedFileFilter
from cite_educative.documents.models import GeneratedFile
from cite_educative.documents.permissions import can_retry

PER_PAGE = 50


@require_GET
def file_list(request):
    """« Mes documents »: what I asked for, and every issued document whose subject I may see."""
    files = GeneratedFile.objects.visible_to(request.user).for_list()
    filterset = GeneratedFileFilter(request.GET, queryset=files, request=request)
    page = Paginator(filterset.qs, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "documents/list.html", {"filterset": filterset, "page": page})


@require_GET
@never_cache
def status(request, pk):
    """The state of one file: a fragment for htmx, which asks every second, a page for a browser without JavaScript."""
    generated_file = _visible_file(request, pk)
    template = "documents/includes/_progress.html" if request.htmx else "documents/status.html"
    return render(request, template, {"file": generated_file})


@require_GET
@cache_control(private=True, no_cache=True)
def download(request, pk):
    generated_file = _visible_file(request, pk)
    if not generated_file.is_ready:
        raise Http404("Ce document n’est pas encore prêt.")
    try:
        content = generated_file.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("Le fichier de ce document n’est plus sur le serveur.") from error
    response = FileResponse(content, as_attachment=True, filename=generated_file.filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def retry(request, pk):
    generated_file = _visible_file(request, pk)
    if generated_file.has_failed and not can_retry(request.user, generated_file):
        raise PermissionDenied
    if services.retry(generated_file=generated_file, actor=request.user):
        messages.success(request, f"«\N{NO-BREAK SPACE}{generated_file.title}\N{NO-BREAK SPACE}» est relancé.")
    origin = request.META.get("HTTP_REFERER", "")
    if url_has_allowed_host_and_scheme(origin, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(origin)
    return redirect("documents:status", pk=pk)


def _visible_file(request, pk):
    return get_object_or_404(GeneratedFile.objects.visible_to(request.user), pk=pk)
