"""What the pages of a review show: its sections, its questions with last year's answer, who validated, what drifted."""

from collections import Counter, defaultdict

from django.urls import reverse
from django.utils import timezone

from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.money import DASH
from cite_educative.common.search import normalise
from evaluation.models import ProjectReview, ReviewAnswer, ReviewComment, ReviewEdition
from evaluation.permissions import can_answer_review, can_comment_review, can_evaluate, can_validate_review
from evaluation.review_content import (
    answer_line,
    computed_content,
    computed_shown,
    content_of,
    copied_text,
    sections_of,
    validation_lines,
)
from evaluation.review_enums import AnswerState, ReviewState
from evaluation.review_values import shown
from partners.permissions import hides_names

OWN = "miennes"
BADGES = {
    AnswerState.TODO: "preparation",
    AnswerState.DRAFT: "instruction",
    AnswerState.VALIDATED: "fait",
    AnswerState.UNANSWERED: "close",
}
SHOWN_ROWS = 30


def visible_answers(user, review):
    rows = ReviewAnswer.objects.visible_to(user).filter(review=review)
    rows = rows.select_related("question", "owner", "edited_by__person").order_by("question__order")
    for row in rows:
        row.review = review
    return rows


def reads_money(user, review):
    return review.cite_id in user.access.money_readers


def asked_content(user, answer, review):
    """Its computation, of which who does not read the money has neither the amounts nor the private rows."""
    if answer.question.is_money and not reads_money(user, review):
        return None
    return _readable(user, content_of(answer, review), review)


def _readable(user, content, review):
    is_kept = content is not None and content["private_rows"] and not reads_money(user, review)
    return content | {"rows": [], "totals": []} if is_kept else content


def review_context(user, review, asked, *, only_left):
    """`asked` is the code of a section, or `OWN` for the questions given to the reader; the first section otherwise."""
    answers = list(visible_answers(user, review))
    sections = _sections(answers)
    own = [row for row in answers if row.owner_id and row.owner_id == user.person_id]
    codes = [section["code"] for section in sections]
    chosen = asked if asked in codes or (asked == OWN and own) else next(iter(codes), "")
    rows = own if chosen == OWN else [row for row in answers if row.question.section_code == chosen]
    rows = [row for row in rows if not only_left or row.state not in AnswerState.settled()]
    states = Counter(row.state for row in answers)
    return {
        "sections": sections,
        "chosen": chosen,
        "chosen_label": next((f"{one['code']}. {one['label']}" for one in sections if one["code"] == chosen), ""),
        "own_key": OWN,
        "nb_own": len(own),
        "lines": _lines(user, review, rows),
        "nb_settled": sum(states[state] for state in AnswerState.settled()),
        "nb_answers": len(answers),
        "said": _said(review, states, len(answers)),
    }


def _sections(answers):
    return [
        {
            "code": section["code"],
            "label": section["label"],
            "total": len(section["lines"]),
            "done": sum(state in AnswerState.settled() for state in section["lines"]),
        }
        for section in sections_of(answers, lambda answer: answer.state)
    ]


def _said(review, states, total):
    if not review.is_open:
        return f"Figée le {date_fr(timezone.localdate(review.frozen_at))}\u00a0: ses chiffres sont ceux de ce jour."
    todo, draft = states[AnswerState.TODO], states[AnswerState.DRAFT]
    if not todo and not draft:
        return "Toutes les questions sont validées ou laissées sans réponse\u00a0: la revue peut être figée."
    left = [f"{todo} à regarder"] if todo else []
    left += [f"{draft} en rédaction"] if draft else []
    remain = "Restent" if todo + draft > 1 else "Reste"
    return f"Questions réglées\u00a0: {total - todo - draft} sur {total}. {remain} {' et '.join(left)}."


def _lines(user, review, rows):
    last, comments = last_answers(review, rows), _comments(user, rows)
    names_hidden = hides_names(user.access, review.cite_id)
    return [_line(user, review, row, last.get(row.pk), comments[row.pk], names_hidden=names_hidden) for row in rows]


def _line(user, review, row, last, comments, *, names_hidden):
    writes = review.is_open and can_answer_review(user, row)
    line = shown_line(user, row, review)
    return line | {
        "pk": row.pk,
        "version": row.version,
        "anchor": f"q-{row.pk}",
        "owner": "" if names_hidden else line["owner"],
        "badge": (BADGES[AnswerState(row.state)], AnswerState(row.state).label.capitalize()),
        "is_settled": row.state in AnswerState.settled(),
        "is_hidden": row.question.is_money and bool(row.question.computed_key) and not reads_money(user, review),
        "can_write": writes,
        "can_settle": review.is_open and can_evaluate(user, review.cite),
        "can_comment": review.is_open and can_comment_review(user, row),
        "comments": comments,
        "last": last_line(user, last, review),
    }


def shown_line(user, answer, review):
    """An answer as its pages show it: the first rows of its computation only."""
    line = answer_line(answer, asked_content(user, answer, review))
    if line["computed"]:
        rows = line["computed"]["rows"]
        line["computed"] |= {"first_rows": rows[:SHOWN_ROWS], "nb_more": max(len(rows) - SHOWN_ROWS, 0)}
    return line


