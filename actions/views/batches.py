"""One gesture on many actions: chosen, checked, confirmed, then a result for each row."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from actions import services
from actions.batches import BATCHES, LIMIT, chosen_actions, refusals
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
    refused = refusals(chosen, actions, form.choice)
    if "faire" in request.POST:
        return _do(request, cite, form, actions, refused)
    return _check(request, form, actions, refused)


def _keys(request, cite):
    if "tout" not in request.POST:
        return read_keys(request.POST.getlist("choix"), LIMIT)
    actions = filtered_actions(request, request.POST.get("filtres", ""))
    return list(actions.order_by("code", "pk").values_list("pk", flat=True)[: LIMIT + 1])


def _why_not(keys, chosen):
    if not keys:
        return "Cochez d’abord les actions, dans la première colonne du tableau."
    if len(keys) > LIMIT:
        return (
            f"Un geste groupé porte sur {LIMIT} actions au plus, et vous en avez choisi davantage\u00a0: "
            "resserrez les filtres, puis recommencez."
        )
    return "" if chosen else "Choisissez un geste."


def _ask(request, form, keys):
    context = {"form": form, "batch": form.batch, "keys": keys, "count": len(keys)}
    return render(request, "actions/batch_ask.html", context)


def _check(request, form, actions, refused):
    names = [name for name in form.fields if name in request.POST]
    context = {
        "batch": form.batch,
        "choice": _choice_text(form),
        "hidden": [(name, value) for name in names for value in request.POST.getlist(name)],
        "suited": [action for action in actions if action.pk not in refused],
        "refused": [(action, refused[action.pk]) for action in actions if action.pk in refused],
        "count": len(actions),
        "token": TokenForm(None).value,
    }
    return render(request, "actions/batch_check.html", context)


def _choice_text(form):
    choice = form.choice
    if choice is None:
        return ""
    if form.batch.field in ("themes", "schemes"):
        return ", ".join(str(row) for row in choice)
    return f"{choice:%d/%m/%Y}" if form.batch.field == "due_on" else str(choice)


def _do(request, cite, form, actions, refused):
    choice, user, chosen = form.choice, request.user, form.batch
    text = _choice_text(form)
    run = services.run_gesture(
        cite=cite,
        actor=user,
        token=TokenForm(request.POST).value,
        gesture=chosen.key,
        label=f"{chosen.label}\u00a0: {text}"[:300] if text else chosen.label,
        actions=actions,
        refused=refused,
        apply=lambda action: chosen.apply(action, choice, user),
    )
    return redirect("actions:batch_result", run.pk)


@require_GET
def batch_result(request, pk):
    run = get_object_or_404(BulkRun.objects.visible_to(request.user), pk=pk)
    write = WRITERS.get(request.GET.get(FORMAT, ""))
    if write:
        rows = ({**line, "result": "fait" if line["done"] else "non fait"} for line in run.results)
        return write(COLUMNS, rows, title=run.label, filename=f"geste-{run.pk}")
    done = sum(line["done"] for line in run.results)
    context = {"run": run, "done": done, "not_done": len(run.results) - done}
    return render(request, "actions/batch_result.html", context)
