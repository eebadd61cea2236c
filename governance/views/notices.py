"""After the closing: the letters prepared, read again and sent by a person."""

from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from governance import services
from governance.enums import NoticeKind
from governance.forms import LetterForm
from governance.notices import HEADINGS, NOBODY, notice_addressees, notice_letter
from governance.views.common import meeting_title, prepared_meeting, refusals_to
from governance.views.letters import letter_page, say_sent


@require_http_methods(["GET", "POST"])
@refusals_to("governance:meeting")
def meeting_notify(request, pk):
    """`?a=` says to whom: `members` or `holders`."""
    meeting = prepared_meeting(request, pk)
    kind = request.GET.get("a", NoticeKind.MEMBERS)
    if kind not in NoticeKind.values:
        raise Http404("Ce message n’existe pas.")
    services.check_notice(meeting, kind)
    first = notice_letter(meeting, kind, meeting_title(meeting), request.user)
    form = LetterForm(request.POST or None, addressees=notice_addressees(meeting, kind), initial=first)
    context = {
        "heading": HEADINGS[kind],
        "nobody": NOBODY[kind],
        "back_url": reverse("governance:meeting", args=[pk]),
    }
    return letter_page(request, meeting, form, context, lambda: _send(request, meeting, kind, form))


def _send(request, meeting, kind, form):
    data = form.cleaned_data
    message, created = services.notify_meeting(
        meeting, kind=kind, subject=data["subject"], body=data["body"], persons=form.persons, actor=request.user
    )
    say_sent(request, message, created)
