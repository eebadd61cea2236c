"""What the papers count of the plan of a civil year: actions kept, where they take place, the decisions behind them."""

from collections import Counter

from actions.enums import AGE_BANDS, Scope
from actions.models import Action, ActionPublic
from cite_educative.common.money import ZERO
from evaluation.computed.retained import kept_actions
from evaluation.enums import Category, Frequency, Level
from evaluation.models import Measurement
from evaluation.periods import periods_of_year
from governance.documents import without_cents
from governance.execution import with_effect
from governance.models import Decision
from governance.register_words import NO_EFFECT, signed


def civil(year):
    return periods_of_year(Frequency.CIVIL_YEAR, year)[0]


def commune_counts(cite, year):
    """`{commune: actions}` in the order of names; an action between communes counts in each of the Cité's."""
    kept = kept_actions(cite, year)
    shared = kept.filter(scope=Scope.INTERCOMMUNAL).count()
    own = kept.exclude(scope=Scope.INTERCOMMUNAL).order_by().values("pk")
    links = Action.communes.through.objects.filter(action__in=own)
    numbers = Counter(links.values_list("commune", flat=True))
    communes = cite.communes.order_by("name")
    return {commune: numbers[commune.pk] + shared for commune in communes if numbers[commune.pk] + shared}


def neighbourhood_count(cite, year):
    kept = kept_actions(cite, year).order_by().values("pk")
    links = Action.neighbourhoods.through.objects.filter(action__in=kept)
    return links.values("neighbourhood").distinct().count()


def objective_counts(cite, year):
    """`{national objective: actions}`; those without an axis are under None."""
    return Counter(kept_actions(cite, year).order_by().values_list("axis__national_objective", flat=True))


def age_counts(cite, year):
    """`[(band, actions)]`; an action of two bands counts in each."""
    kept = kept_actions(cite, year).order_by().values("pk")
    publics = ActionPublic.objects.filter(action__in=kept, kind__in=AGE_BANDS)
    numbers = Counter(publics.order_by().values_list("kind", flat=True))
    return [(band, numbers[band]) for band in AGE_BANDS]


def decisions_of(cite, year, *, with_money):
    """Those in force, of all bodies, with their `effect` in programmed euros.

    Without `with_money`, those that may be spoken of outside.
    """
    rows = Decision.objects.adopted() if with_money else Decision.objects.told()
    rows = with_effect(rows.filter(body__cite=cite, year=year))
    return list(rows.select_related("body").order_by("adopted_on", "pk"))


def weightiest(decisions, number):
    """The ones that moved the most euros, the largest first; then, to make up the number, those that moved none."""
    return sorted(decisions, key=lambda row: (-abs(row.effect or ZERO), row.adopted_on, row.pk))[:number]


def effect_words(decision):
    return without_cents(signed(decision.effect)) if decision.effect else NO_EFFECT


def context_count(cite, year):
    """Indicators of context with a validated figure that begins in the year, of whatever territory."""
    rows = Measurement.objects.validated().filter(indicator__cite=cite, indicator__is_active=True)
    rows = rows.filter(indicator__level=Level.CONTEXT, starts_on__year=year)
    return rows.order_by().values("indicator").distinct().count()


def whole_figures(cite):
    """Validated figures of the whole Cité and of everybody, by indicator then in the order of days."""
    rows = Measurement.objects.validated().filter(
        indicator__cite=cite, indicator__is_active=True, place="", category=Category.ALL
    )
    return rows.select_related("indicator").order_by("indicator__order", "indicator__code", "starts_on")
