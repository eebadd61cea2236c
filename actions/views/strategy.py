"""The strategic file: read, written section by section, frozen in versions, compared."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from actions import services
from actions.enums import LabelCriterion
from actions.forms.strategy import CompareForm, SectionForm, VersionForm
from actions.models import Programme, ProgrammeSection, ProgrammeVersion
from actions.permissions import can_read_working_strategy, can_write_plan
from actions.strategy_content import axes_content, programme_content, sections_content, without_money
from actions.strategy_diff import compare
from actions.strategy_facts import fact_pages
from actions.strategy_guide import ASKED
from actions.strategy_page import published_version
from actions.views.plan import check_writer
from cite_educative.common.dates import date_fr, period_fr, time_fr
from cite_educative.common.locks import ConflictError


def _programme(request, pk):
    return get_object_or_404(Programme.objects.visible_to(request.user).select_related("cite"), pk=pk)


def _versions(request, programme):
    rows = ProgrammeVersion.objects.visible_to(request.user).filter(programme=programme).defer("content")
    return list(rows.prefetch_related("files__file"))


@require_GET
def dossier(request, pk):
    """Today's texts for the team and the pilots; for the others, those of the last version, without money."""
    programme, user = _programme(request, pk), request.user
    is_working = can_read_working_strategy(user, programme.cite)
    version = None if is_working else published_version(programme)
    can_write = can_write_plan(user, programme.cite)
    versions = _versions(request, programme)
    context = {
        "programme": programme,
        "period": period_fr(programme.starts_on, programme.ends_on),
        "is_working": is_working,
        "version": version,
        "sections": _sections(programme, is_working, version, with_money=bool(versions)),
        "pages": fact_pages() if is_working else {},
        "can_write": can_write,
        "versions": versions,
        "compare_url": _compare_url(programme, versions, is_working),
    }
    return render(request, "actions/dossier.html", context)


def _sections(programme, is_working, version, *, with_money):
    if is_working:
        return sections_content(programme)
    if version is None:
        return []
    return (version.content if with_money else without_money(version.content))["sections"]


def _compare_url(programme, versions, is_working):
    """The last version with today, or the last two; "" when there are not two things to compare."""
    url = reverse("actions:programme_compare", args=[programme.pk])
    if is_working and versions:
        return f"{url}?avant={versions[0].number}&apres={CompareForm.TODAY}"
    return f"{url}?avant={versions[1].number}&apres={versions[0].number}" if len(versions) > 1 else ""


# --- Writing --------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def section(request, pk, key):
    """One text: saved while it is typed (`X-Autosave`) or by the button."""
    programme = _programme(request, pk)
    check_writer(request.user, programme.cite)
    if key not in LabelCriterion.values:
        raise Http404
    row = ProgrammeSection.objects.visible_to(request.user).filter(programme=programme, key=key).first()
    form = SectionForm(request.POST or None, instance=None, initial=_initial(row))
    if request.method == "GET":
        return _section_page(request, programme, key, form)
    is_automatic = "X-Autosave" in request.headers
    if not form.is_valid():
        return HttpResponse(status=422) if is_automatic else _section_page(request, programme, key, form)
    try:
        saved = _save(request, programme, key, form, is_automatic)
    except ConflictError as error:
        if is_automatic:
            return HttpResponse(status=409)
        return _section_page(request, programme, key, form, conflicting=error.current)
    if is_automatic:
        return HttpResponse(status=204, headers={"X-Version": str(saved.version)})
    messages.success(request, f"La section «\u00a0{saved}\u00a0» est enregistrée.")
    return redirect(f"{reverse('actions:dossier', args=[pk])}#{key}")


def _initial(row):
    return {"body": row.body if row else "", "version": row.version if row else 0}


def _save(request, programme, key, form, is_automatic):
    return services.save_strategy_section(
        programme=programme,
        key=key,
        body=form.cleaned_data["body"],
        version=form.cleaned_data["version"],
        actor=request.user,
        is_automatic=is_automatic,
    )


