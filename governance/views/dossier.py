"""The dossier of a meeting: a message prepared, read again, sent by a person."""

from django.contrib import messages
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from governance import services
from governance.dossier import attached_words, awaited, dossier_letter, kinds_of, readers_of
from governance.forms import LetterForm
from governance.views.common import meeting_title, prepared_meeting, refusals_to
from governance.views.letters import letter_page


@require_http_methods(["GET", "POST"])
@refusals_to("governance:meeting")
def dossier_send(request, pk):
    """Who has got this version already, and guests, are not ticked at first."""
    meeting = prepared_meeting(request, pk)
    dossier = services.check_dossier(meeting)
    readers = readers_of(meeting)
    form = LetterForm(
        request.POST or None,
        addressees=readers,
        concerned=awaited(dossier, readers),
        initial=dossier_letter(dossier, meeting_title(meeting), request.user),
    )
    context = {
        "heading": "Envoyer le dossier",
        "paper": dossier,
        "back_url": f"{reverse('governance:meeting', args=[pk])}#documents",
    }
    if form.is_bound and form.is_valid():
        context["attached"] = [attached_words(dossier, kind) for kind in kinds_of(form.lines)]
    return letter_page(request, meeting, form, context, lambda: _send(request, meeting, form))


def _send(request, meeting, form):
    read = request.POST.get("paper", "")
    number, created = services.send_dossier(
        meeting,
        dossier=int(read) if read.isdecimal() else None,
        subject=form.cleaned_data["subject"],
        body=form.cleaned_data["body"],
        persons=form.persons,
        actor=request.user,
    )
    people = f"{number} personne{'s' if number > 1 else ''}"
    if created:
        messages.success(request, f"Le dossier part vers {people}, dès que son PDF est prêt. La liste en est gardée.")
    else:
        messages.info(request, f"Ce dossier est déjà parti vers {people}\u00a0: rien n’a été envoyé une seconde fois.")
