"""The "revue financière", from its frozen content and nothing else: a workbook, and the same to read."""

from io import BytesIO

from django.template.loader import render_to_string

from actions.finances.review_book import write_review
from actions.finances.review_print import review_context
from actions.models import FinancialReview, FinancialReviewFile
from actions.services.reviews import REVIEW_KIND
from cite_educative.documents.enums import Format
from cite_educative.documents.registry import renderer, visibility


@renderer(REVIEW_KIND)
def render_review(generated_file):
    review = FinancialReview.objects.get(files__file=generated_file)
    if generated_file.format == Format.XLSX:
        file = BytesIO()
        write_review(file, review.content)
        return file.getvalue()
    return render_to_string("finances/print/review.html", review_context(review.content))


@visibility(REVIEW_KIND)
def visible_review_files(user):
    return FinancialReviewFile.objects.filter(review__in=FinancialReview.objects.visible_to(user)).values("file")
