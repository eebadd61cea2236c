"""The revue de projet: its list, its page, what is copied from it, what drifted since."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cite_educative.common.dates import date_fr
from evaluation import review_page as pages
from evaluation import services
from evaluation.forms.review import ReviewForm
from evaluation.models import ProjectReview
from evaluation.permissions import can_evaluate, can_read_project
from evaluation.views.common import page, read_cite, written_cite
from governance.views.common import refusals_to, require
from partners.context import current_year

TAB = "reviews"


@require_safe
def reviews(request):
    cite = read_cite(request)
    rows = pages.list_rows(request.user, cite)
    return render(request, "evaluation/reviews.html", page(request, cite, TAB, rows=rows))


@require_http_methods(["GET", "POST"])
def review_create(request):
    cite = written_cite(request)
    form = ReviewForm(request.POST or None, cite=cite, initial={"year": current_year(request)})
    if request.method == "POST" and form.is_valid():
        code = form.shipped_code
        template = services.shipped_template(code) if code else form.own_template
        review, created = services.create_review(
            cite=cite, year=form.cleaned_data["year"], template=template, actor=request.user
        )
        if created:
            messages.success(request, f"La {_named(review)} est ouverte\u00a0: les réponses calculées y sont déjà.")
        else:
            messages.info(request, f"La {_named(review)} existe déjà\u00a0: la voici.")
        return redirect("evaluation:review", review.pk)
    context = {"form": form, "heading": "Ouvrir une revue de projet", "submit": "Ouvrir la revue"}
    context |= {"cancel_url": reverse("evaluation:reviews"), "review": None, "lead": ""}
    return render(request, "evaluation/review_form.html", page(request, cite, TAB, **context))


def _named(review):
    return f"{review}"[:1].lower() + f"{review}"[1:]


# --- The page -------------------------------------------------------------------------------------


def visible_review(request, pk):
    rows = ProjectReview.objects.visible_to(request.user).select_related("cite", "template", "frozen_by__person")
    return get_object_or_404(rows, pk=pk)


def written_review(request, pk):
    review = visible_review(request, pk)
    require(can_evaluate(request.user, review.cite))
    return review


def read_review(request, pk):
    """For who reads it whole: those who only have a question of it to answer get 403."""
    review = visible_review(request, pk)
    require(can_read_project(request.user, review.cite))
    return review


@require_safe
def review(request, pk):
    """One section at a time (`rubrique`), or the reader's own questions; `reste` keeps those still to be settled."""
    row, user = visible_review(request, pk), request.user
    only_left = "reste" in request.GET
    context = pages.review_context(user, row, request.GET.get("rubrique", ""), only_left=only_left)
    context |= {"review": row, "only_left": only_left, "reads_all": can_read_project(user, row.cite)}
    context["frozen_on"] = date_fr(timezone.localdate(row.frozen_at)) if row.frozen_at else ""
    if context["reads_all"]:
        context |= {"sides": pages.side_rows(user, row), "printed": pages.printings(user, row)}
    return render(request, "evaluation/review.html", page(request, row.cite, TAB, **context))


@require_POST
@refusals_to("evaluation:review")
def review_section(request, pk):
    """Validate the computed answers of one section, `rubrique`."""
    row = written_review(request, pk)
    section = request.POST.get("rubrique", "")
    number = services.validate_computed(row, section=section, actor=request.user)
    if number:
        plural = "s" if number > 1 else ""
        messages.success(request, f"{number} réponse{plural} calculée{plural} validée{plural}.")
    else:
        messages.info(request, "Aucune réponse calculée n’attend d’être validée dans cette rubrique.")
    return redirect(f"{reverse('evaluation:review', args=[pk])}?rubrique={section}")


@require_safe
def review_copy(request, pk):
    row = read_review(request, pk)
    context = page(request, row.cite, TAB, review=row, sections=pages.copy_sections(request.user, row))
    return render(request, "evaluation/review_copy.html", context)


@require_safe
def review_drift(request, pk):
    row = read_review(request, pk)
    if row.is_open:
        raise Http404("Cette revue n’est pas figée.")
    context = page(request, row.cite, TAB, review=row, rows=pages.drift_rows(request.user, row))
    return render(request, "evaluation/review_drift.html", context)
