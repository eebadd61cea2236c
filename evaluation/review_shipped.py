"""The forms of the revue as they are shipped: `evaluation/data/review_<code>.json`, the one to use first."""

import json
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
CODES = ("bank", "2022", "2020")


@cache
def shipped_form(code):
    """`{"code", "number", "year", "label", "sections": [{"code", "label", "questions"}]}`; a change of its questions
    takes the next `number`, so that open and frozen reviews keep theirs.
    """
    return json.loads((DATA / f"review_{code}.json").read_text(encoding="utf-8"))


def question_rows(form):
    """The questions of a form as fields of `ReviewQuestion`, in their order."""
    rows = [
        {
            "section_code": section["code"],
            "section_label": section["label"],
            "code": question["code"],
            "label": question["label"],
            "kind": question["kind"],
            "choices": question.get("choices", []),
            "computed_key": question.get("computed", ""),
            "is_money": question.get("money", False),
            "help": question.get("help", ""),
        }
        for section in form["sections"]
        for question in section["questions"]
    ]
    return [row | {"order": rank} for rank, row in enumerate(rows, start=1)]