def _section_page(request, programme, key, form, conflicting=None):
    """`conflicting`: the text as somebody else saved it; sending the form again keeps the user's own."""
    conflict, status = None, 200
    if conflicting is not None:
        mine, status = form.cleaned_data["body"], 409
        conflict = {
            "author": str(conflicting.updated_by),
            "when": f"le {date_fr(conflicting.updated_at)} à {time_fr(conflicting.updated_at)}",
            "fields": [
                {"label": "Texte", "mine": mine, "theirs": conflicting.body, "different": mine != conflicting.body}
            ],
        }
        form = SectionForm(initial={"body": mine, "version": conflicting.version})
    shown = next(one for one in sections_content(programme) if one["key"] == key)
    context = {
        "programme": programme,
        "section": shown,
        "asked": ASKED[LabelCriterion(key)],
        "page": fact_pages().get(key),
        "axes": axes_content(programme) if key == LabelCriterion.OBJECTIVES else [],
        "form": form,
        "conflict": conflict,
        "cancel_url": f"{reverse('actions:dossier', args=[programme.pk])}#{key}",
        "autosave_url": "" if conflict else request.path,
    }
    return render(request, "actions/dossier_section.html", context, status=status)


# --- Versions -------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def version_create(request, pk):
    programme = _programme(request, pk)
    check_writer(request.user, programme.cite)
    form = VersionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            version, created = services.freeze_programme(
                programme, label=form.cleaned_data["label"], actor=request.user
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            if created:
                messages.success(request, f"La version {version.number} est arrêtée. Ses fichiers se préparent.")
            else:
                messages.info(
                    request, f"Rien n’a changé depuis la version {version.number}\u00a0: elle reste la dernière."
                )
            return redirect("actions:programme_version", version.pk)
    empty = [one["title"] for one in sections_content(programme) if not one["body"].strip()]
    return render(request, "actions/version_form.html", {"programme": programme, "form": form, "empty": empty})


@require_GET
def version(request, pk):
    versions = ProgrammeVersion.objects.visible_to(request.user).select_related("programme__cite")
    row = get_object_or_404(versions.prefetch_related("files__file"), pk=pk)
    context = {
        "version": row,
        "programme": row.programme,
        "content": row.content,
        "files": [link.file for link in row.files.all()],
        "compare_url": _compare_url(row.programme, [row], can_read_working_strategy(request.user, row.programme.cite)),
    }
    return render(request, "actions/programme_version.html", context)


@require_GET
def programme_compare(request, pk):
    programme = _programme(request, pk)
    with_today = can_read_working_strategy(request.user, programme.cite)
    rows = ProgrammeVersion.objects.visible_to(request.user).filter(programme=programme)
    versions = list(rows.defer("content"))
    if not versions:
        if not with_today:
            raise Http404
        messages.info(request, "Aucune version n’est encore arrêtée\u00a0: il n’y a rien à comparer.")
        return redirect("actions:dossier", pk)
    form = CompareForm(_asked(request, versions, with_today), versions=versions, with_today=with_today)
    context = {"programme": programme, "form": form, "comparison": None}
    if form.is_valid():
        before = _content(request, programme, rows, form.cleaned_data["avant"])
        after = _content(request, programme, rows, form.cleaned_data["apres"])
        context |= {"comparison": compare(before, after), "before": before, "after": after}
    return render(request, "actions/programme_compare.html", context)


def _asked(request, versions, with_today):
    last = CompareForm.TODAY if with_today else str(versions[0].number)
    earlier = versions[0] if with_today else versions[min(1, len(versions) - 1)]
    return {
        "avant": request.GET.get("avant") or str(earlier.number),
        "apres": request.GET.get("apres") or last,
    }


def _content(request, programme, versions, asked):
    if asked != CompareForm.TODAY:
        return versions.get(number=int(asked)).content
    day = timezone.localdate()
    return programme_content(programme, number=None, label="état d’aujourd’hui", made_on=day, made_by=request.user)
