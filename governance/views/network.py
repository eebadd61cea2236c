from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions.enums import Audience, ExchangeKind
from actions.models import Exchange, LibraryItem
from cite_educative.common.forms import read_key
from governance import services
from governance.commune_page import commune_context
from governance.enums import BodyKind, MeetingStatus
from governance.forms import NetworkMessageForm
from governance.models import Meeting
from governance.network import commune_rows, institution_members, network_mandates
from governance.network_letter import letter_matter, letter_parts, matter_groups
from governance.permissions import can_make_point, can_prepare
from governance.tables import meeting_line
from governance.views.letters import say_sent
from partners.context import current_year
from partners.enums import MessageKind
from partners.models import Mandate, OutgoingMessage
from partners.permissions import can_steer
from partners.sections import can_open_network, partner_sections
from partners.services import PartnersError
from partners.views.common import cite_or_404, require, steered_cite

PAST, RESOURCES, LESSONS, LETTERS = 4, 8, 4, 8
SHARED_WITH_NETWORK = (Audience.NETWORK, Audience.MEMBERS)


# --- One commune ----------------------------------------------------------------------------------


@require_safe
def commune(request, pk):
    cite = cite_or_404(request)
    row = get_object_or_404(cite.communes.select_related("parent"), pk=pk)
    context = commune_context(request.user, cite, row, current_year(request))
    return render(request, "governance/commune.html", context)


@require_POST
def commune_point(request, pk):
    cite = cite_or_404(request)
    row = get_object_or_404(cite.communes, pk=pk)
    require(can_make_point(request.user, cite, row))
    point, created = services.make_commune_point(
        cite=cite, commune=row, year=current_year(request), actor=request.user
    )
    if created:
        messages.success(request, "Le point commune est établi. Ses fichiers PDF et Word se préparent.")
    else:
        made_on = point.content["made_on"]
        messages.info(request, f"Rien n’a changé depuis le point du {made_on}\u00a0: il reste le dernier.")
    return redirect(f"{reverse('governance:commune', args=[pk])}#points")


# --- The network ----------------------------------------------------------------------------------


@require_safe
def network(request):
    cite, user = cite_or_404(request), request.user
    require(can_open_network(user, cite))
    today = timezone.localdate()
    mandates = network_mandates(cite)
    meetings = Meeting.objects.visible_to(user).filter(body__cite=cite, body__kind=BodyKind.NETWORK)
    exchanges = Exchange.objects.visible_to(user).filter(cite=cite, kind=ExchangeKind.NATIONAL).exclude(lesson="")
    documents = LibraryItem.objects.visible_to(user).filter(cite=cite, audience__in=SHARED_WITH_NETWORK)
    letters = OutgoingMessage.objects.visible_to(user).filter(cite=cite, kind=MessageKind.NETWORK)
    context = {
        "cite": cite,
        "sections": partner_sections(user, cite, "network"),
        "communes": commune_rows(user, cite, mandates, year=current_year(request), today=today),
        "institutions": institution_members(mandates, today=today),
        "coming": [meeting_line(one) for one in meetings.upcoming(timezone.now()).select_related("body")],
        "past": [meeting_line(one) for one in _past(meetings)],
        "documents": documents[:RESOURCES],
        "lessons": exchanges[:LESSONS],
        "letters": letters.annotate(number=Count("deliveries"))[:LETTERS],
        "can_write": can_steer(user, cite),
        "write_url": reverse("governance:network_message") if can_steer(user, cite) else "",
        "can_prepare": can_prepare(user, cite),
    }
    return render(request, "governance/network.html", context)


def _past(meetings):
    return meetings.filter(status__in=[MeetingStatus.CLOSED, MeetingStatus.PUBLISHED]).select_related("body")[:PAST]


# --- A letter to the network ----------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def network_message(request):
    """Write, read again, send. The address says what is shared: an exchange, or a document."""
    cite = steered_cite(request)
    shared = _shared(request, cite)
    person = read_key(request.GET.get("personne", "")) or None
    initial = _first_letter(request, cite, shared)
    form = NetworkMessageForm(request.POST or None, cite=cite, person=person, initial=initial)
    if request.method == "POST" and "modify" not in request.POST and form.is_valid():
        if "send" not in request.POST:
            context = {"form": form, "shared": shared, "letter": form.cleaned_data, "sections": _tabs(request, cite)}
            return render(request, "governance/network_preview.html", context)
        try:
            return _send(request, cite, form, shared)
        except PartnersError as error:
            form.add_error(None, str(error))
    context = {"form": form, "shared": shared, "cite": cite, "sections": _tabs(request, cite)}
    return render(request, "governance/network_message.html", context)


@require_safe
def network_compose(request):
    """What the letter will speak of; it is then prepared by `network_message`, from the address."""
    cite = steered_cite(request)
    groups = matter_groups(letter_matter(request.user, cite, current_year(request)))
    return render(request, "governance/network_compose.html", {"groups": groups, "sections": _tabs(request, cite)})


def _tabs(request, cite):
    return partner_sections(request.user, cite, "network")


def _shared(request, cite):
    """The exchange or the document that the address names; 404 when it is not one that the sender reads."""
    for name, model in (("echange", Exchange), ("document", LibraryItem)):
        if request.GET.get(name):
            rows = model.objects.visible_to(request.user).filter(cite=cite)
            return get_object_or_404(rows, pk=read_key(request.GET[name]))
    return None


def _first_letter(request, cite, shared):
    if "lettre" not in request.GET:
        subject, quoted = shared.title if shared else "", _quoted(shared)
    else:
        parts = letter_parts(request.GET, letter_matter(request.user, cite, current_year(request)))
        subject, quoted = f"Des nouvelles de la Cité éducative {cite}", parts or _quoted(None)
    return {"subject": subject, "body": _first_body(request, cite, quoted)}


def _first_body(request, cite, quoted):
    mandate = Mandate.objects.visible_to(request.user).filter(cite=cite, person=request.user.person_id).active()
    sender = next((one.title or one.role_label for one in mandate.in_protocol_order()), "")
    lines = ["Bonjour,", "", *quoted, "Cordialement,", "", str(request.user), sender]
    return "\n".join([*lines, f"Cité éducative {cite}"])


def _quoted(shared):
    if shared is None:
        return ["", ""]
    if isinstance(shared, Exchange):
        text, page = shared.lesson or shared.summary, reverse("actions:exchange", args=[shared.pk])
    else:
        text, page = shared.summary, reverse("actions:library_item", args=[shared.pk])
    return [shared.title, *([text] if text else []), "", f"À lire ici\u00a0: {settings.SITE_URL}{page}", ""]


def _send(request, cite, form, shared):
    letter = form.cleaned_data
    message, created = services.write_to_network(
        cite=cite,
        subject=letter["subject"],
        body=letter["body"],
        persons=form.persons,
        shared=shared,
        actor=request.user,
    )
    say_sent(request, message, created)
    return redirect("governance:network")
