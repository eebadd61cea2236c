"""The line by line of the fundings as a page shows it."""

from django.urls import reverse
from django.utils.html import format_html

from actions.enums import Step
from actions.finances.lines import NO_HOLDER, gap_of, place_of
from cite_educative.common.money import short_euros
from cite_educative.common.tables import Column

SCREEN_COLUMNS = [
    Column("code", "Code", sort=("action__code", "action__pk"), css="code"),
    Column("title", "Action et porteur", sort="action__title", css="sans-mot col-large"),
    Column("funder", "Financeur", sort=("source__order", "source__label")),
    Column("place", "Commune"),
    *(Column(str(step), step.label.capitalize(), kind="money", sort=str(step), total=True) for step in Step),
]


def line_row(funding):
    action = funding.action
    holder = action.holder.name if action.holder else NO_HOLDER
    kind = format_html('<span class="sous">{}</span>', "en nature, hors totaux") if funding.in_kind else ""
    amounts = {str(step): short_euros(getattr(funding, step)) for step in Step}
    gap = gap_of(funding)
    if gap is not None:
        words = f"{short_euros(abs(gap))} de {'moins' if gap < 0 else 'plus'}"
        amounts[str(Step.GRANTED)] = format_html('{}<span class="ecart">{}</span>', amounts[str(Step.GRANTED)], words)
    return {
        "code": action.code or "–",
        "url": reverse("actions:money", args=[action.pk]),
        "title": format_html('{}<span class="sous">{}</span>', action.title, holder),
        "funder": format_html("{}{}", funding.source.label, kind),
        "place": place_of(action),
        **amounts,
    }
