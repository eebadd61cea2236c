"""Surveys for the team and for those who read what they say."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions.views.versions import form_context, saved_or_compared
from cite_educative.common import journal
from cite_educative.common.transitions import TransitionError
from evaluation import services
from evaluation.documents.surveys import poster_context
from evaluation.forms.survey_answer import AnswerForm
from evaluation.forms.surveys import SurveyForm, SurveyItemForm
from evaluation.models import Survey, SurveyItem, SurveyPoster, SurveyResponse
from evaluation.permissions import can_evaluate, can_read_survey_results
from evaluation.survey_content import dates_words, poster_content, public_url, state_of
from evaluation.survey_enums import SurveyState
from evaluation.survey_results import answers_workbook, results_of, results_workbook
from evaluation.surveys import survey_facts, survey_listing, surveys_of
from evaluation.views.common import page, read_cite, written_cite
from governance.views.common import activity, require
from partners.views.common import removed_once

GESTURES = {
    "publier": (services.publish_survey, "Le questionnaire est publié\u00a0: voici son adresse et son affiche."),
    "reprendre": (services.withdraw_survey, "Le questionnaire est de nouveau un brouillon."),
    "clore": (services.close_survey, "Le questionnaire est clos\u00a0: plus personne ne peut y répondre."),
    "rouvrir": (services.reopen_survey, "Le questionnaire est rouvert."),
}


def _visible(request, pk):
    surveys = Survey.objects.visible_to(request.user).select_related("cite", "question")
    return get_object_or_404(surveys, pk=pk)


def _written(request, pk):
    survey = _visible(request, pk)
    require(can_evaluate(request.user, survey.cite))
    return survey


# --- List and page --------------------------------------------------------------------------------


@require_safe
def surveys(request):
    cite = read_cite(request)
    listing = survey_listing(request, cite)
    if listing.export_format:
        return listing.export()
    return render(request, "evaluation/surveys.html", page(request, cite, "surveys", listing=listing))


@require_safe
def survey(request, pk):
    row, user = _visible(request, pk), request.user
    row.number = row.responses.count()
    can_write = can_evaluate(user, row.cite)
    state = state_of(row)
    context = {
        "survey": row,
        "state": state,
        "facts": survey_facts(row, user),
        "items": list(row.items.all()),
        "public_url": public_url(row),
        "can_read_results": row.published_on and can_read_survey_results(user, row),
        "is_draft": state["state"] == SurveyState.DRAFT,
        "is_running": state["state"] in (SurveyState.OPEN, SurveyState.UPCOMING),
        "can_reopen": row.ended_on is not None and timezone.localdate() <= row.closes_on,
        "others": surveys_of(row.question, user).exclude(pk=row.pk),
        "entries": activity(row) if can_write else [],
    }
    return render(request, "evaluation/survey.html", page(request, row.cite, "surveys", **context))


@require_http_methods(["GET", "POST"])
def survey_create(request):
    cite = written_cite(request)
    return _survey_page(request, Survey(cite=cite), "Nouveau questionnaire", reverse("evaluation:surveys"))


@require_http_methods(["GET", "POST"])
def survey_update(request, pk):
    row = _written(request, pk)
    return _survey_page(request, row, "Modifier le questionnaire", reverse("evaluation:survey", args=[pk]))


def _survey_page(request, row, heading, back):
    form, conflict, saved = saved_or_compared(request, SurveyForm, row, save=services.save_survey)
    if saved:
        messages.success(request, "Le questionnaire est enregistré.")
        return redirect("evaluation:survey", saved.pk)
    context = form_context(form, conflict, heading=heading, submit="Enregistrer le questionnaire", cancel_url=back)
    return _form_page(request, row.cite, context, survey=row)


def _form_page(request, cite, context, **more):
    status = 409 if context["conflict"] else 422 if context["form"].errors else 200
    return render(
        request, "evaluation/survey_form.html", page(request, cite, "surveys", **context, **more), status=status
    )


@require_POST
def survey_gesture(request, pk, gesture):
    row = _written(request, pk)
    if gesture not in GESTURES:
        raise Http404
    service, said = GESTURES[gesture]
    try:
        service(row, actor=request.user)
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("evaluation:survey", pk)


@require_safe
def survey_preview(request, pk):
    """What people will read; nothing can be sent."""
    row = _written(request, pk)
    context = page(request, row.cite, "surveys", survey=row, form=AnswerForm(survey=row))
    return render(request, "evaluation/survey_preview.html", context)


@require_http_methods(["GET", "POST"])
def survey_poster(request, pk):
    row = _written(request, pk)
    require(row.published_on is not None)
    if request.method == "POST":
        services.make_poster(row, actor=request.user)
        messages.success(request, "L’affiche se prépare.")
        return redirect("evaluation:survey_poster", pk)
    posters = SurveyPoster.objects.visible_to(request.user).filter(survey=row).select_related("file")
    shown = {"survey": row, "file": next((poster.file for poster in posters[:1]), None), "dates": dates_words(row)}
    context = page(request, row.cite, "surveys", **shown, **poster_context(poster_content(row)))
    return render(request, "evaluation/survey_poster.html", context)


# --- Questions ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def survey_item_create(request, pk):
    return _item_page(request, SurveyItem(survey=_written(request, pk)), "Ajouter une question")


@require_http_methods(["GET", "POST"])
def survey_item_update(request, pk):
    return _item_page(request, _written_item(request, pk), "Modifier la question")


def _written_item(request, pk):
    items = SurveyItem.objects.visible_to(request.user).select_related("survey__cite")
    item = get_object_or_404(items, pk=pk)
    require(can_evaluate(request.user, item.survey.cite))
    return item


def _item_page(request, item, heading):
    form, conflict, saved = saved_or_compared(
        request, SurveyItemForm, item, save=services.save_item, entries=lambda row: journal.entries_for(row.survey)
    )
    if saved:
        messages.success(request, "La question est enregistrée.")
        return redirect("evaluation:survey", saved.survey_id)
    back = reverse("evaluation:survey", args=[item.survey_id])
    context = form_context(form, conflict, heading=heading, submit="Enregistrer la question", cancel_url=back)
    return _form_page(request, item.survey.cite, context, survey=item.survey)


@require_POST
def survey_communes(request, pk):
    row = _written(request, pk)
    return _told(request, pk, services.add_commune_item, row, said="La question sur la commune est ajoutée.")


@require_POST
def survey_item_move(request, pk):
    item = _written_item(request, pk)
    up = request.POST.get("sens") == "monter"
    return _told(request, item.survey_id, services.move_item, item, up=up, said="L’ordre des questions a changé.")


@require_POST
@removed_once(SurveyItem, "Cette question est déjà retirée.", "evaluation:surveys", from_page=True)
def survey_item_remove(request, pk):
    item = _written_item(request, pk)
    return _told(request, item.survey_id, services.remove_item, item, said="La question est retirée.")


def _told(request, pk, service, row, *, said, **options):
    """What a gesture on the questions did, or why not, on the page of the survey."""
    try:
        service(row, actor=request.user, **options)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, said)
    return redirect(reverse("evaluation:survey", args=[pk]) + "#questions")


# --- Results --------------------------------------------------------------------------------------


def _read_results(request, pk):
    row = _visible(request, pk)
    require(row.published_on is not None and can_read_survey_results(request.user, row))
    return row


@require_safe
def survey_results(request, pk):
    """`?format=xlsx`: the same figures in a spreadsheet."""
    row = _read_results(request, pk)
    can_write = can_evaluate(request.user, row.cite)
    results = results_of(row, for_team=can_write)
    if request.GET.get("format") == "xlsx":
        return results_workbook(row, results)
    context = page(request, row.cite, "surveys", survey=row, results=results, state=state_of(row))
    return render(request, "evaluation/survey_results.html", context | {"dates": dates_words(row)})


@require_safe
def survey_answers(request, pk):
    """Every response, one a row: for the team, who must not hand it on as it is."""
    return answers_workbook(_written(request, pk))


@require_POST
def survey_text_withdraw(request, pk, item):
    responses = SurveyResponse.objects.visible_to(request.user).select_related("survey__cite")
    response = get_object_or_404(responses, pk=pk)
    require(can_evaluate(request.user, response.survey.cite))
    asked = get_object_or_404(SurveyItem.objects.visible_to(request.user), pk=item, survey=response.survey)
    services.withdraw_text(response, asked, actor=request.user)
    messages.success(request, "Le texte est retiré, pour toujours.")
    return redirect(reverse("evaluation:survey_results", args=[response.survey_id]) + f"#question-{item}")
