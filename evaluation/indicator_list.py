"""The catalogue of indicators: its table and its exports."""

from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse

from cite_educative.common.tables import Column, ListPage
from evaluation.enums import Breakdown
from evaluation.filters import IndicatorFilter
from evaluation.models import Indicator, Target
from evaluation.numbers import figure_text
from partners.permissions import hides_names

NOBODY = "–"


def columns(year, *, with_owner):
    """`year` is the civil year whose targets are shown."""
    owner = [Column("owner", "Suivi par", sort=("owner__last_name", "owner__first_name"), width=30)]
    return [
        Column("code", "Code", sort="code"),
        Column("name", "Indicateur", sort="name", width=50),
        Column("level", "Niveau", sort="level"),
        Column("nature", "Origine", sort="nature", width=28),
        Column("questions", "Questions", width=16),
        Column("themes", "Thématiques", width=30),
        Column("baseline", "Départ", kind="count", sort="baseline"),
        Column("target", f"Cible {year}", kind="count", sort="target"),
        *(owner if with_owner else []),
        Column("order", "Rang", kind="count", sort=("order", "code"), shown=False),
        Column("definition", "Définition", shown=False, width=60),
        Column("unit", "Unité", shown=False, width=20),
        Column("numerator", "Numérateur", shown=False, width=30),
        Column("denominator", "Dénominateur", shown=False, width=30),
        Column("source", "Source", shown=False, width=40),
        Column("frequency", "Fréquence", shown=False, width=24),
        Column("breakdowns", "Ventilations", shown=False, width=30),
        Column("trend", "Lecture", shown=False, width=24),
        Column("baseline_told", "Date et source du départ", shown=False, width=30),
        Column("active", "Suivi aujourd’hui", shown=False),
    ]


def indicator_listing(request, cite, year):
    rows = Indicator.objects.visible_to(request.user).filter(cite=cite)
    target = Target.objects.filter(indicator=OuterRef("pk"), year=year).values("value")[:1]
    rows = rows.annotate(target=Subquery(target)).select_related("owner").prefetch_related("questions", "themes")
    return ListPage(
        request,
        rows,
        columns(year, with_owner=not hides_names(request.user.access, cite.pk)),
        filterset=IndicatorFilter,
        row=indicator_row,
        values=indicator_values,
        default_sort="order",
        title="Indicateurs",
        noun=("indicateur", "indicateurs"),
        empty_text="Aucun indicateur n’est encore suivi",
        filename=f"indicateurs-{cite.slug}",
    )


def indicator_values(row):
    return {
        "code": row.code,
        "name": row.name,
        "level": row.get_level_display(),
        "nature": row.get_nature_display(),
        "questions": ", ".join(question.code for question in row.questions.all()),
        "themes": ", ".join(theme.label for theme in row.themes.all()),
        "baseline": row.baseline,
        "target": row.target,
        "owner": str(row.owner) if row.owner else "",
        "order": row.order,
        "definition": row.definition,
        "unit": row.get_unit_display(),
        "numerator": row.numerator_label,
        "denominator": row.denominator_label,
        "source": row.source,
        "frequency": row.get_frequency_display(),
        "breakdowns": breakdowns_text(row),
        "trend": row.get_trend_display(),
        "baseline_told": row.baseline_told,
        "active": "oui" if row.is_active else "non",
    }


def indicator_row(row):
    notes = {} if row.is_active else {"name": "n’est plus suivi"}
    return indicator_values(row) | {
        "url": reverse("evaluation:indicator", args=[row.pk]),
        "baseline": figure_text(row.baseline, row.unit),
        "target": NOBODY if row.target is None else figure_text(row.target, row.unit),
        "owner": str(row.owner) if row.owner else NOBODY,
        "themes": ", ".join(theme.label for theme in row.themes.all()) or NOBODY,
        "questions": ", ".join(question.code for question in row.questions.all()) or NOBODY,
        "notes": notes,
    }


def breakdowns_text(row):
    return ", ".join(one.label for one in Breakdown if one in row.breakdowns)


def catalogue_counts(user, cite):
    """Of the indicators followed today: how many, how many have a target, how many somebody follows."""
    rows = Indicator.objects.visible_to(user).filter(cite=cite, is_active=True).order_by()
    return rows.aggregate(
        followed=Count("pk", distinct=True),
        aimed=Count("targets__indicator", distinct=True),
        owned=Count("pk", filter=Q(owner__isnull=False), distinct=True),
        apart=Count("pk", filter=Q(questions__isnull=True), distinct=True),
    )
