"""The grids of the opinions on one action, side by side, on the screen and in an export."""

from dataclasses import dataclass

from actions.enums import Score
from actions.models import Criterion, Opinion
from actions.opinions import BADGES
from cite_educative.common.money import euros
from cite_educative.common.tables import Column
from cite_educative.common.templatetags.formats import status_badge

NBSP = "\u00a0"


def criteria_of(action):
    """Those of the action's call; none without a call. One query."""
    return list(Criterion.objects.filter(call=action.call_id)) if action.call_id else []


def weighted_mean(pairs):
    """Of `(score, weight or None)`, None when there is none."""
    pairs = [(score, weight or 1) for score, weight in pairs]
    weights = sum(weight for _, weight in pairs)
    return sum(score * weight for score, weight in pairs) / weights if weights else None


def mean_text(mean):
    """ "3,2 sur 4"."""
    return "" if mean is None else f"{mean:.1f}".replace(".", ",") + f"{NBSP}sur{NBSP}{max(Score.values)}"


@dataclass(frozen=True)
class Voice:
    """One opinion: a column. `scores`: {criterion pk: score}."""

    opinion: Opinion
    name: str
    role: str
    badge: str
    verdict: str
    advised: str
    mean: float | None
    scores: dict

    @property
    def mean_text(self):
        return mean_text(self.mean)


@dataclass(frozen=True)
class GridRow:
    """`cells`: (voice name, score or None, words) in the order of the voices; `mean`: "" for who reads no average."""

    label: str
    weight: str
    cells: list
    mean: str


@dataclass(frozen=True)
class Grid:
    voices: list
    rows: list
    mean: str

    @property
    def is_empty(self):
        return not any(voice.scores for voice in self.voices)


def grid_of(action, user, *, with_means):
    """The last opinion of each voice that the user may read. Three queries, whatever their number.

    `with_means` is for who reads every opinion: an average tells what the others think.
    """
    criteria = criteria_of(action)
    weights = {criterion.pk: criterion.weight for criterion in criteria}
    given = Opinion.objects.visible_to(user).filter(action=action).current()
    opinions = given.select_related("side", "source").prefetch_related("scores")
    voices = [_voice(opinion, weights) for opinion in opinions.order_by("side__order", "source__order", "pk")]
    rows = [_row(criterion, voices, with_means=with_means) for criterion in criteria]
    means = [(voice.mean, 1) for voice in voices if voice.mean is not None] if with_means else []
    return Grid(voices, rows, mean_text(weighted_mean(means)))


def _voice(opinion, weights):
    scores = {row.criterion_id: row.score for row in opinion.scores.all() if row.criterion_id in weights}
    return Voice(
        opinion=opinion,
        name=str(opinion.side or opinion.source or opinion.name),
        role=opinion.name if opinion.side or opinion.source else "en son nom propre",
        badge=BADGES[opinion.verdict],
        verdict=opinion.get_verdict_display(),
        advised=euros(opinion.advised) if opinion.advised is not None else "",
        mean=weighted_mean((score, weights[pk]) for pk, score in scores.items()),
        scores=scores,
    )


def _row(criterion, voices, *, with_means):
    scores = [(voice.name, voice.scores.get(criterion.pk)) for voice in voices]
    cells = [(name, score, Score(score).label if score else "") for name, score in scores]
    known = [(score, 1) for _, score in scores if score]
    mean = mean_text(weighted_mean(known)) if with_means else ""
    return GridRow(
        criterion.label, f"compte {criterion.weight} fois" if (criterion.weight or 1) > 1 else "", cells, mean
    )


# --- Export ---------------------------------------------------------------------------------------


def grid_columns(action):
    criteria = [Column(f"c{criterion.pk}", criterion.label, kind="count") for criterion in criteria_of(action)]
    return [
        Column("name", "Pour"),
        Column("who", "Qui a répondu"),
        Column("given_on", "Rendu le", kind="date"),
        *criteria,
        Column("mean", "Moyenne", width=12),
        Column("verdict", "Avis", kind="status"),
        Column("advised", "Montant conseillé", kind="money"),
        Column("comment", "Motifs", width=80),
    ]


def grid_values(voice):
    opinion = voice.opinion
    return {
        "name": voice.name,
        "who": opinion.name,
        "given_on": opinion.given_on,
        **{f"c{pk}": score for pk, score in voice.scores.items()},
        "mean": mean_text(voice.mean),
        "verdict": voice.verdict,
        "advised": opinion.advised,
        "comment": opinion.comment,
    }


def verdict_badge(opinion):
    return status_badge(BADGES[opinion.verdict], opinion.get_verdict_display())
