"""The forms of the revue: those shipped, stored when one is first used, and those that a Cité imports."""

from django.db import transaction

from cite_educative.common import journal
from cite_educative.common.once import lock_row
from evaluation.models import ReviewQuestion, ReviewTemplate
from evaluation.review_shipped import question_rows, shipped_form


@transaction.atomic
def shipped_template(code):
    """The row of a shipped form, written with its questions the first time that this edition of it is asked for."""
    form = shipped_form(code)
    template, created = ReviewTemplate.objects.get_or_create(
        cite=None, code=code, number=form["number"], defaults={"year": form["year"], "label": form["label"]}
    )
    if created:
        _add_questions(template, question_rows(form))
    return template


@transaction.atomic
def import_template(*, cite, year, label, rows, actor):
    """(template, created): a form of the Cité, the next edition of that year; the same questions again are found.

    `rows` are fields of `ReviewQuestion`, as `review_import.read_form` gives them.
    """
    lock_row(cite)
    last = ReviewTemplate.objects.filter(cite=cite, year=year).first()
    if last and last.label == label and list(last.questions.values(*rows[0])) == rows:
        return last, False
    template = ReviewTemplate.objects.create(cite=cite, year=year, label=label, number=last.number + 1 if last else 1)
    _add_questions(template, rows)
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="review.form",
        subject=template,
        sentence=f"{actor} a importé le formulaire de revue «\u00a0{template}\u00a0», {len(rows)} questions.",
    )
    return template, True


def _add_questions(template, rows):
    ReviewQuestion.objects.bulk_create(ReviewQuestion(template=template, **row) for row in rows)
