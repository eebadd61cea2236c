"""The differences with the State's tools, settled one by one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from actions import services
from actions.difference_pages import difference_groups, with_details
from actions.difference_rights import can_accept, can_read_exports, can_settle
from actions.differences import agrees, compared_with_files
from actions.enums import DifferenceState
from actions.models import Difference
from actions.permissions import can_import
from cite_educative.common.locks import ConflictError
from partners.context import current_cite

PER_PAGE = 40
SETTLED = "traites"


@require_GET
def differences(request):
    cite = current_cite(request)
    if cite is None:
        raise Http404
    if not can_read_exports(request.user, cite):
        raise PermissionDenied
    return _page(request, cite, is_settled=request.GET.get("etat") == SETTLED, asked=request.GET.get("action", ""))


def _page(request, cite, *, is_settled=False, asked="", faults=None, typed=None, status=200):
    """The list, whole or of one action (`asked`), with what a refused gesture said."""
    rows = Difference.objects.visible_to(request.user).filter(action__cite=cite)
    waiting = rows.open().count()
    shown = rows.exclude(state=DifferenceState.OPEN).order_by("-settled_at", "-pk") if is_settled else rows.open()
    if asked:
        shown = shown.filter(action=asked if str(asked).isdigit() and len(str(asked)) < 15 else 0)
    page = Paginator(with_details(shown), PER_PAGE).get_page(request.GET.get("page"))
    base = reverse("actions:differences")
    context = {
        "groups": difference_groups(request.user, page.object_list, faults=faults, typed=typed),
        "page": page,
        "tabs": [
            {"label": "À traiter", "url": base, "current": not is_settled, "count": waiting},
            {"label": "Traités", "url": f"{base}?etat={SETTLED}", "current": is_settled},
        ],
        "is_settled": is_settled,
        "asked": asked,
        "can_give": can_import(request.user, cite),
        "waiting": waiting,
        "faults": faults,
    }
    return render(request, "actions/differences.html", context, status=status)


def _get(request, pk):
    rows = Difference.objects.visible_to(request.user).select_related("source__organisation", "export")
    row = get_object_or_404(rows, pk=pk)
    row.action = compared_with_files([row])[row.action_id]
    return row


def _back(request, row):
    """To where the button was: the sheet or the list, at the same action."""
    if request.POST.get("suite") == "fiche":
        return redirect(f"{reverse('actions:detail', args=[row.action_id])}#ecarts")
    return redirect("actions:differences")


@require_POST
def difference_accept(request, pk):
    row = _get(request, pk)
    is_same = agrees(row.action, row.key, row.theirs_value)
    if not (can_settle(request.user, row) if is_same else can_accept(request.user, row)):
        raise PermissionDenied
    try:
        services.accept_difference(row, actor=request.user, seen=request.POST.get("seen", ""))
    except ConflictError as error:
        sentence = (
            f"La fiche a changé depuis que vous avez ouvert cette page\u00a0: elle disait «\u00a0"
            f"{request.POST.get('seen', '')}\u00a0», elle dit maintenant «\u00a0{error.current.ours}\u00a0». "
            "Rien n’a été écrit\u00a0: décidez à nouveau."
        )
        return _page(request, row.action.cite, asked=row.action_id, faults={row.pk: sentence}, status=409)
    except ValidationError as error:
        faults = {row.pk: f"Rien n’a été écrit. {' '.join(error.messages)}"}
        return _page(request, row.action.cite, asked=row.action_id, faults=faults)
    messages.success(request, "La fiche suit l’export\u00a0; l’écart est traité.")
    return _back(request, row)


@require_POST
def difference_keep(request, pk):
    row = _get(request, pk)
    if not can_settle(request.user, row):
        raise PermissionDenied
    reason = request.POST.get("reason", "")
    try:
        services.keep_difference(row, actor=request.user, reason=reason)
    except ValidationError as error:
        faults, typed = {row.pk: " ".join(error.messages)}, {row.pk: reason[:500]}
        return _page(request, row.action.cite, asked=row.action_id, faults=faults, typed=typed)
    messages.success(request, "La valeur de la fiche est gardée\u00a0; le motif aussi.")
    return _back(request, row)


@require_POST
def difference_reopen(request, pk):
    row = _get(request, pk)
    if not can_settle(request.user, row):
        raise PermissionDenied
    try:
        services.reopen_difference(row, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _back(request, row)
