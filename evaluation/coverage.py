"""What nothing measures: the themes and the actions of one year beside the active indicators.

An indicator is of its own themes and of those of the active questions that it answers. An action is measured when an
active indicator names it, or one of its themes. Only the actions that the reader may see count, in few queries
whatever their number.
"""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch

from actions.coverage import covering_actions
from actions.models import Action, Theme
from actions.usual_lists import USUAL_THEMES
from cite_educative.common.search import normalise
from evaluation.enums import Level, QuestionLevel
from evaluation.models import EvaluationQuestion, Indicator

WITHOUT_THEME = "Sans thématique"
# INJEP, February 2021, 51 protocols read: present in the plans, seldom evaluated (domain reference §7.1). The words by
# which a theme is known, whatever a Cité calls it; the usual names are told when no theme has them.
BLIND_SPOTS = dict(zip(("egalite", "sante", "sport", "cultur", "mobilite"), USUAL_THEMES[:5], strict=True))
OWN_LEVELS = {
    Level.ALLIANCE: QuestionLevel.ALLIANCE,
    Level.OFFER: QuestionLevel.OFFER,
    Level.EFFECT: QuestionLevel.EFFECT,
}


@dataclass(frozen=True)
class Row:
    """`cells` counts the indicators at each level of `QuestionLevel`; one may be at several, `indicators` counts it once.

    `theme` is None for what has no theme and for a blind spot of which the Cité has made no theme.
    """

    label: str
    theme: Theme | None
    is_blind_spot: bool
    is_missing: bool
    cells: list
    indicators: int
    actions: int
    measured: int

    @property
    def labelled_cells(self):
        return [
            (level.label[:1].upper() + level.label[1:], number)
            for level, number in zip(QuestionLevel, self.cells, strict=True)
        ]

    @property
    def measures_nothing(self):
        return self.actions > 0 and self.measured == 0

    @property
    def is_unfollowed(self):
        """Actions, and no indicator of the theme: some may be measured for another one."""
        return self.actions > 0 and self.indicators == 0

    @property
    def is_bare(self):
        """Nothing to measure, and nothing that measures."""
        return not self.actions and not self.indicators


class Coverage:
    """`rows`, blind spots first; `total`; `unmeasured`, the actions that nothing measures, in the order of their codes."""

    def __init__(self, user, cite, year):
        self.year = year
        self._cite = cite
        self._indicators = _active_indicators(user, cite)
        seen = covering_actions(user, cite, year).order_by().values("pk")
        actions = Action.objects.visible_to(user).filter(pk__in=seen).select_related("holder")
        self.actions = list(actions.prefetch_related("themes").order_by("code", "title", "pk"))
        self._themes = {row.pk: _themes_of(row) for row in self._indicators}
        self._levels = {row.pk: _levels_of(row) for row in self._indicators}
        self._named = {action.pk for row in self._indicators for action in row.actions.all()}
        self._measured_themes = {pk for themes in self._themes.values() for pk in themes}

    def is_measured(self, action):
        return action.pk in self._named or any(theme.pk in self._measured_themes for theme in action.themes.all())

    @cached_property
    def unmeasured(self):
        return [action for action in self.actions if not self.is_measured(action)]

    @cached_property
    def rows(self):
        used = {theme.pk for action in self.actions for theme in action.themes.all()} | self._measured_themes
        themes = [theme for theme in Theme.objects.filter(cite=self._cite) if theme.is_active or theme.pk in used]
        spotted = {word: [theme for theme in themes if word in normalise(theme.label)] for word in BLIND_SPOTS}
        first = []
        for word, found in spotted.items():
            first += [self._row(theme.label, theme, is_blind_spot=True) for theme in found]
            if not found:
                first.append(self._row(BLIND_SPOTS[word], None, is_blind_spot=True, is_missing=True))
        known = {theme.pk for found in spotted.values() for theme in found}
        others = [self._row(theme.label, theme) for theme in themes if theme.pk not in known]
        unique = {row.theme.pk if row.theme else row.label: row for row in first}
        return [*unique.values(), *others, self._row(WITHOUT_THEME, None)]

    @cached_property
    def total(self):
        return self._made("Ensemble", None, self._indicators, self.actions)

    def _row(self, label, theme, *, is_blind_spot=False, is_missing=False):
        if is_missing:
            indicators, actions = [], []
        elif theme is None:
            indicators = [row for row in self._indicators if not self._themes[row.pk]]
            actions = [action for action in self.actions if not action.themes.all()]
        else:
            indicators = [row for row in self._indicators if theme.pk in self._themes[row.pk]]
            actions = [action for action in self.actions if theme in action.themes.all()]
        return self._made(label, theme, indicators, actions, is_blind_spot=is_blind_spot, is_missing=is_missing)

    def _made(self, label, theme, indicators, actions, *, is_blind_spot=False, is_missing=False):
        return Row(
            label=label,
            theme=theme,
            is_blind_spot=is_blind_spot,
            is_missing=is_missing,
            cells=[sum(level in self._levels[row.pk] for row in indicators) for level in QuestionLevel],
            indicators=len(indicators),
            actions=len(actions),
            measured=sum(self.is_measured(action) for action in actions),
        )


def _active_indicators(user, cite):
    asked = EvaluationQuestion.objects.filter(is_active=True).prefetch_related("themes")
    rows = Indicator.objects.visible_to(user).filter(cite=cite, is_active=True)
    return list(
        rows.prefetch_related(
            "themes",
            Prefetch("actions", Action.objects.only("pk")),
            Prefetch("questions", asked, to_attr="asked"),
        )
    )


def _themes_of(indicator):
    own = {theme.pk for theme in indicator.themes.all()}
    return own | {theme.pk for question in indicator.asked for theme in question.themes.all()}


def _levels_of(indicator):
    own = OWN_LEVELS.get(Level(indicator.level))
    return {question.level for question in indicator.asked} | ({own} if own else set())
