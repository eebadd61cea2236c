"""The remarks on a sheet, each with the page where it is mended."""

from dataclasses import dataclass

from django.urls import reverse

from actions.blocks import BY_KEY
from actions.quality import Sheet, quality
from actions.sheet_sections import block_url


@dataclass(frozen=True)
class Remark:
    label: str
    url: str


@dataclass(frozen=True)
class SheetQuality:
    percent: int
    sentence: str
    missing: list


def quality_of(action):
    """Seven queries at most: texts, publics, fundings, budget and what the droit commun brings."""
    has_mainstream = action.mainstream.exists() or hasattr(action, "mainstream_absence")
    found = quality(Sheet.of(action, has_mainstream=has_mainstream))
    remarks = [Remark(check.label[:1].upper() + check.label[1:], _url(action, check)) for check in found.missing]
    return SheetQuality(found.percent, found.sentence, remarks)


def _url(action, check):
    if BY_KEY[check.block].tab:
        return reverse("actions:amount", args=[action.pk])
    return block_url(action, BY_KEY[check.block])
