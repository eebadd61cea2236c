"""One civil year of a Cité: each of its figures is read once, however many tables print it."""

from functools import cached_property

from evaluation.computed import compute
from evaluation.computed.retained import kept_actions
from evaluation.papers import money, plan
from governance.communication import communication_figures


class YearFigures:
    """Figures are None when they are not known."""

    def __init__(self, cite, year):
        self.cite, self.year = cite, year
        self._computed = {}

    def computed(self, key):
        """The `Computed` of a key."""
        if key not in self._computed:
            self._computed[key] = compute(key, self.cite, plan.civil(self.year))
        return self._computed[key]

    def value(self, key):
        return self.computed(key).value

    @cached_property
    def nb_actions(self):
        return kept_actions(self.cite, self.year).count()

    @cached_property
    def communes(self):
        return plan.commune_counts(self.cite, self.year)

    @property
    def nb_communes(self):
        return len(self.communes)

    @cached_property
    def nb_quarters(self):
        return plan.neighbourhood_count(self.cite, self.year)

    @cached_property
    def by_objective(self):
        """`{national objective: actions}`."""
        return plan.objective_counts(self.cite, self.year)

    @cached_property
    def sums(self):
        """Euros of all the lines of the Cité, by step."""
        return money.year_sums(self.cite, self.year)

    @cached_property
    def public_granted(self):
        return money.granted(money.grants_of(self.cite, self.year, with_money=False))

    @cached_property
    def nb_decisions(self):
        return len(plan.decisions_of(self.cite, self.year, with_money=True))

    @cached_property
    def measured(self):
        """`{indicator: value}` of the validated figures of the whole Cité; of several in one year, the last."""
        return {row.indicator: row.value for row in plan.whole_figures(self.cite).filter(starts_on__year=self.year)}

    @cached_property
    def nb_context(self):
        return plan.context_count(self.cite, self.year)

    @cached_property
    def communication(self):
        return communication_figures(self.cite, self.year)
