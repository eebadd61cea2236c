"""A revue de projet: opened for a year, answered question by question, validated by the sides, frozen once for all."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.locks import lock_version
from cite_educative.common.once import just_written, lock_row
from cite_educative.common.transitions import TransitionError
from cite_educative.documents.services import request_file
from evaluation.models import (
    ProjectReview,
    ReviewAnswer,
    ReviewComment,
    ReviewEdition,
    ReviewFile,
    ReviewValidation,
)
from evaluation.review_content import computed_content, edition_content, is_known
from evaluation.review_enums import AnswerState, ReviewState
from governance.services.received import said, set_origin

REVIEW_KIND = "evaluation.review"
FORMATS = ("pdf", "docx", "xlsx")
VARYING = ("number", "made_on")
FROZEN = "Cette revue est figée\u00a0: elle ne change plus. Ouvrez-en une version corrigée s’il le faut."


@transaction.atomic
def create_review(*, cite, year, template, actor):
    """(review, created): the one that the Cité has for that year is returned, whatever its form."""
    lock_row(cite)
    known = ProjectReview.objects.filter(cite=cite, year=year).first()
    if known:
        return known, False
    review = ProjectReview.objects.create(cite=cite, template=template, year=year)
    _open_answers(review)
    _tell(review, actor, "review.opened", f"{actor} a ouvert la revue de projet {int(year)} ({template}).")
    return review, True


def _open_answers(review):
    questions = review.template.questions.all()
    return ReviewAnswer.objects.bulk_create(ReviewAnswer(review=review, question=question) for question in questions)


@transaction.atomic
def save_answer(answer, *, actor, version, typed):
    """Keep what was typed: `typed` holds `value` (see `ReviewAnswer`), `text`, `reason`, and `owner` for who assigns.

    Saved again, a validated answer is in draft again. Raises `ConflictError` when somebody saved it since `version`,
    `TransitionError` once the review is frozen, `ValidationError` for a computed value replaced without a reason.
    """
    review = _lock_open(answer.review)
    row = lock_version(ReviewAnswer.objects.select_related("question", "owner"), answer.pk, version)
    row.review = review
    before = {name: getattr(row, name) for name in typed}
    for name, value in typed.items():
        setattr(row, name, value)
    _check_reason(row)
    if all(getattr(row, name) == value for name, value in before.items()):
        return row
    if _said(row) != (before.get("value"), before.get("text"), before.get("reason")):
        row.state = AnswerState.DRAFT if row.value is not None or row.text else AnswerState.TODO
        row.edited_at, row.edited_by = timezone.now(), actor
    row.version += 1
    row.full_clean(exclude=["review", "question"])
    row.save()
    _tell_edit(row, actor)
    return row


def _said(row):
    return row.value, row.text, row.reason


def _check_reason(row):
    """A reason without a replaced value says nothing: it goes away with it."""
    content = computed_content(row.question, row.review.cite, int(row.review.year)) if row.value is not None else None
    if not is_known(row.question, content):
        row.reason = ""
    elif not row.reason.strip():
        raise ValidationError(
            {
                "reason": "L’application calcule cette réponse\u00a0: dites en une phrase pourquoi une autre valeur la remplace, "
                "ou videz la valeur et complétez par le texte."
            }
        )


@transaction.atomic
def settle_answer(answer, *, state, actor, version=None):
    """Validate an answer, leave its question unanswered, or take it up again (`DRAFT`). A second click changes nothing.

    Raises `TransitionError` once the review is frozen, `ValidationError` when there is nothing to validate, an answer
    where none is acknowledged, or when it was written again since `version`.
    """
    review = _lock_open(answer.review)
    row = ReviewAnswer.objects.select_related("question").get(pk=answer.pk)
    if row.state == state:
        return row
    if version not in (None, row.version):
        raise ValidationError(f"La réponse {row.question.code} vient de changer\u00a0: relisez-la, puis recommencez.")
    is_typed = row.value is not None or bool(row.text)
    content = None if is_typed else computed_content(row.question, review.cite, int(review.year))
    _check_settled(row, state, is_answered=is_typed or is_known(row.question, content), is_typed=is_typed)
    row.state = AnswerState.TODO if state == AnswerState.DRAFT and not is_typed else state
    row.version += 1
    row.save(update_fields=["state", "version"])
    words = {AnswerState.VALIDATED: "a validé", AnswerState.UNANSWERED: "a laissé sans réponse"}.get(state, "a repris")
    _tell(review, actor, "review.settled", f"{actor} {words} la question {row.question.code} de la {_name(review)}.")
    return row


def _check_settled(row, state, *, is_answered, is_typed):
    code = row.question.code
    if state == AnswerState.VALIDATED and not is_answered:
        raise ValidationError(
            f"La question {code} n’a pas de réponse\u00a0: répondez-y, ou dites qu’elle reste sans réponse."
        )
    if state == AnswerState.UNANSWERED and is_typed:
        raise ValidationError(f"La question {code} a une réponse\u00a0: validez-la, ou videz-la d’abord.")


@transaction.atomic
def validate_computed(review, *, section, actor):
    """Validate the answers of a section that are computed and to which nobody added anything; how many it validated."""
    review = _lock_open(review)
    rows = review.answers.select_related("question").filter(question__section_code=section, state=AnswerState.TODO)
    known = [
        row for row in rows if is_known(row.question, computed_content(row.question, review.cite, int(review.year)))
    ]
    for row in known:
        row.state, row.version = AnswerState.VALIDATED, row.version + 1
    ReviewAnswer.objects.bulk_update(known, ["state", "version"])
    if known:
        codes = ", ".join(row.question.code for row in known)
        _tell(review, actor, "review.settled", f"{actor} a validé {codes} de la {_name(review)}, comme calculé.")
    return len(known)


@transaction.atomic
def comment_answer(answer, *, body, actor):
    """A second click finds the first one's remark. Raises `TransitionError` once the review is frozen."""
    review = _lock_open(answer.review)
    comment = ReviewComment(answer=answer, author=actor, body=body)
    known = just_written(comment, lock=review)
    if known:
        return known
    comment.save()
    _tell(
        review,
        actor,
        "review.commented",
        f"{actor} a fait une remarque sur {answer.question.code} de la {_name(review)}.",
    )
    return comment


