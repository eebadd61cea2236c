"""What the application sent."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cite_educative.common.tables import ListPage
from partners import account_tables, services
from partners.account_filters import MessageFilter
from partners.models import OutgoingMessage
from partners.views.common import cite_or_404


@require_safe
def message_list(request):
    cite = cite_or_404(request)
    sent = OutgoingMessage.objects.visible_to(request.user).filter(Q(cite=cite) | Q(cite__isnull=True))
    listing = ListPage(
        request,
        account_tables.messages_for_list(sent),
        account_tables.MESSAGE_COLUMNS,
        filterset=MessageFilter,
        row=account_tables.message_row,
        default_sort="-created_at",
        title="Messages envoyés",
        noun=("message", "messages"),
        empty_text="Aucun message envoyé pour l’instant",
        filename=f"messages-{cite.slug}",
    )
    if listing.export_format:
        return listing.export()
    return render(request, "partners/messages/list.html", {"listing": listing, "cite": cite})


@require_safe
def message_detail(request, pk):
    message = _message(request, pk)
    context = {
        "message": message,
        "body": message.body.replace(services.LINK, "[le lien]"),
        "deliveries": list(account_tables.delivery_rows(message)),
        "states": account_tables.states_fr(message),
        "has_failed": bool(message.nb_failed),
    }
    return render(request, "partners/messages/message.html", context)


@require_POST
def message_resend(request, pk):
    count = services.resend(message=_message(request, pk), actor=request.user)
    if count:
        messages.success(request, f"{count} envoi{'s' if count > 1 else ''} de nouveau en attente.")
    else:
        messages.warning(request, "Rien n’était en échec\u00a0: rien n’est renvoyé.")
    return redirect("partners:message", pk=pk)


def _message(request, pk):
    return get_object_or_404(account_tables.messages_for_list(OutgoingMessage.objects.visible_to(request.user)), pk=pk)
