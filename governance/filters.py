import django_filters
from django import forms
from django.db.models import Exists, OuterRef

from governance.models import Body, BodyMember, Decision
from partners.context import current_cite
from partners.directory import people_holding, search_people
from partners.enums import OrganisationKind, Period, Role
from partners.filters import sides_of_cite
from partners.models import Mandate, Person


class DecisionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label="Texte ou numéro", method="search", widget=forms.TextInput(attrs={"type": "search"})
    )
    body = django_filters.ModelChoiceFilter(label="Instance", queryset=Body.objects.none(), empty_label="Toutes")
    year = django_filters.ChoiceFilter(label="Année", field_name="year", empty_label="Toutes", choices=())
    agreed = django_filters.ChoiceFilter(
        label="Prise",
        field_name="is_agreed",
        empty_label="Toutes",
        choices=[("True", "accord des pilotes"), ("False", "positions consignées")],
    )

    class Meta:
        model = Decision
        fields = ["q", "body", "year", "agreed"]

    def __init__(self, data=None, queryset=None, *, request=None, prefix=None):
        super().__init__(data, queryset=queryset, request=request, prefix=prefix)
        years = queryset.order_by("-year").values_list("year", flat=True).distinct()
        self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years]
        self.filters["body"].queryset = (
            Body.objects.visible_to(request.user).filter(decisions__in=queryset.order_by().values("pk")).distinct()
        )

    def search(self, queryset, name, value):
        return queryset.search(value)


def communes_of_cite(request):
    return current_cite(request).communes.all()


def bodies_of_cite(request):
    return Body.objects.visible_to(request.user).filter(cite=current_cite(request))


class PersonFilter(django_filters.FilterSet):
    """Whatever is chosen bears on one and the same mandate of the person, of the Cité shown."""

    q = django_filters.CharFilter(label="Nom, fonction ou organisme", widget=forms.TextInput(attrs={"type": "search"}))
    role = django_filters.ChoiceFilter(label="Rôle", choices=Role.choices, empty_label="Tous")
    college = django_filters.ModelChoiceFilter(label="Collège", queryset=sides_of_cite, empty_label="Tous")
    instance = django_filters.ModelChoiceFilter(label="Instance", queryset=bodies_of_cite, empty_label="Toutes")
    nature = django_filters.ChoiceFilter(
        label="Nature de l’organisme", choices=OrganisationKind.choices, empty_label="Toutes"
    )
    commune = django_filters.ModelChoiceFilter(label="Commune suivie", queryset=communes_of_cite, empty_label="Toutes")
    mandats = django_filters.ChoiceFilter(
        label="Mandats",
        choices=[choice for choice in Period.choices if choice[0] != Period.ACTIVE],
        empty_label=Period.ACTIVE.label,
    )

    class Meta:
        model = Person
        fields = []

    def filter_queryset(self, queryset):
        asked = self.form.cleaned_data
        shown = Mandate.objects.visible_to(self.request.user).filter(cite=current_cite(self.request))
        shown = shown.in_period(asked["mandats"] or Period.ACTIVE)
        people = people_holding(queryset, self._narrowed(shown, asked), shown=shown)
        return search_people(people, shown, asked["q"])

    @staticmethod
    def _narrowed(mandates, asked):
        exact = {"role": asked["role"], "side": asked["college"], "organisation__kind": asked["nature"]}
        mandates = mandates.filter(**{name: value for name, value in exact.items() if value})
        if asked["instance"]:
            seats = BodyMember.objects.filter(mandate=OuterRef("pk"), body=asked["instance"])
            mandates = mandates.filter(Exists(seats))
        if asked["commune"]:
            followed = Mandate.communes.through.objects.filter(mandate=OuterRef("pk"), commune=asked["commune"])
            mandates = mandates.filter(Exists(followed))
        return mandates
