"""How the Cité is named, dated and coloured."""

import copy

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cite_educative.common import journal
from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.locks import ConflictError
from partners import services
from partners.forms.cite import CiteForm, swatch
from partners.views.common import led_cite


@require_http_methods(["GET", "POST"])
def cite_edit(request):
    cite = led_cite(request)
    form = CiteForm(request.POST or None, instance=copy.copy(cite))
    if request.method == "POST" and form.is_valid():
        try:
            services.update_cite(
                actor=request.user, cite=cite, version=form.cleaned_data["version"], changes=form.changes
            )
        except ConflictError as conflict:
            return _conflict_page(request, form, conflict.current)
        else:
            messages.success(request, "La présentation de la Cité est à jour.")
            return redirect("settings")
    return render(request, "partners/cite_form.html", {"form": form, "cite": cite, "conflict": None})


def _conflict_page(request, form, current):
    answers = request.POST.copy()
    answers["version"] = current.version
    last = journal.entries_for(current).first()
    conflict = {
        "author": str(last.actor) if last and last.actor else "Quelqu’un d’autre",
        "when": f"le {date_fr(last.created_at)} à {time_fr(last.created_at)}" if last else "entre-temps",
        "fields": form.compared(current),
    }
    context = {"form": CiteForm(answers, instance=copy.copy(current)), "cite": current, "conflict": conflict}
    return render(request, "partners/cite_form.html", context, status=409)


@require_safe
def contrast(request):
    """The colour being typed, said in words: a fragment."""
    led_cite(request)
    context = {"swatch": swatch(request.GET.get("accent_colour", "")[:20])}
    return render(request, "partners/includes/_contrast.html", context)
