"""The page of one indicator: its definition, its series with what is aimed at, its territories and publics."""

from decimal import Decimal
from urllib.parse import urlencode

from cite_educative.common.charts import ACCENT, SLATE, Curve, Item, bars, curves
from evaluation import computed
from evaluation.aggregates import certainty_text, computed_point, is_computable, read_figures
from evaluation.enums import Breakdown, Nature
from evaluation.indicator_list import breakdowns_text
from evaluation.numbers import NBSP, figure_text
from evaluation.periods import periods_of_label
from evaluation.permissions import can_read_schools
from evaluation.places import Places
from partners.permissions import hides_names

BARS_AT_MOST = 40


def indicator_context(user, indicator, *, asked=""):
    """Everything the page and the printed sheet show. `asked`: first day of the period to compare, the last known else."""
    cite, unit = indicator.cite, indicator.unit
    if is_closed(user, indicator):
        return {"facts": _facts(user, indicator), "is_closed": True}
    figures = (
        None if indicator.nature == Nature.COMPUTED else read_figures(cite, [indicator], Places(cite))[indicator.pk]
    )
    series = figures.series() if figures else _computed_series(indicator, user.access.today)
    targets = {target.year: target.value for target in indicator.targets.all()}
    series = [
        (period, point)
        for period, point in series
        if period.starts_on <= user.access.today or point.is_known or period.year in targets
    ]
    context = {
        "facts": _facts(user, indicator),
        "chart": _chart(indicator, series, targets),
        "rows": [_row(indicator, period, point, targets) for period, point in series],
        "has_targets": bool(targets),
        "is_empty": not any(point.is_known or point.is_masked for _, point in series),
        "headings": _headings(indicator),
        "unit": unit,
    }
    if figures:
        context |= _compared(user, indicator, figures, series, asked)
    return context


def is_closed(user, indicator):
    """Whether it tells of money that this reader may not know."""
    if indicator.nature != Nature.COMPUTED or not is_computable(indicator):
        return False
    return computed.tells_money(indicator.computed_key) and indicator.cite_id not in user.access.money_readers


def _facts(user, indicator):
    owner = "" if hides_names(user.access, indicator.cite_id) else indicator.owner
    pairs = (
        ("Niveau", indicator.get_level_display().capitalize()),
        ("Origine", indicator.get_nature_display().capitalize()),
        ("Unité", indicator.get_unit_display().capitalize()),
        ("Numérateur", indicator.numerator_label),
        ("Dénominateur", indicator.denominator_label),
        ("Source", indicator.source),
        ("Jeu de données", indicator.open_data_id),
        ("Relevé", indicator.get_frequency_display().capitalize()),
        ("Ventilations", breakdowns_text(indicator)),
        ("Lecture", indicator.get_trend_display().capitalize()),
        ("Thématiques", ", ".join(theme.label for theme in indicator.themes.all())),
        ("Valeur de départ", _baseline(indicator)),
        ("Cibles", _targets(indicator)),
        ("Suivi par", str(owner or "")),
    )
    return [{"label": label, "value": value} for label, value in pairs if value]


def _baseline(indicator):
    if indicator.baseline is None:
        return ""
    told = f" ({indicator.baseline_told})" if indicator.baseline_told else ""
    return f"{figure_text(indicator.baseline, indicator.unit)}{told}"


def _targets(indicator):
    told = (f"{one.year}{NBSP}: {figure_text(one.value, indicator.unit)}" for one in indicator.targets.all())
    return f"{NBSP}; ".join(told)


def _computed_series(indicator, today):
    """Of the periods that have begun; none while the computation is unknown to this version."""
    if not is_computable(indicator):
        return []
    periods = [one for one in periods_of_label(indicator.frequency, indicator.cite) if one.starts_on <= today]
    return [(period, computed_point(indicator, indicator.cite, period)) for period in periods]


def _headings(indicator):
    return (
        [label.capitalize() for label in (indicator.numerator_label, indicator.denominator_label)]
        if indicator.is_share
        else []
    )


