"""The "revue financière": frozen first, rendered in the background."""

from django.db import transaction
from django.utils import timezone

from actions.finances.review_content import review_content
from actions.models import FinancialReview, FinancialReviewFile
from cite_educative.common import journal
from cite_educative.common.once import lock_row
from cite_educative.documents.services import request_file

REVIEW_KIND = "actions.financial_review"
FORMATS = ("xlsx", "pdf")
VARYING = ("made_on", "made_day", "made_by")


@transaction.atomic
def make_financial_review(*, cite, budget_year, actor):
    """Freeze every funding of a civil year and ask for its workbook and its PDF.

    (review, created): when nothing changed since the last one, that one is returned and nothing is written.
    """
    lock_row(cite)
    today = timezone.localdate()
    content = review_content(cite, budget_year, author=actor, today=today)
    last = FinancialReview.objects.filter(cite=cite, budget_year=budget_year).first()
    if last and all(last.content.get(key) == value for key, value in content.items() if key not in VARYING):
        return last, False
    review = FinancialReview.objects.create(cite=cite, budget_year=budget_year, content=content, made_by=actor)
    for format_ in FORMATS:
        file = request_file(
            kind=REVIEW_KIND,
            format=format_,
            title=f"Revue financière {int(budget_year)}, {content['made_on']}",
            filename=f"revue-financiere-{cite.slug}-{int(budget_year)}-{today:%Y-%m-%d}.{format_}",
            cite_id=cite.pk,
            author=actor,
        )
        FinancialReviewFile.objects.create(review=review, file=file)
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="review.made",
        subject=review,
        sentence=f"{actor} a établi la revue financière {int(budget_year)}.",
    )
    return review, True
