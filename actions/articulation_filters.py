import django_filters
from django import forms

from actions.enums import MainstreamKind
from actions.filters import ALL_YEARS
from actions.models import MainstreamContribution, OutsideGrant, OutsideImport
from actions.public_money import followed_actions, readable_grants, readable_mainstream
from cite_educative.common.dates import BudgetYear
from partners.context import current_cite, current_year
from partners.models import Neighbourhood, Organisation

MATCHED, UNMATCHED = "oui", "non"


class YearFilterSet(django_filters.FilterSet):
    """Without `exercice`, the year chosen in the frame."""

    exercice = django_filters.ChoiceFilter(label="Exercice", method="in_year")

    @staticmethod
    def rows(user, cite):
        raise NotImplementedError

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters.move_to_end("exercice")
        # A function, because forms deep-copy their choices and a request cannot be.
        self.filters["exercice"].extra["choices"] = lambda: self._years()
        self.filters["exercice"].extra["empty_label"] = str(current_year(self.request))

    def _years(self):
        rows = self.rows(self.request.user, current_cite(self.request))
        years = {*rows.order_by().values_list("budget_year", flat=True).distinct(), current_year(self.request)}
        return [(ALL_YEARS, "tous les exercices"), *((str(year), str(year)) for year in sorted(years, reverse=True))]

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("exercice"):
            return queryset
        return self.of_year(queryset, current_year(self.request))

    def search(self, queryset, name, value):
        return queryset.search(value)

    def in_year(self, queryset, name, value):
        return queryset if value == ALL_YEARS else self.of_year(queryset, BudgetYear(value))

    def of_year(self, queryset, year):
        return queryset.filter(budget_year=year)


def _institutions(request):
    rows = readable_mainstream(request.user, current_cite(request))
    return Organisation.objects.filter(pk__in=rows.order_by().values("institution"))


class MainstreamFilter(YearFilterSet):
    """`action` comes from the links of a sheet."""

    q = django_filters.CharFilter(label="Apport ou institution", method="search")
    institution = django_filters.ModelChoiceFilter(label="Institution", queryset=_institutions, empty_label="Toutes")
    nature = django_filters.ChoiceFilter(
        field_name="kind", label="En quoi", choices=MainstreamKind.choices, empty_label="Tout"
    )
    action = django_filters.ModelChoiceFilter(
        label="Action",
        queryset=lambda request: followed_actions(request.user, current_cite(request)),
        widget=forms.HiddenInput,
    )

    rows = staticmethod(readable_mainstream)

    class Meta:
        model = MainstreamContribution
        fields = ()


def _programmes(request):
    rows = readable_grants(request.user, current_cite(request))
    return [(name, name) for name in rows.order_by("programme").values_list("programme", flat=True).distinct()]


def _quarters(request):
    rows = readable_grants(request.user, current_cite(request)).exclude(neighbourhood=None)
    return Neighbourhood.objects.filter(pk__in=rows.order_by().values("neighbourhood"))


class OutsideFilter(YearFilterSet):
    """`import` comes from the page of an import."""

    q = django_filters.CharFilter(label="Intitulé, porteur, financeur ou référence", method="search")
    programme = django_filters.ChoiceFilter(label="Programme", empty_label="Tous")
    quartier = django_filters.ModelChoiceFilter(
        field_name="neighbourhood", label="Quartier prioritaire", queryset=_quarters, empty_label="Tous"
    )
    rapproche = django_filters.ChoiceFilter(
        label="Porteur de l’annuaire",
        choices=[(MATCHED, "reconnu"), (UNMATCHED, "pas reconnu")],
        empty_label="Tous",
        method="by_match",
    )
    tableau = django_filters.ModelChoiceFilter(
        field_name="run",
        label="Import",
        queryset=lambda request: OutsideImport.objects.visible_to(request.user).filter(cite=current_cite(request)),
        widget=forms.HiddenInput,
    )

    rows = staticmethod(readable_grants)

    class Meta:
        model = OutsideGrant
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["programme"].extra["choices"] = lambda: _programmes(self.request)

    def by_match(self, queryset, name, value):
        return queryset.filter(holder__isnull=value == UNMATCHED)
