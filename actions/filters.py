import django_filters
from django import forms
from django.db.models import Exists, OuterRef
from django.utils import timezone

from actions.enums import Audience, ExchangeKind, LibraryKind, Scope, Stage
from actions.freshness import knows_freshness, stale
from actions.models import Action, Axis, Call, Exchange, FundingSource, LibraryItem
from actions.readable import known_fundings
from cite_educative.common.dates import BudgetYear
from cite_educative.common.forms import DayField
from partners.context import current_cite, current_year
from partners.models import Commune, Organisation, Person, User
from partners.permissions import hides_names

ALL_YEARS = "tous"
BETWEEN_COMMUNES = "intercommunal"
TO_REFRESH = "a-rafraichir"


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
    fiches = django_filters.ChoiceFilter(
        label="Fiches", choices=[(TO_REFRESH, "à rafraîchir")], empty_label="Toutes", method="to_refresh"
    )

    class Meta:
        model = Action
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # A function, because forms deep-copy their choices and a request cannot be.
        self.filters["exercice"].extra["choices"] = lambda: _years(self.request)
        self.filters["exercice"].extra["empty_label"] = str(current_year(self.request))
        cite = current_cite(self.request)
        if cite is None or not knows_freshness(self.request.user.access, cite.pk):
            del self.filters["fiches"]

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

    def to_refresh(self, queryset, name, value):
        return stale(queryset, self.request.user)

    def in_year(self, queryset, name, value):
        return queryset if value == ALL_YEARS else queryset.filter(budget_year=BudgetYear(value))


def _exchanges(request):
    return Exchange.objects.visible_to(request.user).filter(cite=current_cite(request))


def _quoted(model, rows):
    """The organisations that these exchanges or documents quote."""
    links = model.organisations.through.objects.filter(**{f"{model._meta.model_name}__in": rows.order_by()})
    return Organisation.objects.filter(pk__in=links.values("organisation"))


def _visible_actions(request):
    return Action.objects.visible_to(request.user).filter(cite=current_cite(request))


class DayFilter(django_filters.DateFilter):
    field_class = DayField


class ExchangeFilter(django_filters.FilterSet):
    """`personne` and `action` come from the links of their sheets."""

    q = django_filters.CharFilter(label="Objet ou mots dits", method="search")
    nature = django_filters.ChoiceFilter(
        field_name="kind", label="Nature", choices=ExchangeKind.choices, empty_label="Toutes"
    )
    organisme = django_filters.ModelChoiceFilter(
        label="Organisme",
        queryset=lambda request: _quoted(Exchange, _exchanges(request)),
        empty_label="Tous",
        method="by_organisation",
    )
    auteur = django_filters.ModelChoiceFilter(
        field_name="author",
        label="Saisi par",
        queryset=lambda request: User.objects.filter(
            pk__in=_exchanges(request).order_by().values("author")
        ).select_related("person"),
        empty_label="Tout le monde",
    )
    suite = django_filters.ChoiceFilter(
        label="Suite à donner",
        choices=[("a-faire", "à faire"), ("en-retard", "en retard"), ("faite", "faite")],
        empty_label="Toutes",
        method="by_next_step",
    )
    du = DayFilter(field_name="held_on", lookup_expr="gte", label="Du")
    au = DayFilter(field_name="held_on", lookup_expr="lte", label="Au")
    personne = django_filters.ModelChoiceFilter(
        label="Personne",
        queryset=lambda request: Person.objects.visible_to(request.user),
        widget=forms.HiddenInput,
        method="by_person",
    )
    action = django_filters.ModelChoiceFilter(
        label="Action", queryset=_visible_actions, widget=forms.HiddenInput, method="by_action"
    )

    class Meta:
        model = Exchange
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if hides_names(self.request.user.access, current_cite(self.request).pk):
            del self.filters["auteur"], self.filters["personne"]

    def search(self, queryset, name, value):
        return queryset.search(value)

    def by_organisation(self, queryset, name, value):
        return queryset.about_organisation(value)

    def by_person(self, queryset, name, value):
        return queryset.about_person(value)

    def by_action(self, queryset, name, value):
        return queryset.about_action(value)

    def by_next_step(self, queryset, name, value):
        if value == "faite":
            return queryset.filter(next_step_done_on__isnull=False)
        late = {"next_step_due__lt": timezone.localdate()} if value == "en-retard" else {}
        return queryset.to_do().filter(**late)


class LibraryFilter(django_filters.FilterSet):
    """`action` comes from the links of a sheet."""

    q = django_filters.CharFilter(label="Intitulé, émetteur ou mots", method="search")
    nature = django_filters.ChoiceFilter(
        field_name="kind", label="Nature", choices=LibraryKind.choices, empty_label="Toutes"
    )
    lecteurs = django_filters.ChoiceFilter(
        field_name="audience", label="Qui peut le lire", choices=Audience.choices, empty_label="Tous"
    )
    organisme = django_filters.ModelChoiceFilter(
        label="Organisme",
        queryset=lambda request: _quoted(
            LibraryItem, LibraryItem.objects.visible_to(request.user).filter(cite=current_cite(request))
        ),
        empty_label="Tous",
        method="by_organisation",
    )
    action = django_filters.ModelChoiceFilter(
        label="Action", queryset=_visible_actions, widget=forms.HiddenInput, method="by_action"
    )

    class Meta:
        model = LibraryItem
        fields = ()

    def search(self, queryset, name, value):
        return queryset.search(value)

    def by_organisation(self, queryset, name, value):
        return queryset.about_organisation(value)

    def by_action(self, queryset, name, value):
        return queryset.about_action(value)
