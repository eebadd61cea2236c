import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from actions.coverage import BETWEEN_COMMUNES, NOT_COVERING, UNKNOWN_PLACE, WITHOUT, for_public, in_place, on_theme
from actions.enums import (
    ActionStatus,
    Audience,
    ExchangeKind,
    IntercommunalRole,
    LibraryKind,
    PublicKind,
    Stage,
)
from actions.filter_choices import offered, years
from actions.freshness import knows_freshness, stale
from actions.models import Action, Exchange, LibraryItem
from actions.readable import known_fundings, with_readable_stage
from actions.visits import CHANGED, changed_since_visit
from cite_educative.common.dates import BudgetYear
from cite_educative.common.forms import DayField
from partners.context import current_cite, current_year
from partners.models import Organisation, Person, User
from partners.permissions import hides_names

ALL_YEARS = "tous"
TO_REFRESH = "a-rafraichir"
DATED = "datees"
ANY_ROLE = "tous"
MORE, EVERY_FILTER = "filtres", "tous"
ALWAYS_SHOWN = ("q", "axe", "territoire", "etape", "financeur")


def _choices(name, *special):
    """Choices of one filter, as a function of the request and of whether all the filters are in sight."""

    def read(request, everything):
        # A function, because forms deep-copy their choices and a request cannot be.
        return lambda: [*offered(request, everything=everything).get(name, ()), *special]

    return read


def _years(request, everything):
    return lambda: [(ALL_YEARS, "tous les exercices"), *((one, one) for one in years(request, current_year(request)))]


OFFERED = {
    "axe": _choices("axe"),
    "objectif": _choices("objectif"),
    "thematique": _choices("thematique"),
    "territoire": _choices("territoire", (BETWEEN_COMMUNES, "Intercommunal"), (UNKNOWN_PLACE, "Territoire inconnu")),
    "quartier": _choices("quartier", (WITHOUT, "Quartier non précisé")),
    "financeur": _choices("financeur"),
    "appel": _choices("appel"),
    "dispositif": _choices("dispositif", (WITHOUT, "Sans dispositif lié")),
    "etablissement": _choices("etablissement"),
    "exercice": _years,
}
# What the published part of an action does not say: for who reads every action in full.
IN_FULL = ("dispositif", "etablissement", "role", "statut")


def _holders(request):
    actions = Action.objects.visible_to(request.user).filter(cite=current_cite(request))
    return Organisation.objects.filter(pk__in=actions.order_by().values("holder"))


def _linked(relation, **wanted):
    """A condition on actions: linked with the row of this key, or with none for `WITHOUT`."""
    ((field, value),) = wanted.items()
    links = relation.through.objects.filter(action=OuterRef("pk"))
    return Q(~Exists(links)) if value == WITHOUT else Q(Exists(links.filter(**{field: value})))