@transaction.atomic
def validate_side(review, *, side, actor, validated_on, **origin):
    """One side agrees; said again, it takes the new day. `origin`: `received_from`, `received_by`, `received_on`.

    Raises `TransitionError` once the review is frozen, `ValidationError` for a day to come.
    """
    if side.cite_id != review.cite_id:
        raise ValueError("The side belongs to another Cité.")
    review = _lock_open(review)
    if validated_on > timezone.localdate():
        raise ValidationError({"validated_on": "Cette date n’est pas encore arrivée."})
    row = ReviewValidation.objects.filter(review=review, side=side).first() or ReviewValidation(
        review=review, side=side
    )
    row.validated_on, row.entered_by, row.entered_at = validated_on, actor, timezone.now()
    set_origin(row, **origin)
    row.save()
    _tell(review, actor, "review.validated", f"{actor} a noté que {side.label} valide la {_name(review)}{said(row)}.")
    return row


@transaction.atomic
def freeze_review(review, *, actor):
    """Keep every computation as it is now, and print. Nothing of the review changes afterwards, whatever the data do.

    A second click finds it frozen. Raises `ValidationError` with the questions that are neither validated nor left
    unanswered.
    """
    lock_row(review)
    row = ProjectReview.objects.select_related("cite", "template").get(pk=review.pk)
    if not row.is_open:
        return row
    answers = list(row.answers.select_related("question"))
    waiting = [answer.question.code for answer in answers if answer.state not in AnswerState.settled()]
    if waiting:
        raise ValidationError(
            f"{', '.join(waiting)}\u00a0: validez ces questions, ou dites qu’elles restent sans réponse, avant de figer la revue."
        )
    for answer in answers:
        answer.content = computed_content(answer.question, row.cite, int(row.year))
    ReviewAnswer.objects.bulk_update(answers, ["content"], batch_size=50)
    row.state, row.frozen_at, row.frozen_by = ReviewState.FROZEN, timezone.now(), actor
    row.save(update_fields=["state", "frozen_at", "frozen_by"])
    _tell(row, actor, "review.frozen", f"{actor} a figé la {_name(row)}.")
    _print(row, actor)
    return row


