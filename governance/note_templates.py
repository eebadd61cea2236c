"""The templates of notes as they are shipped (`governance/data/note_templates.json`)."""

import json
from functools import cache
from pathlib import Path

from cite_educative.common.richtext import plain_to_html

SHIPPED = Path(__file__).parent / "data" / "note_templates.json"


@cache
def _read():
    return json.loads(SHIPPED.read_text(encoding="utf-8"))


def shipped(kind):
    """`{"request", "sections", "proposal"}` of one kind."""
    template = _read()[kind]
    sections = [
        {"title": section["title"], "text": plain_to_html("\n\n".join(section["text"]))}
        for section in template["sections"]
    ]
    return template | {"sections": sections}
