"""What is done to a whole review: validated by a side, frozen, corrected, printed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cite_educative.common.transitions import TransitionError
from evaluation import review_page as pages
from evaluation import services
from evaluation.forms.review import CorrectionForm, SideValidationForm
from evaluation.permissions import can_validate_review
from evaluation.review_enums import AnswerState
from evaluation.views.common import page
from evaluation.views.reviews import TAB, read_review, written_review
from governance.views.common import add_errors, refusals_to, require


def _form_page(request, review, form, **words):
    context = {"form": form, "review": review, "cancel_url": reverse("evaluation:review", args=[review.pk]), **words}
    return render(request, "evaluation/review_form.html", page(request, review.cite, TAB, **context))


@require_http_methods(["GET", "POST"])
def review_validate(request, pk, side):
    """`side` agrees with the review as it stands."""
    review = read_review(request, pk)
    row = get_object_or_404(review.cite.sides.all(), pk=side)
    row.cite = review.cite
    require(can_validate_review(request.user, row))
    own = side in request.user.access.sides.get(review.cite_id, ())
    form = SideValidationForm(request.POST or None, for_a_side=not own)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["validated_on"]
        try:
            services.validate_side(review, side=row, actor=request.user, validated_on=day, **form.origin)
        except TransitionError as error:
            messages.error(request, str(error))
            return redirect("evaluation:review", pk=pk)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, f"La validation de {row.label} est notée.")
            return redirect("evaluation:review", pk=pk)
    heading = f"Validation de {row.label}"
    lead = "La revue est validée telle qu’elle est aujourd’hui. Une réponse modifiée ensuite le fera voir."
    return _form_page(request, review, form, heading=heading, lead=lead, submit="Noter la validation")


@require_http_methods(["GET", "POST"])
@refusals_to("evaluation:review")
def review_freeze(request, pk):
    """What still waits, and who validated, before everything is kept as it is."""
    review = written_review(request, pk)
    if request.method == "POST":
        try:
            services.freeze_review(review, actor=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("evaluation:review_freeze", pk=pk)
        messages.success(request, "La revue est figée. Ses fichiers se préparent.")
    if request.method == "POST" or not review.is_open:
        return redirect("evaluation:review", pk=pk)
    waiting = review.answers.exclude(state__in=AnswerState.settled()).select_related("question")
    context = {"review": review, "waiting": waiting, "sides": pages.side_rows(request.user, review)}
    return render(request, "evaluation/review_freeze.html", page(request, review.cite, TAB, **context))


@require_http_methods(["GET", "POST"])
@refusals_to("evaluation:review")
def review_correct(request, pk):
    review = written_review(request, pk)
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        copy, created = services.correct_review(review, reason=form.cleaned_data["reason"], actor=request.user)
        if created:
            messages.success(request, "Une version corrigée est ouverte. La version figée reste telle quelle.")
        else:
            messages.info(request, "Une version corrigée est déjà ouverte\u00a0: la voici.")
        return redirect("evaluation:review", copy.pk)
    lead = "La version figée ne change pas. La nouvelle reprend ses réponses\u00a0; ses chiffres sont recalculés, les pilotes la valident à nouveau."
    return _form_page(
        request, review, form, heading=f"Corriger\u00a0: {review}", lead=lead, submit="Ouvrir la version corrigée"
    )


@require_POST
@refusals_to("evaluation:review")
def review_print(request, pk):
    review = written_review(request, pk)
    _, created = services.print_review(review, actor=request.user)
    if created:
        messages.success(request, "Les fichiers PDF, Word et Excel se préparent. Vous pouvez quitter cette page.")
    else:
        messages.info(request, "Rien n’a changé depuis la dernière édition, elle reste la bonne.")
    return redirect(f"{reverse('evaluation:review', args=[pk])}#fichiers")