@transaction.atomic
def correct_review(review, *, reason, actor):
    """Open the next version of a frozen review, with its answers, to be validated again by the sides.

    (review, created): the version already open is returned. Raises `TransitionError` for a review that is open.
    """
    lock_row(review.cite)
    opened = ProjectReview.objects.filter(cite=review.cite, year=review.year, state=ReviewState.OPEN).first()
    if opened and opened.pk != review.pk:
        return opened, False
    if review.is_open:
        raise TransitionError("Cette revue n’est pas figée\u00a0: corrigez-la directement.")
    last = ProjectReview.objects.filter(cite=review.cite, year=review.year).first()
    copy = ProjectReview.objects.create(
        cite=review.cite, template=last.template, year=last.year, number=last.number + 1, correction=reason
    )
    kept = ("question_id", "value", "text", "reason", "owner_id", "state")
    rows = last.answers.values(*kept)
    ReviewAnswer.objects.bulk_create(ReviewAnswer(review=copy, **row) for row in rows)
    _tell(copy, actor, "review.corrected", f"{actor} a ouvert la {_name(copy)}, corrigée\u00a0: {reason}")
    return copy, True


@transaction.atomic
def print_review(review, *, actor):
    """(edition, created): when nothing changed since the last printing, that one is returned."""
    lock_row(review)
    return _print(ProjectReview.objects.select_related("cite", "template").get(pk=review.pk), actor)


def _print(review, actor):
    frozen = None if review.is_open else review.editions.filter(is_draft=False).first()
    if frozen:
        return frozen, False
    last = review.editions.first()
    number = last.number + 1 if last else 1
    content = edition_content(review, number=number)
    if last and all(content[key] == last.content.get(key) for key in content if key not in VARYING):
        return last, False
    edition = ReviewEdition.objects.create(
        review=review,
        number=number,
        is_draft=review.is_open,
        content=content,
        issued_at=timezone.now(),
        issued_by=actor,
    )
    stem = f"revue-de-projet-{int(review.year)}-{review.cite.slug}"
    for format_ in FORMATS:
        file = request_file(
            kind=REVIEW_KIND,
            format=format_,
            title=f"{review}, {'projet' if review.is_open else 'figée'}, édition {number}",
            filename=f"{stem}-{'projet-' if review.is_open else ''}{number}.{format_}",
            cite_id=review.cite_id,
            author=actor,
        )
        ReviewFile.objects.create(edition=edition, file=file)
    _tell(review, actor, "review.printed", f"{actor} a demandé les fichiers de la {_name(review)}.")
    return edition, True


# --- Shared -------------------------------------------------------------------------------------------


def _lock_open(review):
    """The review as it stands, held until the end of the transaction. Raises `TransitionError` when it is frozen."""
    lock_row(review)
    row = ProjectReview.objects.select_related("cite").get(pk=review.pk)
    if not row.is_open:
        raise TransitionError(FROZEN)
    return row


def _name(review):
    return f"revue de projet {int(review.year)}" + (f", version {review.number}" if review.number > 1 else "")


def _tell_edit(answer, actor):
    """One line for the run of savings of one person on one answer."""
    sentence = f"{actor} a répondu à {answer.question.code} de la {_name(answer.review)}."
    last = journal.entries_for(answer).first()
    if last is None or last.actor_id != actor.pk:
        journal.record(
            cite_id=answer.review.cite_id, actor=actor, verb="review.answered", subject=answer, sentence=sentence
        )


def _tell(review, actor, verb, sentence):
    journal.record(cite_id=review.cite_id, actor=actor, verb=verb, subject=review, sentence=sentence)
