import django_filters
from django.db.models import Exists, OuterRef

from actions.enums import Scope, Stage
from actions.models import Action, Axis, Call, FundingSource
from actions.readable import known_fundings
from cite_educative.common.dates import BudgetYear
from partners.context import current_cite, current_year
from partners.models import Commune

ALL_YEARS = "tous"
BETWEEN_COMMUNES = "intercommunal"


def _axes(request):
    return Axis.objects.of_cite(current_cite(request)).visible_to(request.user)


def _communes(request):
    return Commune.objects.filter(cites=current_cite(request))


def _sources(request):
    return FundingSource.objects.visible_to(request.user).filter(cite=current_cite(request))


def _calls(request):
    return Call.objects.visible_to(request.user).filter(cite=current_cite(request))


def _years(request):
    actions = Action.objects.visible_to(request.user).filter(cite=current_cite(request))
    years = {*actions.order_by().values_list("budget_year", flat=True).distinct(), current_year(request)}
    return [(ALL_YEARS, "tous les exercices"), *((str(year), str(year)) for year in sorted(years, reverse=True))]


class ActionFilter(django_filters.FilterSet):
    """The list's filters. Without `exercice` the list is that of the year chosen in the frame."""

    q = django_filters.CharFilter(label="Titre, code ou porteur", method="search")
    axe = django_filters.ModelChoiceFilter(field_name="axis", label="Axe", queryset=_axes, empty_label="Tous")
    territoire = django_filters.ModelChoiceFilter(
        label="Territoire",
        queryset=_communes,
        empty_label="Tout",
        null_label="Intercommunal",
        null_value=BETWEEN_COMMUNES,
        method="in_territory",
    )
    etape = django_filters.ChoiceFilter(
        field_name="readable_stage", label="Étape", choices=Stage.choices, empty_label="Toutes"
    )
    financeur = django_filters.ModelChoiceFilter(
        label="Financeur", queryset=_sources, empty_label="Tous", method="funded_by"
    )
    appel = django_filters.ModelChoiceFilter(field_name="call", label="Appel", queryset=_calls, empty_label="Tous")
    exercice = django_filters.ChoiceFilter(label="Exercice", method="in_year")

    class Meta:
        model = Action
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # A function, because forms deep-copy their choices and a request cannot be.
        self.filters["exercice"].extra["choices"] = lambda: _years(self.request)
        self.filters["exercice"].extra["empty_label"] = str(current_year(self.request))

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("exercice"):
            return queryset
        return queryset.filter(budget_year=current_year(self.request))

    def search(self, queryset, name, value):
        return queryset.search(value)

    def in_territory(self, queryset, name, value):
        if value == BETWEEN_COMMUNES:
            return queryset.filter(scope=Scope.INTERCOMMUNAL)
        located = Action.communes.through.objects.filter(action=OuterRef("pk"), commune=value)
        return queryset.filter(Exists(located))

    def funded_by(self, queryset, name, value):
        """By what the user may know of the source, so that filtering tells nothing more than reading."""
        known = known_fundings(self.request.user).filter(source=value, action=OuterRef("pk"))
        return queryset.filter(Exists(known))

    def in_year(self, queryset, name, value):
        return queryset if value == ALL_YEARS else queryset.filter(budget_year=BudgetYear(value))
