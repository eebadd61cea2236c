"""Every funding of the Cité: the detail behind the figures of the envelopes."""

import django_filters
from django import forms
from django.db.models import F, Q, Sum
from django.urls import reverse
from django.utils.html import format_html

from actions.articulation_filters import YearFilterSet
from actions.enums import ActionStatus, Step
from actions.finances.lines import LINE_COLUMNS, line_values, with_relations
from actions.models import Action, Funding, FundingSource
from cite_educative.common.money import ZERO, short_euros
from cite_educative.common.tables import FORMAT, Column, ListPage
from partners.context import current_cite
from partners.models import Organisation

IN_KIND = "en-nature"
POSITIONS = {
    "a-accorder": ("programmé, pas encore accordé", Q(programmed__gt=ZERO, granted__isnull=True)),
    "ecart": (
        "accordé autrement que programmé",
        Q(granted__isnull=False, programmed__isnull=False) & ~Q(granted=F("programmed")),
    ),
    "a-verser": ("accordé, pas encore versé", Q(granted__gt=ZERO) & (Q(paid__isnull=True) | Q(paid__lt=F("granted")))),
    "a-justifier": ("versé, pas encore justifié", Q(paid__gt=ZERO, justified__isnull=True)),
}
COLUMNS = [
    Column("code", "Code", sort="action__code", css="code"),
    Column("title", "Action et porteur", sort="action__title", css="sans-mot col-large"),
    Column("funder", "Financeur", sort=("source__order", "source__label")),
    *(
        Column(
            str(step),
            step.label.capitalize(),
            kind="money",
            sort=str(step),
            total=True,
            css="col-cle" if step in (Step.PROGRAMMED, Step.GRANTED) else "",
        )
        for step in Step
    ),
]


def cite_fundings(user, cite):
    """Those that the figures of the envelopes count."""
    return Funding.objects.visible_to(user).filter(source__cite=cite).exclude(action__status=ActionStatus.DRAFT)


def _sources(request):
    return FundingSource.objects.visible_to(request.user).filter(cite=current_cite(request))


def _holders(request):
    fundings = cite_fundings(request.user, current_cite(request))
    return Organisation.objects.filter(pk__in=fundings.order_by().values("action__holder"))


class FundingFilter(YearFilterSet):
    """`porteur` comes from alerts. In kind stays apart: never in the sums of cash."""

    q = django_filters.CharFilter(label="Titre, code ou porteur", method="search")
    financeur = django_filters.ModelChoiceFilter(
        field_name="source", label="Financeur", queryset=_sources, empty_label="Tous"
    )
    etape = django_filters.ChoiceFilter(
        label="Montant connu",
        choices=[(step.value, step.label) for step in Step],
        empty_label="N’importe lequel",
        method="with_step",
    )
    ou = django_filters.ChoiceFilter(
        label="Où en est l’argent",
        choices=[(key, words) for key, (words, _) in POSITIONS.items()],
        empty_label="Partout",
        method="by_position",
    )
    nature = django_filters.ChoiceFilter(
        label="Nature", choices=[(IN_KIND, "en nature")], empty_label="Numéraire", method="in_nature"
    )
    porteur = django_filters.ModelChoiceFilter(
        field_name="action__holder", label="Porteur", queryset=_holders, widget=forms.HiddenInput
    )

    class Meta:
        model = Funding
        fields = ()

    @staticmethod
    def rows(user, cite):
        return cite_fundings(user, cite)

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("nature") else queryset.in_cash()

    def search(self, queryset, name, value):
        return queryset.filter(action__in=Action.objects.search(value).order_by().values("pk"))

    def with_step(self, queryset, name, value):
        return queryset.filter(**{f"{value}__isnull": False})

    def by_position(self, queryset, name, value):
        return queryset.filter(POSITIONS[value][1])

    def in_nature(self, queryset, name, value):
        return queryset.filter(in_kind=value == IN_KIND)


def _ready(fundings, exporting):
    if exporting:
        return with_relations(fundings)
    return fundings.select_related("action__holder", "source")


def funding_listing(request, cite):
    """On screen the chain of amounts; exported, everything that is known of each line."""
    exporting = FORMAT in request.GET
    return ListPage(
        request,
        _ready(cite_fundings(request.user, cite), exporting),
        LINE_COLUMNS if exporting else COLUMNS,
        filterset=FundingFilter,
        row=_row,
        values=line_values,
        totals={str(step): Sum(str(step)) for step in Step},
        default_sort="code",
        title="Financements",
        noun=("financement", "financements"),
        empty_text="Aucun financement cette année",
        filename=f"financements-{cite.slug}",
    )


def _row(funding):
    action = funding.action
    return {
        **{str(step): _amount(funding, step) for step in Step},
        "code": action.code or "–",
        "title": format_html(
            '<a class="intitule" href="{}">{}</a><span class="sous">{}</span>',
            reverse("actions:money", args=[action.pk]),
            action.title,
            action.holder.name,
        ),
        "funder": funding.source.short_label,
    }


def _amount(funding, step):
    amount = getattr(funding, step)
    return "" if amount is None and step not in funding.source.steps else short_euros(amount)