def _comments(user, rows):
    found = defaultdict(list)
    comments = ReviewComment.objects.filter(answer__in=[row.pk for row in rows]).select_related("author__person")
    hidden = {row.pk for row in rows if hides_names(user.access, row.review.cite_id)}
    for comment in comments:
        moment = timezone.localtime(comment.created_at)
        found[comment.answer_id].append(
            {
                "author": "" if comment.answer_id in hidden else str(comment.author),
                "when": f"{date_fr(moment, year=timezone.localdate().year)}, {time_fr(moment)}",
                "body": comment.body,
            }
        )
    return found


def last_review(review):
    """That of the year before in its last version, a frozen one first."""
    rows = ProjectReview.objects.filter(cite=review.cite_id, year=int(review.year) - 1)
    return rows.order_by("-frozen_at", "-number").first()


def last_answers(review, rows):
    """`{answer pk: last year's answer}` of the same question: same computation, or same words, whatever the form."""
    previous = last_review(review)
    if previous is None or not rows:
        return {}
    previous.cite = review.cite
    known = {}
    for answer in previous.answers.select_related("question", "owner"):
        answer.review = previous
        known[_identity(answer.question)] = answer
    return {row.pk: known[key] for row in rows if (key := _identity(row.question)) in known}


def _identity(question):
    return question.computed_key or normalise(question.label)


def last_line(user, answer, review):
    """None without an answer last year; of a review that was never frozen, what was typed."""
    if answer is None:
        return None
    hidden = answer.question.is_money and not reads_money(user, review)
    line = answer_line(answer, None if hidden else _readable(user, answer.content, review))
    return line | {"review": str(answer.review)} if line["is_answered"] else None


def side_rows(user, review):
    """Each side, when it validated, whether answers changed since, and whether the reader may say that it validates."""
    edited = review.answers.exclude(edited_at=None).order_by("-edited_at").values_list("edited_at", flat=True).first()
    entered = dict(review.validations.values_list("side_id", "entered_at"))
    sides, hidden = review.cite.sides.order_by("order"), hides_names(user.access, review.cite_id)
    rows = []
    for side, line in zip(sides, validation_lines(review), strict=True):
        side.cite = review.cite
        moment = entered.get(side.pk)
        rows.append(
            {
                **line,
                "by": "" if hidden else line["by"],
                "is_changed": moment is not None and edited is not None and edited > moment,
                "url": reverse("evaluation:review_validate", args=[review.pk, side.pk])
                if review.is_open and can_validate_review(user, side)
                else "",
            }
        )
    return rows


def printings(user, review):
    """The last edition that the reader may have, and its files; None before."""
    edition = ReviewEdition.objects.visible_to(user).filter(review=review).prefetch_related("files__file").first()
    return {"edition": edition, "files": [link.file for link in edition.files.all()]} if edition else None


def both_versions(form, current):
    """(label, what was typed, what is stored now) of each field of an `AnswerForm`."""
    return [
        (
            form.fields[name].label,
            _field_shown(form.kind, name, value),
            _field_shown(form.kind, name, getattr(current, name)),
        )
        for name, value in form.typed.items()
        if name in form.fields
    ]


def _field_shown(kind, name, value):
    return (shown(kind, value) if name == "value" else str(value or "")) or DASH


def copy_sections(user, review):
    """Block by block, what goes into the national form."""

    def block(answer):
        line = answer_line(answer, asked_content(user, answer, review))
        return line | {"text": copied_text(line), "id": f"bloc-{answer.pk}"}

    return sections_of(visible_answers(user, review), block)


def drift_rows(user, review):
    """The computed figures of a frozen review that are no longer what they were; each computation is made once."""
    rows = []
    for answer in visible_answers(user, review):
        then = asked_content(user, answer, review)
        now = then and _readable(user, computed_content(answer.question, review.cite, int(review.year)), review)
        if not now or not _differ(then, now):
            continue
        rows.append(
            {
                "code": answer.question.code,
                "label": answer.question.label,
                "then": computed_shown(then) or DASH,
                "now": computed_shown(now) or DASH,
                "rows": _rows_said(then, now),
                "told": now["told"],
                "url": now["url"],
            }
        )
    return rows


def _differ(then, now):
    return then["value"] != now["value"] or then["rows"] != now["rows"]


def _rows_said(then, now):
    """How many lines came and went."""
    before, after = Counter(map(tuple, then["rows"])), Counter(map(tuple, now["rows"]))
    added, gone = (after - before).total(), (before - after).total()
    said = [f"{added} ligne{'s' if added > 1 else ''} nouvelle{'s' if added > 1 else ''}"] if added else []
    said += [f"{gone} disparue{'s' if gone > 1 else ''} ou changée{'s' if gone > 1 else ''}"] if gone else []
    return ", ".join(said)


def list_rows(user, cite):
    """The reviews of a Cité with how far each is, in two queries."""
    reviews = list(ProjectReview.objects.visible_to(user).filter(cite=cite).select_related("template"))
    states = defaultdict(Counter)
    answers = ReviewAnswer.objects.visible_to(user).filter(review__in=reviews).order_by()
    for pk, state in answers.values_list("review_id", "state"):
        states[pk][state] += 1
    return [
        {
            "review": review,
            "total": states[review.pk].total(),
            "settled": sum(states[review.pk][state] for state in AnswerState.settled()),
            "status": ("close", "Figée") if review.state == ReviewState.FROZEN else ("instruction", "En cours"),
        }
        for review in reviews
    ]
