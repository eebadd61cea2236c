from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from evaluation import services
from evaluation.models import EvaluationQuestion
from evaluation.views.common import page, read_cite, written_cite


@require_safe
def home(request):
    """The questions of the current Cité, by level, with what answers them."""
    cite = read_cite(request)
    followed = Count("indicators", filter=Q(indicators__is_active=True), distinct=True)
    questions = EvaluationQuestion.objects.visible_to(request.user).filter(cite=cite, is_active=True)
    context = page(request, cite, "home", questions=questions.annotate(nb_indicators=followed))
    return render(request, "evaluation/home.html", context)


@require_POST
def usual_protocol(request):
    cite = written_cite(request)
    added = services.add_usual_protocol(cite, actor=request.user)
    if added:
        messages.success(
            request, f"{added} questions et indicateurs du modèle sont repris\u00a0: relisez-les, changez-les."
        )
    else:
        messages.info(request, "Tout le modèle est déjà repris\u00a0: rien n’a été ajouté.")
    return redirect("evaluation:home")
