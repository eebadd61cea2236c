"""One question of a review: answered, validated or left unanswered, remarked on."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cite_educative.common.forms import read_key
from cite_educative.common.locks import ConflictError
from cite_educative.common.transitions import TransitionError
from evaluation import review_page as pages
from evaluation import services
from evaluation.forms.review import AnswerForm, RemarkForm
from evaluation.models import ReviewAnswer
from evaluation.permissions import can_answer_review, can_comment_review, can_evaluate
from evaluation.review_content import is_computed
from evaluation.review_enums import AnswerState
from evaluation.views.common import page
from evaluation.views.reviews import TAB
from governance.views.common import add_errors, conflict, require, sent_pairs
from partners.models import Person

GESTURES = {
    "valider": (AnswerState.VALIDATED, "La réponse est validée."),
    "sans-reponse": (AnswerState.UNANSWERED, "La question reste sans réponse, c’est noté."),
    "reprendre": (AnswerState.DRAFT, "La question est à nouveau ouverte."),
}


def visible_answer(request, pk):
    rows = ReviewAnswer.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("review__cite", "review__template", "question", "owner"), pk=pk)


def page_of(answer):
    section = answer.question.section_code
    return f"{reverse('evaluation:review', args=[answer.review_id])}?rubrique={section}#q-{answer.pk}"


@require_http_methods(["GET", "POST"])
def review_answer(request, pk):
    """Saved while it is typed (`X-Autosave`) or by the button; `reprendre` begins with last year's text."""
    answer = visible_answer(request, pk)
    require(can_answer_review(request.user, answer))
    last = pages.last_answers(answer.review, [answer]).get(answer.pk)
    text = last.text if last and "reprendre" in request.GET else None
    form = _form(request, answer, text=text)
    is_automatic = "X-Autosave" in request.headers
    if request.method == "POST" and form.is_valid():
        saved = _save(request, answer, form, is_automatic)
        if saved is not None:
            return saved
    if is_automatic:
        return HttpResponse(status=422)
    if not answer.review.is_open:
        messages.error(request, services.FROZEN)
        return redirect(page_of(answer))
    line = pages.shown_line(request.user, answer, answer.review)
    context = {"answer": answer, "review": answer.review, "form": form, "line": line, "cancel_url": page_of(answer)}
    context |= {"last": pages.last_line(request.user, last, answer.review), "is_taken": text is not None}
    return render(request, "evaluation/review_answer.html", page(request, answer.review.cite, TAB, **context))


def _owners(request, cite):
    """Who may be given a question: whoever acts in the Cité and has an account."""
    people = Person.objects.visible_to(request.user).acting_in(cite)
    return people.filter(user__is_active=True).order_by("search_text", "pk")


def _form(request, answer, *, text=None):
    assigns = can_evaluate(request.user, answer.review.cite)
    return AnswerForm(
        request.POST or None,
        answer=answer,
        is_computed=is_computed(answer.question),
        owners=_owners(request, answer.review.cite) if assigns else None,
        text=text,
    )


def _save(request, answer, form, is_automatic):
    """The response once saved or refused; None when the form has to be shown again with its errors."""
    try:
        saved = services.save_answer(
            answer, actor=request.user, version=form.cleaned_data["version"], typed=form.typed
        )
    except ConflictError as error:
        return HttpResponse(status=409) if is_automatic else _conflict(request, answer, error.current, form)
    except TransitionError as error:
        if is_automatic:
            return HttpResponse(status=409)
        messages.error(request, str(error))
        return redirect(page_of(answer))
    except ValidationError as error:
        add_errors(form, error)
        return None
    if is_automatic:
        return HttpResponse(status=204, headers={"X-Version": str(saved.version)})
    return _settled(request, saved)


def _settled(request, answer):
    """Validated in the same move by the second button."""
    if "valider" in request.POST and can_evaluate(request.user, answer.review.cite):
        try:
            services.settle_answer(answer, state=AnswerState.VALIDATED, actor=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return redirect(page_of(answer))


def _conflict(request, answer, current, form):
    return conflict(
        request,
        subject=f"La réponse {answer.question.code}",
        row=current,
        fields=pages.both_versions(form, current),
        action=request.path,
        version=current.version,
        cancel_url=page_of(answer),
        hidden=sent_pairs(request),
    )


@require_POST
def review_settle(request, pk):
    """`geste` says which of `GESTURES`."""
    answer = visible_answer(request, pk)
    require(can_evaluate(request.user, answer.review.cite))
    if request.POST.get("geste") not in GESTURES:
        raise Http404("Ce geste n’existe pas.")
    state, said = GESTURES[request.POST["geste"]]
    try:
        version = read_key(request.POST.get("version", "")) or None
        services.settle_answer(answer, state=state, actor=request.user, version=version)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{answer.question.code}\u00a0: {said}")
    return redirect(page_of(answer))


@require_http_methods(["GET", "POST"])
def review_comment(request, pk):
    answer = visible_answer(request, pk)
    require(can_comment_review(request.user, answer))
    form = RemarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.comment_answer(answer, body=form.cleaned_data["body"], actor=request.user)
        except TransitionError as error:
            messages.error(request, str(error))
        return redirect(page_of(answer))
    context = {"form": form, "review": answer.review, "cancel_url": page_of(answer)}
    context |= {"heading": f"Remarque sur {answer.question.code}", "lead": answer.question.label}
    context |= {"submit": "Enregistrer la remarque"}
    return render(request, "evaluation/review_form.html", page(request, answer.review.cite, TAB, **context))