class ActionFilter(django_filters.FilterSet):
    """The list's filters. Without `exercice` the list is that of the year chosen in the frame."""

    q = django_filters.CharFilter(label="Titre, code ou porteur", method="search")
    axe = django_filters.ChoiceFilter(
        field_name="axis", label="Axe", empty_label="Tous", null_label="Sans axe", null_value=WITHOUT
    )
    objectif = django_filters.ChoiceFilter(
        field_name="objective", label="Objectif", empty_label="Tous", null_label="Sans objectif", null_value=WITHOUT
    )
    public = django_filters.ChoiceFilter(
        label="Public",
        choices=[*PublicKind.choices, (WITHOUT, "sans âge ni public")],
        empty_label="Tous",
        method="by_public",
    )
    thematique = django_filters.ChoiceFilter(
        label="Thématique", empty_label="Toutes", null_label="Sans thématique", null_value=WITHOUT, method="by_theme"
    )
    territoire = django_filters.ChoiceFilter(label="Territoire", empty_label="Tout", method="in_territory")
    quartier = django_filters.ChoiceFilter(label="Quartier prioritaire", empty_label="Tous", method="in_quarter")
    etape = django_filters.ChoiceFilter(label="Étape", choices=Stage.choices, empty_label="Toutes", method="at_stage")
    financeur = django_filters.ChoiceFilter(label="Financeur", empty_label="Tous", method="funded_by")
    appel = django_filters.ChoiceFilter(
        field_name="call", label="Appel", empty_label="Tous", null_label="Hors appel", null_value=WITHOUT
    )
    dispositif = django_filters.ChoiceFilter(label="Dispositif lié", empty_label="Tous", method="by_scheme")
    etablissement = django_filters.ChoiceFilter(
        field_name="schools", label="Établissement", empty_label="Tous", method="by_school"
    )
    role = django_filters.ChoiceFilter(
        label="Intercommunalité",
        choices=[(ANY_ROLE, "pilotées ou soutenues"), *IntercommunalRole.choices],
        empty_label="Toutes les actions",
        method="by_role",
    )
    dates = django_filters.ChoiceFilter(
        label="Dates",
        choices=[(WITHOUT, "sans date"), (DATED, "datées")],
        empty_label="Toutes",
        method="by_dates",
    )
    statut = django_filters.ChoiceFilter(
        field_name="status", label="Statut", choices=ActionStatus.choices, empty_label="Tous"
    )
    exercice = django_filters.ChoiceFilter(label="Exercice", method="in_year")
    fiches = django_filters.ChoiceFilter(
        label="Fiches",
        choices=[(TO_REFRESH, "à rafraîchir"), (CHANGED, "modifiées depuis ma dernière visite")],
        empty_label="Toutes",
        method="by_news",
    )
    porteur = django_filters.ModelChoiceFilter(
        field_name="holder", label="Porteur", queryset=_holders, widget=forms.HiddenInput
    )
    ecartees = django_filters.ChoiceFilter(
        label="Rejetées et abandonnées",
        choices=[("non", "non comptées")],
        widget=forms.HiddenInput,
        method="without_rejected",
    )

    class Meta:
        model = Action
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._withhold()
        self.everything = self.data.get(MORE) == EVERY_FILTER or any(self.data.get(name) for name in self.later)
        if not self.everything:
            for name in self.later:
                del self.filters[name]
        for name in OFFERED.keys() & self.filters.keys():
            self.filters[name].extra["choices"] = OFFERED[name](self.request, self.everything)
        if self.everything:
            self.filters["exercice"].extra["empty_label"] = str(current_year(self.request))

    def _withhold(self):
        """The filters that would tell this reader more than the list."""
        cite, access = current_cite(self.request), self.request.user.access
        if cite is None or not knows_freshness(access, cite.pk):
            del self.filters["fiches"]
        if cite is None or cite.pk not in access.full_readers:
            for name in IN_FULL:
                del self.filters[name]

    @property
    def later(self):
        """Those behind "Plus de filtres": read when one of them is used or when the address asks for them."""
        return [name for name in self.filters if name not in ALWAYS_SHOWN]

    @property
    def more(self):
        """What the address then says; None when they are there."""
        return None if self.everything else (MORE, EVERY_FILTER)

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("exercice"):
            return queryset
        return queryset.filter(budget_year=current_year(self.request))

    def search(self, queryset, name, value):
        return queryset.search(value)

    def in_territory(self, queryset, name, value):
        return queryset.filter(in_place(value))

    def by_public(self, queryset, name, value):
        return queryset.filter(for_public(value))

    def by_theme(self, queryset, name, value):
        return queryset.filter(on_theme(value))

    def in_quarter(self, queryset, name, value):
        return queryset.filter(_linked(Action.neighbourhoods, neighbourhood=value))

    def by_scheme(self, queryset, name, value):
        return queryset.filter(_linked(Action.schemes, scheme=value))

    def by_school(self, queryset, name, value):
        return queryset.filter(_linked(Action.schools, school=value))

    def by_role(self, queryset, name, value):
        return (
            queryset.exclude(intercommunal_role="") if value == ANY_ROLE else queryset.filter(intercommunal_role=value)
        )

    def by_dates(self, queryset, name, value):
        undated = {"starts_on": None, "ends_on": None}
        return queryset.filter(**undated) if value == WITHOUT else queryset.exclude(**undated)

    def without_rejected(self, queryset, name, value):
        return self._staged(queryset).exclude(readable_stage__in=NOT_COVERING)

    def at_stage(self, queryset, name, value):
        return self._staged(queryset).filter(readable_stage=value)

    def _staged(self, queryset):
        return with_readable_stage(queryset, self.request.user, cite=current_cite(self.request))

    def funded_by(self, queryset, name, value):
        """By what the user may know of the source, so that filtering tells nothing more than reading."""
        known = known_fundings(self.request.user).filter(source=value, action=OuterRef("pk"))
        return queryset.filter(Exists(known))

    def by_news(self, queryset, name, value):
        choose = stale if value == TO_REFRESH else changed_since_visit
        return choose(queryset, self.request.user)

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
        label="Prochaine étape",
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
