"""What anybody answers without an account. Nothing here reads who is asking, nor leaves a cookie."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from evaluation import services
from evaluation.forms.survey_answer import AnswerForm
from evaluation.survey_content import dates_words, shut_sentence
from evaluation.surveys import published_survey

BARE = {"frame": {}, "user": None, "csrf_token": ""}  # the same page for everybody: nobody is signed in on it


def _found(token):
    survey = published_survey(token)
    if survey is None:
        raise Http404
    return survey


@csrf_exempt  # its signed form, good for one response, does that work without a cookie
@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def survey_answer(request, token):
    survey = _found(token)
    form = AnswerForm(request.POST if request.method == "POST" else None, survey=survey)
    said = shut_sentence(survey)
    if said:
        return _page(request, survey, form, said=said, status=409 if form.is_bound else 200)
    if not form.is_bound:
        return _page(request, survey, form)
    if not form.is_valid():
        return _page(request, survey, form, status=422)
    try:
        services.receive_response(survey, key=form.key, answers=form.answers)
    except services.SurveyShutError:
        return _page(request, survey, form, said=shut_sentence(survey), status=409)
    except services.FormUsedError as error:
        form.renew()
        form.add_error(None, str(error))
        return _page(request, survey, form, status=422)
    except services.TooManyError as error:
        form.add_error(None, str(error))
        return _page(request, survey, form, status=429)
    return redirect("evaluation:survey_thanks", token)


def _page(request, survey, form, *, said="", status=200):
    context = BARE | {
        "survey": survey,
        "form": form,
        "said": said,
        "dates": dates_words(survey),
    }
    return render(request, "evaluation/survey_answer.html", context, status=status)


@login_not_required
@never_cache
@require_safe
def survey_thanks(request, token):
    survey = _found(token)
    context = BARE | {"survey": survey, "is_shut": bool(shut_sentence(survey))}
    return render(request, "evaluation/survey_thanks.html", context)
