"""One gesture on many actions: chosen, checked, confirmed, then a result for each row."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from actions.batch_runs import IN_THE_REQUEST, start_gesture
from actions.batches import BATCHES, LIMIT, SEVERAL, chosen_actions, packed_choice, refusals
from actions.forms.batches import BatchForm, TokenForm, read_keys
from actions.models import BulkRun
from actions.plan_listing import filtered_actions
from cite_educative.common.exports import stream_csv, xlsx_response
from cite_educative.common.tables import FORMAT, Column
from partners.context import current_cite, current_year
from partners.permissions import can_steer

COLUMNS = (
    Column("code", "Code", width=12),
    Column("title", "Action", width=60),
    Column("holder", "Porteur"),
    Column("result", "Résultat", width=12),
    Column("said", "Détail", width=60),
)
SHOWN = 200
WRITERS = {"csv": stream_csv, "xlsx": xlsx_response}


@require_POST
def batch(request):
    """Three steps on one address: what the gesture asks, the pre-flight, the gesture itself."""
    cite = current_cite(request)
    if cite is None:
        raise Http404
    if not can_steer(request.user, cite):
        raise PermissionDenied
    keys, chosen = _keys(request, cite), BATCHES.get(request.POST.get("geste", ""))
    fault = _why_not(keys, chosen)
    if fault:
        messages.error(request, fault)
        return redirect("actions:list")
    known = {"batch": chosen, "cite": cite, "year": current_year(request), "user": request.user}
    if chosen.field and request.POST.keys().isdisjoint({"verifier", "faire"}):
        return _ask(request, BatchForm(**known), keys)
    form = BatchForm(request.POST, **known)
    if not form.is_valid():
        return _ask(request, form, keys)
    actions = chosen_actions(request.user, cite, keys)
    if not actions:
        messages.error(request, _why_not([], chosen))
        return redirect("actions:list")
    if "faire" in request.POST:
        return _do(request, cite, form, [action.pk for action in actions])
    return _check(request, form, actions, refusals(chosen, actions, form.choice))


def _keys(request, cite):
    if "tout" not in request.POST:
        return read_keys([*request.POST.getlist("choix"), *request.POST.get("cles", "").split()], LIMIT)
    actions = filtered_actions(request, request.POST.get("filtres", ""))
    return list(actions.order_by("code", "pk").values_list("pk", flat=True)[: LIMIT + 1])


def _why_not(keys, chosen):
    if not keys:
        return "Cochez d’abord les actions, dans la première colonne du tableau."
    if len(keys) > LIMIT:
        limit = f"{LIMIT:,}".replace(",", "\u00a0")
        return (
            f"Un geste groupé porte sur {limit} actions au plus, et vous en avez choisi davantage\u00a0: "
            "resserrez les filtres, puis recommencez."
        )
    return "" if chosen else "Choisissez un geste."


def _ask(request, form, keys):
    context = {"form": form, "batch": form.batch, "keys": _written(keys), "count": len(keys)}
    return render(request, "actions/batch_ask.html", context)


def _check(request, form, actions, refused):
    names = [name for name in form.fields if name in request.POST]
    suited = [action for action in actions if action.pk not in refused]
    context = {
        "batch": form.batch,
        "choice": _choice_text(form),
        "hidden": [(name, value) for name in names for value in request.POST.getlist(name)],
        "keys": _written(action.pk for action in actions),
        "suited": suited[:SHOWN],
        "refused": [(action, refused[action.pk]) for action in actions if action.pk in refused][:SHOWN],
        "suited_count": len(suited),
        "refused_count": len(refused),
        "count": len(actions),
        "is_long": len(actions) > IN_THE_REQUEST,
        "token": TokenForm(None).value,
    }
    return render(request, "actions/batch_check.html", context)


def _written(keys):
    """In one field: a form of ten thousand fields would be refused."""
    return " ".join(map(str, keys))


def _choice_text(form):
    choice = form.choice
    if choice is None:
        return ""
    if form.batch.field in SEVERAL:
        return ", ".join(str(row) for row in choice)
    return f"{choice:%d/%m/%Y}" if form.batch.field == "due_on" else str(choice)


def _do(request, cite, form, keys):
    batch, text = form.batch, _choice_text(form)
    run = start_gesture(
        cite=cite,
        actor=request.user,
        token=TokenForm(request.POST).value,
        gesture=batch.key,
        label=f"{batch.label}\u00a0: {text}"[:300] if text else batch.label,
        keys=keys,
        choice=packed_choice(batch.field, form.choice),
    )
    return redirect("actions:batch_result", run.pk)


@require_GET
def batch_result(request, pk):
    run = get_object_or_404(BulkRun.objects.visible_to(request.user), pk=pk)
    write = WRITERS.get(request.GET.get(FORMAT, ""))
    if write:
        rows = ({**line, "result": "fait" if line["done"] else "non fait"} for line in run.results)
        return write(COLUMNS, rows, title=run.label, filename=f"geste-{run.pk}")
    if run.is_over and request.htmx:
        return HttpResponseClientRefresh()
    done = sum(line["done"] for line in run.results)
    lines = sorted(run.results, key=lambda line: line["done"])  # what was not done is what one looks for
    page = Paginator(lines if run.is_over else [], SHOWN).get_page(request.GET.get("page"))
    context = {
        "run": run,
        "done": done,
        "not_done": len(run.results) - done,
        "was_cut": run.is_over and len(run.results) < run.total,
        "page": page,
    }
    return render(request, "actions/batch_result.html", context)
