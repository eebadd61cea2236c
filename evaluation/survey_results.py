"""What a survey says, item by item: counts, shares, texts. Small cells are for the team alone."""

from collections import Counter
from dataclasses import dataclass, field

from cite_educative.common.charts import Item, bars
from cite_educative.common.exports import xlsx_response
from cite_educative.common.tables import Column
from evaluation.numbers import FEW, MASKED

NBSP = "\u00a0"
HIDDEN = "masqué"  # not small itself: with it, the small one could be found by subtraction
RESULT_COLUMNS = (
    Column("question", "Question", width=60),
    Column("choice", "Réponse", width=40),
    Column("number", "Nombre", kind="count"),
    Column("percent", "Part des réponses (%)", kind="count", width=14),
    Column("answered", "Personnes qui ont répondu à la question", kind="count", width=18),
)


@dataclass(frozen=True)
class ResultRow:
    """`count` and `percent` are None when they are masked; `mask` is then what to print."""

    label: str
    count: int | None
    percent: int | None
    mask: str = ""

    @property
    def text(self):
        return self.mask if self.count is None else f"{self.count} ({self.percent}{NBSP}%)"


@dataclass(frozen=True)
class FreeText:
    response_pk: int
    text: str


@dataclass(frozen=True)
class ItemResult:
    """`answered` is None when fewer than five people answered this one and the reader is not of the team."""

    item: object
    rank: int
    answered: int | None
    rows: list = field(default_factory=list)
    texts: list = field(default_factory=list)
    withdrawn: int = 0

    @property
    def chart(self):
        """The bars of an item with choices; its table stands beside."""
        return bars(
            [Item(row.label, row.count, row.text) for row in self.rows],
            chart_id=f"question-{self.item.pk}",
            title=self.item.label,
            desc=", ".join(f"{row.label}{NBSP}: {row.text}" for row in self.rows),
        )


@dataclass(frozen=True)
class Results:
    """`number` is None, and there is no item, when there are too few responses for who reads."""

    number: int | None
    items: list


def results_of(survey, *, for_team):
    """Read once, counted here: a survey has some hundred responses."""
    responses = list(survey.responses.values_list("pk", "answers", "withdrawn"))
    if not for_team and len(responses) < FEW:
        return Results(None, [])
    items = [_item_result(item, rank, responses, for_team) for rank, item in enumerate(survey.items.all(), start=1)]
    return Results(len(responses), items)


def _item_result(item, rank, responses, for_team):
    key = str(item.pk)
    given = [(pk, answers[key]) for pk, answers, _ in responses if key in answers]
    if not for_team and len(given) < FEW:
        return ItemResult(item, rank, None)
    if item.is_text:
        texts = [FreeText(pk, text) for pk, text in given] if for_team else []
        withdrawn = sum(item.pk in keys for _, _, keys in responses)
        return ItemResult(item, rank, len(given), texts=texts, withdrawn=withdrawn)
    counts = Counter(choice for _, value in given for choice in (value if isinstance(value, list) else [value]))
    numbers = [counts[choice] for choice in range(1, len(item.choice_list) + 1)]
    masks = {} if for_team else _masks(numbers, adds_up=not item.takes_several)
    rows = [
        ResultRow(label, None, None, masks[rank])
        if rank in masks
        else ResultRow(label, number, percent(number, len(given)))
        for rank, (label, number) in enumerate(zip(item.choice_list, numbers, strict=True))
    ]
    return ItemResult(item, rank, len(given), rows=rows)


def percent(part, whole):
    """To the nearest whole, halves up; None when there is nothing to divide by."""
    return (200 * part + whole) // (2 * whole) if whole else None


def _masks(numbers, *, adds_up):
    """Rank from 0 → what is printed instead of the number. Where they add up, one masked alone brings another with it."""
    masks = {rank: MASKED for rank, number in enumerate(numbers) if 0 < number < FEW}
    if adds_up and len(masks) == 1:
        others = [(number, rank) for rank, number in enumerate(numbers) if number >= FEW]
        masks |= {min(others)[1]: HIDDEN} if others else {}
    return masks


# --- Spreadsheets ---------------------------------------------------------------------------------


def results_workbook(survey, results):
    """One row a choice, as the page shows them; free texts are counted, not quoted."""
    rows = [row for result in results.items for row in _result_rows(result)]
    return xlsx_response(RESULT_COLUMNS, rows, title="Résultats", filename=f"questionnaire-{survey.pk}-resultats")


def _result_rows(result):
    shared = {"question": result.item.label, "answered": MASKED if result.answered is None else result.answered}
    if not result.rows:
        return [shared | {"choice": "réponses libres" if result.item.is_text else ""}]
    return [
        shared
        | {
            "choice": row.label,
            "number": row.mask or row.count,
            "percent": row.percent,
        }
        for row in result.rows
    ]


def answers_workbook(survey):
    """One row a response, for the team: the day, then what was answered to each question."""
    items = list(survey.items.all())
    columns = [Column("received_on", "Reçue le", kind="date")]
    columns += [Column(str(item.pk), f"{rank}. {item.label}", width=36) for rank, item in enumerate(items, start=1)]
    rows = (
        {"received_on": day} | {str(item.pk): _written(item, answers.get(str(item.pk))) for item in items}
        for day, answers in survey.responses.values_list("received_on", "answers")
    )
    return xlsx_response(columns, rows, title="Réponses", filename=f"questionnaire-{survey.pk}-reponses")


def _written(item, value):
    if value is None or item.is_text:
        return value
    labels = item.choice_list
    return "; ".join(labels[rank - 1] for rank in (value if isinstance(value, list) else [value]))
