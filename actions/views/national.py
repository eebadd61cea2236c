from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from actions.exchange_rows import events_for, exchange_line
from actions.forms.exchanges import PeerContactForm
from cite_educative.common.forms import read_key
from partners import services
from partners.enums import OrganisationKind
from partners.models import Mandate
from partners.permissions import can_read_contacts, can_steer
from partners.sections import can_open_network, partner_sections
from partners.tables import member
from partners.views.common import cite_or_404, require, steered_cite

PER_PAGE = 20


@require_safe
def national(request):
    """What the Cité lived and learnt in the national network, and whom it knows in the other Cités."""
    cite, user = cite_or_404(request), request.user
    require(can_open_network(user, cite))
    pages = Paginator(events_for(user, cite), PER_PAGE)
    page = pages.get_page(read_key(request.GET.get("page", "1")))
    context = {
        "cite": cite,
        "page": page,
        "events": [{"line": exchange_line(event, False), "documents": event.documents_read} for event in page],
        "contacts": _contacts(user, cite),
        "can_steer": can_steer(user, cite),
        "sections": partner_sections(user, cite, "national"),
    }
    return render(request, "actions/national.html", context)


def _contacts(user, cite):
    today = timezone.localdate()
    mandates = Mandate.objects.visible_to(user).filter(cite=cite, organisation__kind=OrganisationKind.PEER_CITE)
    mandates = mandates.active(today).select_related("person", "organisation")
    with_contacts = can_read_contacts(user, cite)
    rows = mandates.order_by("organisation__name", "person__last_name", "pk")
    return [member(mandate, with_contacts=with_contacts, today=today) for mandate in rows]


@require_http_methods(["GET", "POST"])
def peer_create(request):
    cite = steered_cite(request)
    form = PeerContactForm(request.POST or None, cite=cite)
    if request.method == "POST" and form.is_valid():
        try:
            mandate = services.add_peer_contact(actor=request.user, cite=cite, **form.contact)
        except services.PartnersError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{mandate.person.formal_name} fait partie des contacts des autres Cités.")
            return redirect("actions:national")
    return render(request, "actions/peer_form.html", {"form": form})
