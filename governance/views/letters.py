"""A letter about a meeting: written, read again, sent by a person."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render

from governance.views.common import add_errors, meeting_title, sent_pairs
from partners.services import PartnersError

GESTURES = ("csrfmiddlewaretoken", "send", "modify")


def letter_page(request, meeting, form, context, send):
    """`context`: heading, `back_url`, its `back_label` when it is not the meeting, `empty`: what the button says when
    nobody is ticked. `send()` writes; what it raises goes to the form.
    """
    context = {"form": form, "meeting": meeting, "title": meeting_title(meeting), "recipients": [], **context}
    if request.method == "POST" and "modify" not in request.POST and form.is_valid():
        if "send" not in request.POST:
            context["recipients"] = form.lines
            context["letter"] = form.cleaned_data
            context["hidden"] = [pair for pair in sent_pairs(request) if pair[0] not in GESTURES]
            return render(request, "governance/letter_preview.html", context)
        try:
            send()
            return redirect(context["back_url"])
        except PartnersError as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            add_errors(form, error)
    return render(request, "governance/letter.html", context)


def say_sent(request, message, created):
    number = message.deliveries.count()
    people = f"{number} destinataire{'s' if number > 1 else ''}"
    if created:
        messages.success(request, f"Le message part vers {people}. La liste en est gardée.")
    else:
        messages.info(
            request, f"Ce message est déjà parti vers {people}\u00a0: il n’a pas été envoyé une seconde fois."
        )
