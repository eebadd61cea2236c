"""Minutes read again: sent to the sides, answered, remarked upon; then the members told of what is published."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cite_educative.common.dates import date_fr
from cite_educative.common.transitions import TransitionError
from governance import minutes_page as pages
from governance import services
from governance.forms import LetterForm, RemarkForm, ReviewForm, SendForm, SettleForm
from governance.models import Minutes, MinutesRemark, MinutesReview
from governance.permissions import can_prepare, can_review_minutes
from governance.views.common import add_errors, meeting_title, refusals_to, require
from governance.views.letters import letter_page, say_sent
from governance.views.minutes import minutes_form, prepared_minutes, visible_paragraph


def _for_a_side(user, cite):
    """Whether what the user enters was received from somebody: the team's, never a pilot's own."""
    return can_prepare(user, cite)


# --- Sent to the sides ----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@refusals_to("governance:minutes")
def minutes_send(request, pk):
    """Choose, write, read again, send; without a recipient, only note that the text was given."""
    row = prepared_minutes(request, pk)
    if not row.is_editable:
        return redirect("governance:minutes", pk=pk)
    cite = row.meeting.body.cite
    title = meeting_title(row.meeting)
    first = {
        "due_on": row.review_due_on if row.state == "review" else "",
        "subject": f"Procès-verbal à relire\u00a0: {title}",
        "body": _review_letter(request, row),
    }
    form = SendForm(request.POST or None, cite=cite, addressees=pages.reviewers(cite), initial=first)
    context = {"heading": "Envoyer en relecture", "empty": "Noter l’envoi sans message"}
    return letter_page(request, row.meeting, form, context | _back(row), lambda: _send(request, row, form))


def _back(minutes):
    """Where the pages of a letter about minutes come back to."""
    return {"back_url": reverse("governance:minutes", args=[minutes.meeting_id]), "back_label": "Procès-verbal"}


def _review_letter(request, row):
    page = settings.SITE_URL + reverse("governance:minutes", args=[row.meeting_id])
    lines = (
        "Madame, Monsieur,",
        f"Le projet de procès-verbal de la réunion «\u00a0{meeting_title(row.meeting)}\u00a0» est prêt à relire.",
        f"Il se lit ici, paragraphe par paragraphe, et vos remarques s’y écrivent à côté du texte\u00a0: {page}",
        "Vous pouvez aussi me répondre par courriel, en citant le numéro du paragraphe.",
        f"Cordialement,\n\n{request.user}\nCité éducative {row.meeting.body.cite}",
    )
    return "\n\n".join(lines)


def _send(request, row, form):
    data = form.cleaned_data
    body = data["body"]
    if form.persons:
        body = f"{body}\n\nRelecture attendue pour le {date_fr(data['due_on'])}."
    _, created = services.send_for_review(
        row,
        sides=list(data["sides"]),
        due_on=data["due_on"],
        subject=data["subject"],
        body=body,
        persons=form.persons,
        actor=request.user,
    )
    if created:
        messages.success(request, f"Le procès-verbal est en relecture jusqu’au {date_fr(data['due_on'])}.")
    else:
        messages.info(request, "Cet envoi est déjà parti\u00a0: il n’a pas été fait une seconde fois.")


@require_http_methods(["GET", "POST"])
@refusals_to("governance:minutes")
def minutes_notify(request, pk):
    """Tell the members that the last version is published."""
    prepared_minutes(request, pk)
    rows = Minutes.objects.visible_to(request.user).with_secrecy().select_related("meeting__body__cite")
    row = get_object_or_404(rows, meeting=pk)
    version = row.versions.first()
    if version is None:
        messages.error(request, "Publiez d’abord le procès-verbal\u00a0: les membres n’ont encore rien à lire.")
        return redirect("governance:minutes", pk=pk)
    title = meeting_title(row.meeting)
    first = {"subject": f"Procès-verbal publié\u00a0: {title}", "body": _notice(request, row, version)}
    form = LetterForm(
        request.POST or None, addressees=pages.members(row.meeting.body, is_kept_back=row.is_kept_back), initial=first
    )
    context = {"heading": "Prévenir les membres", **_back(row)}
    return letter_page(request, row.meeting, form, context, lambda: _notify(request, row, form))


def _notice(request, row, version):
    page = settings.SITE_URL + reverse("governance:minutes", args=[row.meeting_id])
    meeting = meeting_title(row.meeting)
    first = f"Le procès-verbal de la réunion «\u00a0{meeting}\u00a0» est publié, version {version.number}."
    if version.replaces_id:
        first = (
            f"Une nouvelle version du procès-verbal de la réunion «\u00a0{meeting}\u00a0» est publiée. Elle remplace la "
            f"version {version.replaces.number}. Correction\u00a0: {version.reason}"
        )
    lines = (
        "Madame, Monsieur,",
        first,
        f"Il se lit et se télécharge ici\u00a0: {page}",
        f"Cordialement,\n\n{request.user}\nCité éducative {row.meeting.body.cite}",
    )
    return "\n\n".join(lines)


def _notify(request, row, form):
    data = form.cleaned_data
    message, created = services.notify_members(
        row.versions.first(), subject=data["subject"], body=data["body"], persons=form.persons, actor=request.user
    )
    say_sent(request, message, created)


# --- What the sides say ---------------------------------------------------------------------------


def _refused(request, minutes, error):
    messages.error(request, str(error))
    return redirect("governance:minutes", pk=minutes.meeting_id)


@require_http_methods(["GET", "POST"])
def minutes_review(request, pk):
    """The answer of one side on the whole, its own or received by the team."""
    rows = MinutesReview.objects.visible_to(request.user).select_related("side__cite", "minutes__meeting__body__cite")
    row = get_object_or_404(rows, pk=pk)
    require(can_review_minutes(request.user, row.side))
    for_a_side = _for_a_side(request.user, row.side.cite)
    first = {} if row.is_awaited else {"state": row.state, "received_from": row.received_from}
    form = ReviewForm(request.POST or None, for_a_side=for_a_side, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_review(row, state=form.cleaned_data["state"], actor=request.user, **form.origin)
            messages.success(request, f"La réponse est enregistrée\u00a0: {row.side.label}.")
            return redirect("governance:minutes", pk=row.minutes.meeting_id)
        except TransitionError as error:
            return _refused(request, row.minutes, error)
        except ValidationError as error:
            add_errors(form, error)
    context = {"form": form, "heading": "Relecture", "lead": row.side.label, "submit": "Enregistrer"}
    return minutes_form(request, row.minutes, context)


@require_http_methods(["GET", "POST"])
def minutes_remark(request, pk):
    """A remark on one paragraph, which is shown above the form."""
    paragraph = visible_paragraph(request, pk)
    cite = paragraph.minutes.meeting.body.cite
    sides = _own_sides(request.user, paragraph.minutes)
    require(sides)
    form = RemarkForm(
        request.POST or None,
        sides=cite.sides.filter(pk__in=[side.pk for side in sides]).order_by("order", "pk"),
        for_a_side=_for_a_side(request.user, cite),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.add_remark(paragraph, side=data["side"], text=data["text"], actor=request.user, **form.origin)
            messages.success(request, f"La remarque sur le paragraphe {paragraph.order} est enregistrée.")
            return redirect("governance:minutes", pk=paragraph.minutes.meeting_id)
        except TransitionError as error:
            return _refused(request, paragraph.minutes, error)
        except ValidationError as error:
            add_errors(form, error)
    context = {
        "form": form,
        "heading": f"Remarque sur le paragraphe {paragraph.order}",
        "submit": "Enregistrer la remarque",
        "quote": paragraph,
    }
    return minutes_form(request, paragraph.minutes, context)


def _own_sides(user, minutes):
    """Those asked to read again, for which the user may write; 404 when nobody is asked at the moment."""
    if minutes.state != "review":
        raise Http404("Ce procès-verbal n’est pas en relecture.")
    rows = MinutesReview.objects.visible_to(user).filter(minutes=minutes).select_related("side__cite")
    return [row.side for row in rows if can_review_minutes(user, row.side)]


@require_http_methods(["GET", "POST"])
def minutes_settle(request, pk):
    """Take a remark or not; taking it leads to the paragraph, to be corrected."""
    rows = MinutesRemark.objects.visible_to(request.user).select_related(
        "side", "paragraph__minutes__meeting__body__cite"
    )
    row = get_object_or_404(rows, pk=pk)
    minutes = row.paragraph.minutes
    require(can_prepare(request.user, minutes.meeting.body.cite))
    form = SettleForm(request.POST or None, remark=row)
    if request.method == "POST" and form.is_valid():
        return _settle(request, row, form)
    return _settle_page(request, row, form)


def _settle(request, row, form):
    page = redirect("governance:minutes", pk=row.paragraph.minutes.meeting_id)
    try:
        services.settle_remark(row, actor=request.user, **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return _settle_page(request, row, form)
    except TransitionError as error:
        return _refused(request, row.paragraph.minutes, error)
    if form.cleaned_data["state"] == "taken":
        messages.success(request, "La remarque est prise en compte\u00a0: corrigez le paragraphe.")
        return redirect("governance:minutes_paragraph", pk=row.paragraph_id)
    messages.success(request, "La remarque n’est pas retenue\u00a0; le pilote lira pourquoi.")
    return page


def _settle_page(request, row, form):
    context = {
        "form": form,
        "heading": "Suite donnée à une remarque",
        "lead": f"{row.side.label}\u00a0: {row.text}",
        "submit": "Enregistrer",
        "quote": row.paragraph,
    }
    return minutes_form(request, row.paragraph.minutes, context)
