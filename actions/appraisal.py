"""The requests of one call and what each pilot thinks of them: columns, rows, filters of one table."""

from collections import Counter

import django_filters
from django.db.models import Count, Exists, F, FloatField, Max, OuterRef, Prefetch, Subquery, Sum
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from actions.enums import ActionStatus, Stage, Step, Verdict
from actions.grid import mean_text
from actions.models import Action, Axis, Opinion, OpinionScore
from actions.opinions import BADGES
from actions.readable import with_amounts, with_readable_stage
from actions.wording import territory_text
from cite_educative.common.money import DASH, short_euros
from cite_educative.common.tables import Column
from cite_educative.common.templatetags.formats import status_badge

# A dense table: the whole words are on the sheet.
SHORT = {
    Verdict.FAVOURABLE: "favorable",
    Verdict.RESERVED: "réservé",
    Verdict.UNFAVOURABLE: "défavorable",
    Verdict.NONE: "sans avis",
}
AWAITED, NOBODY, AGREED, DISPUTED = "attendus", "aucun", "accord", "partages"


def appraised(user, call):
    """The filed requests, with the last opinion of each voice in `voices`. Three queries, whatever their number."""
    actions = Action.objects.visible_to(user).filter(call=call).exclude(status=ActionStatus.DRAFT)
    actions = with_amounts(with_readable_stage(actions, user), user, [Step.REQUESTED])
    current = Opinion.objects.visible_to(user).current()
    of_action = current.filter(action=OuterRef("pk")).order_by().values("action")
    weight = Coalesce(F("criterion__weight"), 1)
    scored = OpinionScore.objects.filter(opinion__in=current.values("pk"), opinion__action=OuterRef("pk"))
    mean = (
        scored.order_by()
        .values("opinion__action")
        .annotate(value=Cast(Sum(F("score") * weight), FloatField()) / Cast(Sum(weight), FloatField()))
        .values("value")
    )
    actions = actions.annotate(
        mean=Subquery(mean, output_field=FloatField()),
        nb_given=_number(current.filter(action=OuterRef("pk"))),
        advised=Subquery(of_action.annotate(most=Max("advised")).values("most")),
        nb_awaited=_number(Opinion.objects.visible_to(user).awaited().filter(action=OuterRef("pk"))),
    )
    voices = current.select_related("side", "source").order_by("side__order", "source__order", "pk")
    return actions.select_related("holder", "axis").prefetch_related(
        "communes", Prefetch("opinions", queryset=voices, to_attr="voices")
    )


def _number(opinions):
    return Coalesce(Subquery(opinions.order_by().values("action").annotate(number=Count("pk")).values("number")), 0)


def appraisal_columns(sides, *, exporting):
    """A column a pilot, one for the funders and experts, then what they come to."""
    named = (
        [Column("title", "Action", sort="title", width=60), Column("holder", "Porteur", sort="holder__name")]
        if exporting
        else [Column("title", "Action et porteur", sort="title", css="sans-mot col-titre")]
    )
    return [
        Column("code", "Code", sort="code", css="code", width=12),
        *named,
        Column("territory", "Territoire"),
        Column("stage", "Étape", kind="status", shown=False),
        Column("requested", "Demandé", kind="money", sort="sum_requested", total=True),
        *(Column(f"side-{side.pk}", side.label) for side in sides),
        Column("others", "Autres"),
        Column("awaited", "Attendus", kind="count", sort="nb_awaited"),
        Column("mean", "Grille", sort="mean", css="nb"),
        Column("advised", "Conseillé au plus", kind="money", sort="advised"),
    ]


def appraisal_row(sides):
    """A function from an action to the texts of its row."""

    def row(action):
        address = reverse("actions:opinions", args=[action.pk])
        title = format_html(
            '<a class="intitule" href="{}">{}</a><span class="sous">{}</span>',
            address,
            action.title,
            action.holder.name,
        )
        return {
            "code": action.code,
            "title": title,
            "holder": action.holder.name,
            "territory": territory_text(action) or DASH,
            "requested": short_euros(action.sum_requested),
            **{f"side-{side.pk}": _badges(of_side(action, side)) for side in sides},
            "others": _badges(of_others(action)),
            "mean": mean_text(action.mean) or DASH,
            "advised": short_euros(action.advised),
            "awaited": str(action.nb_awaited or DASH),
        }

    return row


def appraisal_values(sides):
    def values(action):
        return {
            "code": action.code,
            "title": action.title,
            "holder": action.holder.name,
            "territory": territory_text(action),
            "stage": Stage(action.readable_stage).label,
            "requested": action.sum_requested,
            **{f"side-{side.pk}": _words(of_side(action, side)) for side in sides},
            "others": _words(of_others(action)),
            "awaited": action.nb_awaited,
            "mean": mean_text(action.mean),
            "advised": action.advised,
        }

    return values


def of_side(action, side):
    return [opinion for opinion in action.voices if opinion.side_id == side.pk]


def of_others(action):
    return [opinion for opinion in action.voices if opinion.side_id is None]


def _counted(opinions):
    """`[(verdict, words)]`, the most favourable first: "favorable", or "2 × favorable" when a side has several voices."""
    counted = Counter(opinion.verdict for opinion in opinions)
    return [
        (verdict, SHORT[verdict] if counted[verdict] == 1 else f"{counted[verdict]}\u00a0× {SHORT[verdict]}")
        for verdict in Verdict
        if counted[verdict]
    ]


def _badges(opinions):
    if not opinions:
        return DASH
    badges = [(status_badge(BADGES[verdict], words),) for verdict, words in _counted(opinions)]
    return format_html_join("", "<div>{}</div>", badges)


def _words(opinions):
    return ", ".join(words for _, words in _counted(opinions))


# --- Filters --------------------------------------------------------------------------------------


def _axes(request):
    return Axis.objects.visible_to(request.user).filter(actions__call=request.resolver_match.kwargs["pk"]).distinct()


class AppraisalFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Titre, code ou porteur", method="search")
    axe = django_filters.ModelChoiceFilter(field_name="axis", label="Axe", queryset=_axes, empty_label="Tous")
    etape = django_filters.ChoiceFilter(
        field_name="readable_stage", label="Étape", choices=Stage.choices, empty_label="Toutes"
    )
    avis = django_filters.ChoiceFilter(
        label="Avis",
        choices=[
            (AGREED, "tous favorables"),
            (DISPUTED, "une réserve ou un refus au moins"),
            (AWAITED, "encore attendus"),
            (NOBODY, "aucun rendu"),
        ],
        empty_label="Tous",
        method="by_opinions",
    )

    class Meta:
        model = Action
        fields = ()

    def search(self, queryset, name, value):
        return queryset.search(value)

    def by_opinions(self, queryset, name, value):
        current = Opinion.objects.visible_to(self.request.user).current().filter(action=OuterRef("pk"))
        against = Exists(current.filter(verdict__in=[Verdict.RESERVED, Verdict.UNFAVOURABLE]))
        if value == AWAITED:
            return queryset.filter(nb_awaited__gt=0)
        if value == NOBODY:
            return queryset.filter(nb_given=0)
        if value == DISPUTED:
            return queryset.filter(against)
        return queryset.filter(~against, Exists(current.filter(verdict=Verdict.FAVOURABLE)))
