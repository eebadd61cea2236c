"""The papers of a meeting: dossier, slides and attendance sheet asked for, annexes joined and taken out."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance import services
from governance.dossier import sendings, unreachable
from governance.enums import PaperKind
from governance.forms import AnnexForm
from governance.models import MeetingAnnex, MeetingPaper
from governance.permissions import can_prepare
from governance.views.common import meeting_title, prepared_meeting, refusals_to, require

ASKED = (PaperKind.DOSSIER, PaperKind.SLIDES, PaperKind.SIGN_IN)
SHOWN = (PaperKind.DOSSIER, PaperKind.MEMBERS, PaperKind.SLIDES, PaperKind.SIGN_IN)
SAYS = {
    PaperKind.DOSSIER: "Ordre du jour, notes émises, tableaux, fiches et annexes, en un PDF.",
    PaperKind.MEMBERS: "L’ordre du jour seul, pour les membres qui ne lisent ni les montants ni les notes.",
    PaperKind.SLIDES: "À projeter, en PDF, ou à retoucher dans PowerPoint.",
    PaperKind.SIGN_IN: "Les membres attendus dans l’ordre protocolaire, à signer.",
}


def paper_rows(user, meeting):
    """The last version of each paper that the user reads; those not made yet too, for who makes them."""
    last = {}
    papers = MeetingPaper.objects.visible_to(user).filter(meeting=meeting).prefetch_related("files__file")
    for paper in papers.order_by("number"):
        last[paper.kind] = paper
    makes = can_prepare(user, meeting.body.cite)
    return [
        {
            "kind": kind,
            "label": kind.label[:1].upper() + kind.label[1:],
            "says": SAYS[kind],
            "paper": last.get(kind),
            "files": [link.file for link in last[kind].files.all()] if kind in last else [],
            "is_asked": makes and kind in ASKED,
            "is_sent": makes and kind == PaperKind.DOSSIER and kind in last and meeting.is_preparable,
            "has_sheets": kind == PaperKind.DOSSIER,
        }
        for kind in SHOWN
        if kind in last or (makes and kind in ASKED)
    ]


def dossier_sent(user, meeting):
    """Each sending and who has to get paper, for the team; None before the first one."""
    sent = sendings(meeting) if can_prepare(user, meeting.body.cite) else []
    return {"sendings": sent, "on_paper": unreachable(meeting)} if sent else None


@require_POST
@refusals_to("governance:meeting")
def paper_make(request, pk):
    """`document` says which; `fiches` joins the sheets of the actions to the dossier."""
    meeting = prepared_meeting(request, pk)
    kind = request.POST.get("document")
    if kind not in ASKED:
        raise Http404("Ce document n’existe pas.")
    kind = PaperKind(kind)
    _, created = services.make_paper(meeting, kind, actor=request.user, with_sheets="fiches" in request.POST)
    label = f"{kind.label[:1].upper()}{kind.label[1:]}"
    if created:
        messages.success(request, f"{label}\u00a0: une version se prépare. Vous pouvez quitter cette page.")
    else:
        messages.info(request, f"{label}\u00a0: rien n’a changé depuis la dernière version, elle reste la bonne.")
    return redirect(f"{reverse('governance:meeting', args=[pk])}#documents")


@require_http_methods(["GET", "POST"])
def annex_add(request, pk):
    meeting = prepared_meeting(request, pk)
    form = AnnexForm(request.POST or None, request.FILES or None, meeting=meeting)
    if request.method == "POST" and form.is_valid():
        services.add_annex(meeting, actor=request.user, **form.cleaned_data)
        messages.success(request, "L’annexe est jointe\u00a0; elle sera dans le prochain dossier.")
        return redirect(f"{reverse('governance:meeting', args=[pk])}#documents")
    context = {"form": form, "meeting": meeting, "title": meeting_title(meeting)}
    return render(request, "governance/annex_form.html", context)


def _annex(request, pk):
    annexes = MeetingAnnex.objects.visible_to(request.user).select_related("meeting__body__cite")
    return get_object_or_404(annexes, pk=pk)


@require_POST
def annex_remove(request, pk):
    annex = _annex(request, pk)
    require(can_prepare(request.user, annex.meeting.body.cite))
    services.remove_annex(annex, actor=request.user)
    messages.success(request, "L’annexe ne sera plus dans les prochains dossiers.")
    return redirect(f"{reverse('governance:meeting', args=[annex.meeting_id])}#documents")


@require_GET
@cache_control(private=True, no_cache=True)
def annex_file(request, pk):
    annex = _annex(request, pk)
    try:
        content = annex.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("Ce fichier n’est plus sur le serveur.") from error
    response = FileResponse(content, as_attachment=True, filename=annex.filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response
