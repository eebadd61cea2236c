"""Figures that should be known by now."""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from evaluation.enums import Nature
from evaluation.models import Indicator, Measurement
from evaluation.periods import Period, periods_of_label

DELAY = timedelta(days=60)


@dataclass(frozen=True)
class LateFigure:
    """An indicator without any validated figure, sixty days after the end of one of its periods."""

    indicator: Indicator
    period: Period

    @property
    def url(self):
        return f"{reverse('evaluation:grid')}?annee={self.period.year}"


def late_figures(cite, today, *, owner=None):
    """Of the indicators followed today and entered by hand, the oldest first; `owner` keeps those of one person's key.

    Two queries. None while the dates of the label are not known.
    """
    indicators = Indicator.objects.filter(cite=cite, nature=Nature.MEASURED, is_active=True)
    if owner is not None:
        indicators = indicators.filter(owner=owner)
    indicators = list(indicators)
    if not indicators:
        return []
    validated = Measurement.objects.validated().filter(indicator__in=indicators).order_by()
    known = set(validated.values_list("indicator", "starts_on", "ends_on").distinct())
    late = [
        LateFigure(indicator, period)
        for indicator in indicators
        for period in periods_of_label(indicator.frequency, cite)
        if period.ends_on + DELAY <= today and (indicator.pk, period.starts_on, period.ends_on) not in known
    ]
    return sorted(late, key=lambda figure: (figure.period.ends_on, figure.indicator.order, figure.indicator.pk))
