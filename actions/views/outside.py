import copy

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions import services
from actions.articulation_filters import OutsideFilter
from actions.articulation_lists import OUTSIDE_COLUMNS, outside_row, outside_sums, outside_values
from actions.forms.articulation import OutsideGrantForm
from actions.models import OutsideGrant
from actions.permissions import can_write_articulation
from actions.public_money import readable_grants
from actions.views.articulation_tabs import articulation_tabs, reading_cite, writing_cite
from actions.views.journal import conflict_context
from actions.views.sections import plan_sections
from cite_educative.common.locks import ConflictError
from cite_educative.common.tables import ListPage
from partners.context import current_year
from partners.views.common import removed_once, require


class OutsideList(ListPage):
    """Its sums are told by kind of amount: what is asked is never added to what is attributed."""

    @property
    def kinds(self):
        return outside_sums(self.queryset)


@require_safe
def outside(request):
    cite, user = reading_cite(request), request.user
    can_write = can_write_articulation(user, cite)
    rows = readable_grants(user, cite).select_related("holder", "neighbourhood", "commune", "run")
    listing = OutsideList(
        request,
        rows,
        OUTSIDE_COLUMNS,
        filterset=OutsideFilter,
        row=outside_row(can_write),
        values=outside_values,
        default_sort="holder",
        title="Subventions d’autres programmes, pour mémoire",
        noun=("subvention", "subventions"),
        empty_text=f"Aucune subvention d’un autre programme notée en {current_year(request)}",
        filename=f"autres-programmes-{cite.slug}",
    )
    if listing.export_format:
        return listing.export()
    context = {
        "listing": listing,
        "sections": plan_sections("articulation", user, cite),
        "tabs": articulation_tabs("outside"),
        "can_write": can_write,
        "programmes": _programmes(cite, user),
    }
    return render(request, "actions/outside_list.html", context)


def _programmes(cite, user):
    """The spellings that the Cité knows."""
    names = readable_grants(user, cite).order_by("programme").values_list("programme", flat=True)
    return list(names.distinct())


@require_http_methods(["GET", "POST"])
def outside_create(request):
    cite = writing_cite(request)
    row = OutsideGrant(cite=cite, budget_year=current_year(request))
    form = OutsideGrantForm(request.POST or None, instance=row, request=request, cite=cite)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_outside_grant(cite=cite, actor=request.user, **form.row_fields)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "La subvention est notée, pour mémoire.")
            return redirect("actions:outside")
    return render(request, "actions/outside_form.html", {"form": form, "row": None, "conflict": None})


def _writable(request, pk):
    rows = OutsideGrant.objects.visible_to(request.user).select_related("cite", "run", "holder")
    row = get_object_or_404(rows, pk=pk)
    require(can_write_articulation(request.user, row.cite))
    return row


@require_http_methods(["GET", "POST"])
def outside_update(request, pk):
    row = _writable(request, pk)
    form = OutsideGrantForm(request.POST or None, instance=copy.copy(row), request=request, cite=row.cite)
    context = {"row": row, "conflict": None}
    if request.method == "POST" and form.is_valid():
        try:
            services.update_outside_grant(row, actor=request.user, version=form.asked_version, **form.row_fields)
        except ConflictError as conflict:
            context |= conflict_context(request, form, conflict.current)
            return render(request, "actions/outside_form.html", context, status=409)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(
                request, "La subvention est enregistrée. Les imports suivants garderont votre correction."
            )
            return redirect("actions:outside")
    return render(request, "actions/outside_form.html", context | {"form": form})


@require_POST
@removed_once(OutsideGrant, "Cette subvention est déjà supprimée.", "actions:outside")
def outside_remove(request, pk):
    row = _writable(request, pk)
    if services.remove_outside_grant(row, actor=request.user):
        messages.success(request, "La subvention est supprimée. Le journal la garde.")
    return redirect("actions:outside")


@require_POST
def outside_match(request):
    """Give their holder to the rows whose SIRET or exact name is now a partner's."""
    cite = writing_cite(request)
    number = services.match_outside_holders(cite=cite, actor=request.user)
    if number:
        plural = "s" if number > 1 else ""
        messages.success(request, f"{number} subvention{plural} rapprochée{plural} de leur porteur.")
    else:
        messages.info(
            request,
            "Aucun nouveau porteur reconnu\u00a0: ajoutez l’organisme aux partenaires, ou choisissez-le à la main.",
        )
    return redirect("actions:outside")
