"""One section of the sheet at a time, its renewal, the help for Dauphin and its printed edition."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actions import services
from actions.blocks import BY_KEY
from actions.comments import open_field_comments
from actions.finances.budget import budget_of
from actions.finances.budget_page import for_dauphin
from actions.forms.section import RenewForm, drafted, open_section
from actions.models import Call
from actions.permissions import can_edit_action, can_renew
from actions.sheet import get_sheet_action, sheet_context
from actions.sheet_sections import block_url, dauphin_blocks, written_blocks
from cite_educative.common import journal
from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.locks import ConflictError

AUTOSAVE = "X-Autosave"


def _editable(request, pk):
    action = get_sheet_action(request.user, pk)
    if not can_edit_action(request.user, action):
        raise PermissionDenied
    return action


@require_http_methods(["GET", "POST"])
def section(request, pk, key):
    action = _editable(request, pk)
    block = BY_KEY.get(key)
    if block not in written_blocks(action):
        raise Http404
    if block.page:
        return redirect(block.page, pk)
    kept = {"action": action, "form": f"section:{key}", "actor": request.user}
    if request.method == "POST" and (answer := _on_draft(request, kept)):
        return answer
    draft = services.draft_of(**kept) if request.method == "GET" else {}
    initial = drafted(block, draft) if draft else None
    form = open_section(block, action, user=request.user, data=request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_section(action, block=block, actor=request.user, **form.answers)
        except ConflictError as conflict:
            return _conflict(request, action, block, form, conflict.current)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            services.drop_draft(**kept)
            messages.success(request, f"La rubrique «\u00a0{block.label}\u00a0» est enregistrée.")
            following = _following(written_blocks(action), block) if "suite" in request.POST else None
            if following:
                return redirect(block_url(action, following))
            return redirect(f"{reverse('actions:detail', args=[pk])}#rubrique-{key}")
    return _page(request, action, block, form, has_draft=bool(draft))


def _on_draft(request, kept):
    """What is typed is kept apart, or what was kept is forgotten; None for a section that is saved."""
    if request.headers.get(AUTOSAVE):
        services.keep_draft(**kept, content=_typed(request))
        return HttpResponse(status=204)
    if "oublier" in request.POST:
        services.drop_draft(**kept)
        return redirect(request.path)
    return None


def _following(blocks, block):
    """The section after this one on the sheet, None after the last."""
    return next(iter(blocks[blocks.index(block) + 1 :]), None)


def _typed(request):
    """Everything typed, and over which version of the section; lists stay lists."""
    left_out = ("csrfmiddlewaretoken", "confirmed", "suite")
    return {name: values for name, values in request.POST.lists() if name not in left_out}


def _page(request, action, block, form, *, has_draft=False, conflict=None, status=200):
    blocks = written_blocks(action)
    context = {
        "action": action,
        "part": block,
        "form": form,
        "has_draft": has_draft,
        "following": _following(blocks, block),
        "conflict": conflict,
        "comments": form.place_remarks(open_field_comments(request.user, action).get(block.key, [])),
        "others": [{"label": one.label, "url": block_url(action, one), "current": one == block} for one in blocks],
    }
    return render(request, "actions/section.html", context, status=status)


def _conflict(request, action, block, form, current):
    """Both versions; sending again keeps the one typed over the one just read."""
    answers = request.POST.copy()
    answers["mark"] = services.section_mark(current, block)
    again = open_section(block, current, user=request.user, data=answers)
    theirs = open_section(block, current, user=request.user)
    last = journal.entries_for(current).first()
    conflict = {
        "author": str(last.actor) if last and last.actor else "Quelqu’un d’autre",
        "when": f"le {date_fr(current.updated_at)} à {time_fr(current.updated_at)}",
        "fields": _compared(form, theirs),
    }
    return _page(request, action, block, again, conflict=conflict, status=409)


def _compared(mine, theirs):
    rows = []
    for name in mine.fields:
        if name in ("mark", "confirmed"):
            continue
        typed, kept = _shown(mine, name, mine[name].value()), _shown(theirs, name, theirs[name].value())
        rows.append({"label": mine.fields[name].label, "mine": typed, "theirs": kept, "different": typed != kept})
    return rows


def _shown(form, name, value):
    if value in (None, "", [], False):
        return "–"
    if value is True or value == "on":
        return "oui"
    choices = getattr(form.fields[name], "queryset", None)
    if choices is not None:
        keys = value if isinstance(value, list) else [value]
        keys = [getattr(key, "pk", key) for key in keys]
        return ", ".join(sorted(str(row) for row in choices.filter(pk__in=keys))) or "–"
    return str(dict(getattr(form.fields[name], "choices", ())).get(value, value))


@require_http_methods(["GET", "POST"])
def renew(request, pk):
    action = get_sheet_action(request.user, pk)
    if not can_renew(request.user, action):
        raise PermissionDenied
    year = int(action.budget_year) + 1
    calls = Call.objects.visible_to(request.user).filter(cite=action.cite_id, budget_year__gt=action.budget_year)
    form = RenewForm(request.POST or None, calls=calls, initial={"budget_year": year})
    if request.method == "POST" and form.is_valid():
        try:
            copied = services.renew_action(action, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(
                request, "La fiche est préparée pour l’année suivante\u00a0: relisez-la, puis déposez-la."
            )
            return redirect("actions:detail", copied.pk)
    context = sheet_context(request, action, tab="detail")
    context |= {"form": form, "form_heading": "Reconduire l’action", "submit": "Préparer la fiche"}
    lead = "Tout est repris, dates décalées, sauf les montants et le budget, la référence Dauphin, les avis et les décisions."
    return render(request, "actions/life_form.html", context | {"form_lead": lead})


@require_GET
def dauphin(request, pk):
    action = _editable(request, pk)
    context = sheet_context(request, action, tab="detail")
    context |= {"blocks": dauphin_blocks(request.user, action), "budget": budget_of(action, action.budget_year)}
    context["columns"] = for_dauphin(context["budget"])
    return render(request, "actions/dauphin.html", context)


@require_POST
def print_sheet(request, pk):
    """Freezes what this reader may read and prints it in the background."""
    action = get_sheet_action(request.user, pk)
    services.make_edition(action, actor=request.user)
    messages.success(
        request, "La fiche se prépare en PDF et en Word\u00a0: elle s’affiche ci-dessous dans un instant."
    )
    return redirect(f"{reverse('actions:detail', args=[pk])}#editions")