def _row(indicator, period, point, targets):
    unit, target = indicator.unit, targets.get(period.year)
    return {
        "period": str(period),
        "value": point.text(unit),
        "is_known": point.is_known,
        "parts": _parts(indicator, point),
        "target": figure_text(target, unit) if target is not None else "",
        "certainty": certainty_text(point),
        "told": ". ".join(text for text in (point.told, point.comment) if text),
        "url": point.url,
    }


def _parts(indicator, point):
    """Numerator and denominator of a share, as texts; blanks where they are not told."""
    if not indicator.is_share:
        return []
    return ["" if part is None else figure_text(part, "number") for part in (point.numerator, point.denominator)]


def _chart(indicator, series, targets):
    unit = indicator.unit
    if not any(point.is_known for _, point in series):
        return ""
    values = [point.value for _, point in series]
    aims = [targets.get(period.year) for period, _ in series]
    texts = tuple(point.text(unit) for _, point in series)
    lines = [Curve("", values, ACCENT, 2.5, texts=texts), Curve("cible", aims, SLATE, 1.5, "6 4")]
    if indicator.baseline is not None:
        lines.append(Curve("départ", [Decimal(indicator.baseline)] * len(series), SLATE, 1, "2 3"))
    return curves(
        lines,
        [str(period) for period, _ in series],
        chart_id="serie",
        title=indicator.name,
        desc="; ".join(f"{period}{NBSP}: {point.text(unit)}" for period, point in series) + ".",
        write=lambda value: figure_text(value, unit),
    )


# --- One period, compared -------------------------------------------------------------------------


def _compared(user, indicator, figures, series, asked):
    """The territories and the publics of one period; nothing when no period has any figure."""
    periods = [period for period, _ in series if figures.has_any(period)]
    if not periods:
        return {}
    shown = next((period for period in periods if f"{period.starts_on:%Y-%m-%d}" == asked), periods[-1])
    groups = []
    if Breakdown.COMMUNE in indicator.breakdowns:
        groups.append(_group(indicator, "communes", "Par commune", "Commune", figures.communes(shown), has_chart=True))
    if Breakdown.NEIGHBOURHOOD in indicator.breakdowns:
        groups.append(
            _group(indicator, "quartiers", "Par quartier prioritaire", "Quartier", figures.neighbourhoods(shown))
        )
    if indicator.categories:
        groups.append(_group(indicator, "publics", "Par public", "Public", figures.categories(shown)))
    if Breakdown.SCHOOL in indicator.breakdowns and can_read_schools(user, indicator.cite):
        groups.append(
            _group(indicator, "etablissements", "Par établissement", "Établissement", figures.schools(shown))
        )
    return {
        "shown": str(shown),
        "groups": [group for group in groups if group["rows"]],
        "periods": [
            {
                "label": str(period),
                "url": f"?{urlencode({'periode': period.starts_on.isoformat()})}",
                "is_shown": period == shown,
            }
            for period in periods
        ],
    }


def _group(indicator, key, title, heading, pairs, *, has_chart=False):
    """Territories in alphabetical order, or publics: no ranking."""
    unit = indicator.unit
    known = [(row, point) for row, point in pairs if point.is_known or point.is_masked]
    if not known:
        return {"rows": []}
    rows = [
        {
            "label": _label(row),
            "value": point.text(unit),
            "is_known": point.is_known or point.is_masked,
            "certainty": certainty_text(point),
            "told": ". ".join(text for text in (point.told, point.comment) if text),
        }
        for row, point in pairs
    ]
    items = [Item(_label(row), point.value, point.text(unit)) for row, point in pairs]
    chart = ""
    if has_chart and len(items) <= BARS_AT_MOST and any(item.value is not None for item in items):
        chart = bars(
            items, chart_id=key, title=title, desc="; ".join(f"{one.label}{NBSP}: {one.text}" for one in items) + "."
        )
    return {"key": key, "title": title, "heading": heading, "rows": rows, "chart": chart}


def _label(row):
    return row.label.capitalize() if hasattr(row, "label") else str(row)
