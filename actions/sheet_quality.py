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
    """`action` comes from `get_sheet_action` for the first tab; no query once texts, publics, fundings and budget lines are there."""
    found = quality(Sheet.of(action, has_mainstream=action.tells_mainstream))
    remarks = [Remark(check.label[:1].upper() + check.label[1:], _url(action, check)) for check in found.missing]
    return SheetQuality(found.percent, found.sentence, remarks)


def _url(action, check):
    if BY_KEY[check.block].tab:
        return reverse("actions:amount", args=[action.pk])
    return block_url(action, BY_KEY[check.block])
