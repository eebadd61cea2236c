"""What a review says: its computations as JSON, its answers ready to read, and the content of a printing."""

from decimal import Decimal

from django.utils import timezone

from cite_educative.common.dates import date_fr
from evaluation.computed import COMPUTATIONS, compute
from evaluation.enums import Frequency, Unit
from evaluation.periods import periods_of_year
from evaluation.review_enums import AnswerState, QuestionKind
from evaluation.review_values import CELL, shown
from governance.content import cite_lines

KINDS = {Unit.EUROS: QuestionKind.EUROS, Unit.PERCENT: QuestionKind.PERCENT}  # of a number that is computed


def is_computed(question):
    return question.computed_key in COMPUTATIONS


def computed_content(question, cite, year):
    """Its computation for a civil year as it is frozen, None when nothing computes it."""
    if not is_computed(question):
        return None
    period = periods_of_year(Frequency.CIVIL_YEAR, year)[0]
    return frozen(compute(question.computed_key, cite, period), COMPUTATIONS[question.computed_key])


def frozen(computed, computation):
    """A `Computed` as JSON: `value` is a string or None (not known), `kind` says how a number is written and is ""
    for words; `columns`, `rows` and `totals` are strings, `private_rows` for those who read the money only.
    """
    is_number = isinstance(computed.value, Decimal | int)
    return {
        "value": _plain(computed.value),
        "kind": str(KINDS.get(computation.unit, QuestionKind.NUMBER)) if is_number else "",
        "numerator": _plain(computed.numerator),
        "denominator": _plain(computed.denominator),
        "told": computed.told,
        "url": computed.url,
        "columns": [str(label) for label in computed.columns],
        "rows": [[str(cell) for cell in row] for row in computed.rows],
        "totals": [str(cell) for cell in computed.totals],
        "private_rows": computation.private_rows,
    }


def _plain(value):
    return f"{value:f}" if isinstance(value, Decimal) else None if value is None else str(value)


def is_known(question, content):
    """Whether its computation answers the question: rows do where a table is asked, elsewhere they only explain."""
    if content is None:
        return False
    return content["value"] is not None or _is_table(question, content)


def _is_table(question, content):
    return question.kind == QuestionKind.TABLE and bool(content["rows"])


def computed_shown(content):
    """The value of a computation on one line; "" when it is not known or only has rows."""
    if content is None or content["value"] is None:
        return ""
    return shown(content["kind"], content["value"]) if content["kind"] else content["value"]


def answer_line(answer, content):
    """One question with its answer, ready to read. `content` is its computation, None without one."""
    question = answer.question
    is_table = question.kind == QuestionKind.TABLE and answer.value is not None
    return {
        "code": question.code,
        "label": question.label,
        "kind": question.kind,
        "help": question.help,
        "computed": _computed_part(question, content),
        "typed": "" if is_table else shown(question.kind, answer.value),
        "raw": answer.value,
        "table": {"columns": question.choices, "rows": answer.value} if is_table else None,
        "reason": answer.reason,
        "text": answer.text,
        "state": answer.state,
        "owner": answer.owner.formal_name if answer.owner else "",
        "is_answered": is_known(question, content) or answer.value is not None or bool(answer.text),
        "is_replaced": is_known(question, content) and answer.value is not None,
    }


def _computed_part(question, content):
    """`is_table`: its rows are the answer, and not only what is behind it."""
    if content is None:
        return None
    return content | {
        "shown": computed_shown(content),
        "is_known": is_known(question, content),
        "is_table": _is_table(question, content),
    }


def copied_text(line):
    """What goes into the national form: the value that counts, or its table, then the text."""
    computed, table, parts = line["computed"], line["table"], [line["typed"]]
    if computed and not line["is_replaced"]:
        table = computed if computed["is_table"] else None
        parts = [] if table else [computed["shown"] or line["typed"]]
    if table:
        parts += [CELL.join(row) for row in (table["columns"], *table["rows"], table.get("totals", ()))]
    return "\n".join(filter(None, [*parts, line["text"]]))


def sections_of(answers, line):
    """[{"code", "label", "lines": [line(answer)]}] in the order of the form."""
    sections = {}
    for answer in answers:
        question = answer.question
        fresh = {"code": question.section_code, "label": question.section_label, "lines": []}
        sections.setdefault(question.section_code, fresh)["lines"].append(line(answer))
    return list(sections.values())


def content_of(answer, review):
    """The computation behind an answer: as it was frozen, as it is now while the review is open."""
    return computed_content(answer.question, review.cite, int(review.year)) if review.is_open else answer.content


def validation_lines(review):
    """One per side of the Cité, in protocol order; `on` is "" for one that has not validated."""
    known = {row.side_id: row for row in review.validations.select_related("entered_by__person")}
    return [_validation_line(side, known.get(side.pk)) for side in review.cite.sides.order_by("order")]


def _validation_line(side, row):
    if row is None:
        return {"side": side.label, "on": "", "by": ""}
    by = f"reçu de {row.received_from}, par {row.received_by}" if row.received_from else str(row.entered_by)
    return {"side": side.label, "on": date_fr(row.validated_on), "by": by}


def edition_content(review, *, number):
    """What a printing says, strings only but `raw` and the rows: see `answer_line`."""
    answers = review.answers.select_related("question", "owner")
    return {
        **cite_lines(review.cite),
        "review": str(review),
        "year": str(int(review.year)),
        "form": str(review.template),
        "number": number,
        "correction": review.correction,
        "is_draft": review.is_open,
        "made_on": date_fr(timezone.localdate()),
        "frozen_on": date_fr(timezone.localdate(review.frozen_at)) if review.frozen_at else "",
        "sections": sections_of(answers, lambda answer: printed_line(answer, content_of(answer, review))),
        "validations": validation_lines(review),
    }


def printed_line(answer, content):
    line = answer_line(answer, content)
    return line | {"state": AnswerState(answer.state).label, "copied": copied_text(line)}
