"""The kit of the Cité: logos in protocol order, compulsory mentions, charter, photos that may be used."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cite_educative.common.locks import ConflictError
from governance import services
from governance.communication import photo_groups
from governance.forms import KitFileForm, MentionForm
from governance.kit_archive import kit_archive
from governance.models import FunderMention, KitFile
from governance.permissions import can_prepare
from governance.views.common import add_errors, require
from governance.views.communication import page, read_cite, two_versions, written_cite


@require_safe
def kit(request):
    cite, user = read_cite(request), request.user
    files = KitFile.objects.visible_to(user).filter(cite=cite).select_related("side")
    context = {
        "logos": [file for file in files if file.is_logo],
        "charters": [file for file in files if not file.is_logo],
        "mentions": FunderMention.objects.visible_to(user).filter(cite=cite).select_related("organisation"),
    }
    return render(request, "governance/kit.html", page(request, cite, "kit", **context))


@require_safe
@cache_control(private=True, no_cache=True)
def kit_download(request):
    """The whole kit in one ZIP, under the rights of its page."""
    cite, user = read_cite(request), request.user
    files = KitFile.objects.visible_to(user).filter(cite=cite).select_related("side")
    mentions = FunderMention.objects.visible_to(user).filter(cite=cite).select_related("organisation")
    response = HttpResponse(kit_archive(files, mentions), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="kit-communication-{cite.slug}.zip"'
    return response


@require_safe
def kit_photos(request):
    cite = read_cite(request)
    context = page(request, cite, "kit_photos", **photo_groups(request.user, cite))
    return render(request, "governance/kit_photos.html", context)


# --- Files ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def kit_file_create(request):
    cite = written_cite(request)
    form = KitFileForm(request.POST or None, request.FILES or None, cite=cite)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        row = services.add_kit_file(
            cite=cite,
            actor=request.user,
            file=typed["file"],
            title=typed["title"],
            side=typed["side"],
            is_logo=typed["kind"] == "logo",
        )
        messages.success(request, f"«\u00a0{row}\u00a0» est dans le kit.")
        return redirect("governance:kit")
    context = page(request, cite, "kit", form=form, title="Ajouter un fichier au kit", submit="Ajouter ce fichier")
    return render(request, "governance/kit_form.html", context)


def _readable_file(request, pk):
    return get_object_or_404(KitFile.objects.visible_to(request.user).select_related("cite"), pk=pk)


@require_safe
@cache_control(private=True, no_cache=True)
def kit_file(request, pk):
    row = _readable_file(request, pk)
    try:
        content = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("Ce fichier n’est plus sur le serveur.") from error
    response = FileResponse(content, as_attachment=True, filename=row.filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def kit_file_remove(request, pk):
    row = _readable_file(request, pk)
    require(can_prepare(request.user, row.cite))
    services.remove_kit_file(row, actor=request.user)
    messages.success(request, f"«\u00a0{row}\u00a0» n’est plus dans le kit.")
    return redirect("governance:kit")


# --- Mentions -------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def mention_create(request):
    return _mention_form(request, FunderMention(cite=written_cite(request)), "Ajouter une mention obligatoire")


@require_http_methods(["GET", "POST"])
def mention_update(request, pk):
    mention = _written_mention(request, pk)
    return _mention_form(request, mention, f"Mention de {mention.organisation}")


@require_POST
def mention_remove(request, pk):
    services.remove_mention(_written_mention(request, pk), actor=request.user)
    messages.success(request, "La mention est retirée du kit.")
    return redirect("governance:kit")


def _written_mention(request, pk):
    mentions = FunderMention.objects.visible_to(request.user).select_related("cite", "organisation")
    mention = get_object_or_404(mentions, pk=pk)
    require(can_prepare(request.user, mention.cite))
    return mention


def _mention_form(request, mention, title):
    back = reverse("governance:kit")
    form = MentionForm(request.POST or None, instance=mention, cite=mention.cite)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_mention(form.instance, actor=request.user, version=form.read_version)
            messages.success(request, "La mention est dans le kit.")
            return redirect(back)
        except ConflictError as error:
            theirs = MentionForm(instance=error.current, cite=mention.cite)
            return two_versions(request, form, theirs, error.current, subject="Mention", cancel_url=back)
        except ValidationError as error:
            add_errors(form, error)
    context = page(request, mention.cite, "kit", form=form, title=title, submit="Enregistrer la mention")
    return render(request, "governance/kit_form.html", context)
