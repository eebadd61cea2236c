"""What a starting point says: a question, an indicator. Their lists are in `usual_questions`, `usual_indicators`."""

from dataclasses import dataclass

from evaluation.enums import Frequency, Level, Nature, QuestionLevel, Trend, Unit


@dataclass(frozen=True)
class UsualQuestion:
    code: str
    text: str
    level: QuestionLevel
    criteria: str
    method: str
    respondents: str


@dataclass(frozen=True)
class UsualIndicator:
    """`computed` names the computation of the figures born in the application; `questions` are codes."""

    code: str
    name: str
    level: Level
    unit: Unit
    definition: str
    source: str
    computed: str = ""
    dataset: str = ""
    numerator: str = ""
    denominator: str = ""
    breakdowns: tuple = ()
    questions: tuple = ()
    frequency: Frequency = Frequency.CIVIL_YEAR
    trend: Trend = Trend.NONE

    @property
    def nature(self):
        if self.computed:
            return Nature.COMPUTED
        return Nature.IMPORTED if self.dataset else Nature.MEASURED
