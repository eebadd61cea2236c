import django_filters
from django import forms
from django.db.models import Exists, OuterRef

from actions.models import Action, FundingSource
from cite_educative.common.forms import DayField
from governance.enums import CommunicationState, Execution, MeetingStatus, PointStatus, Support
from governance.execution import slow
from governance.models import ActionPoint, Body, BodyMember, CommunicationItem, Decision, DecisionEffect, Meeting
from governance.permissions import can_read_amounts
from partners.context import current_cite
from partners.directory import people_holding, search_people
from partners.enums import OrganisationKind, Period, Role
from partners.filters import sides_of_cite
from partners.models import Mandate, Person

SLOW_KEY = "plus-de-60-jours"
HELD_KEY = "tenues"


class DayFilter(django_filters.DateFilter):
    field_class = DayField


class DecisionFilter(django_filters.FilterSet):
    """`execution`, `responsable`, `action` and `ligne` are for who reads amounts: they would tell what was decided."""

    q = django_filters.CharFilter(
        label="Texte ou numéro", method="search", widget=forms.TextInput(attrs={"type": "search"})
    )
    body = django_filters.ModelChoiceFilter(label="Instance", queryset=Body.objects.none(), empty_label="Toutes")
    year = django_filters.ChoiceFilter(label="Année", field_name="year", empty_label="Toutes", choices=())
    execution = django_filters.ChoiceFilter(
        label="Exécution",
        choices=[*Execution.choices, (SLOW_KEY, "non exécutée depuis plus de 60 jours")],
        empty_label="Toutes",
        method="by_execution",
    )
    du = DayFilter(label="Du", field_name="adopted_on", lookup_expr="gte")
    au = DayFilter(label="Au", field_name="adopted_on", lookup_expr="lte")
    responsable = django_filters.ModelChoiceFilter(
        label="Responsable", queryset=Person.objects.none(), empty_label="Tous", method="by_owner"
    )
    action = django_filters.CharFilter(label="Code ou titre d’une action", method="by_action")
    ligne = django_filters.ModelChoiceFilter(
        label="Ligne de financement", queryset=FundingSource.objects.none(), empty_label="Toutes", method="by_source"
    )
    agreed = django_filters.ChoiceFilter(
        label="Mode d’adoption",
        field_name="is_agreed",
        empty_label="Toutes",
        choices=[("True", "accord des pilotes"), ("False", "positions consignées")],
    )
    later = ("du", "au", "responsable", "action", "ligne", "agreed")

    class Meta:
        model = Decision
        fields = ["q", "body", "year", "agreed"]

    def __init__(self, data=None, queryset=None, *, request=None, prefix=None):
        super().__init__(data, queryset=queryset, request=request, prefix=prefix)
        cite = current_cite(request)
        seen = Decision.objects.visible_to(request.user).filter(body__cite=cite, number__isnull=False).order_by()
        years = seen.order_by("-year").values_list("year", flat=True).distinct()
        self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years]
        self.filters["body"].queryset = Body.objects.visible_to(request.user).filter(pk__in=seen.values("body"))
        if not can_read_amounts(request.user, cite):
            for name in ("execution", "responsable", "action", "ligne"):
                del self.filters[name]
            return
        owners = seen.filter(owner__isnull=False).values("owner__person")
        self.filters["responsable"].queryset = Person.objects.filter(pk__in=owners).order_by("last_name", "pk")
        self.filters["ligne"].queryset = FundingSource.objects.visible_to(request.user).filter(cite=cite)

    def search(self, queryset, name, value):
        return queryset.search(value)

    def by_execution(self, queryset, name, value):
        if value == SLOW_KEY:
            return slow(queryset, self.request.user.access.today)
        return queryset.filter(execution=value)

    def by_owner(self, queryset, name, value):
        return queryset.filter(owner__person=value)

    def by_action(self, queryset, name, value):
        named = Action.objects.visible_to(self.request.user).filter(cite=current_cite(self.request)).search(value)
        effects = DecisionEffect.objects.filter(decision=OuterRef("pk"), action__in=named.order_by().values("pk"))
        return queryset.filter(Exists(effects))

    def by_source(self, queryset, name, value):
        return queryset.filter(Exists(DecisionEffect.objects.filter(decision=OuterRef("pk"), funding__source=value)))


class ActionPointFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label="À faire", method="search", widget=forms.TextInput(attrs={"type": "search", "maxlength": 200})
    )
    qui = django_filters.ChoiceFilter(
        label="Par", choices=[("moi", "moi"), ("autres", "les autres")], empty_label="Tout le monde", method="by_owner"
    )
    etat = django_filters.ChoiceFilter(
        label="État",
        choices=[
            ("a-faire", "à faire"),
            ("en-retard", "en retard"),
            ("faites", "faites"),
            ("abandonnees", "abandonnées"),
        ],
        empty_label="Tous",
        method="by_state",
    )
    instance = django_filters.ModelChoiceFilter(
        label="Instance", field_name="body", queryset=Body.objects.none(), empty_label="Toutes"
    )
    du = DayFilter(label="Pour le, du", field_name="due_on", lookup_expr="gte")
    au = DayFilter(label="au", field_name="due_on", lookup_expr="lte")
    later = ("du", "au")

    class Meta:
        model = ActionPoint
        fields = ()

    def __init__(self, data=None, queryset=None, *, request=None, prefix=None):
        super().__init__(data, queryset=queryset, request=request, prefix=prefix)
        named = queryset.order_by().values("body")
        self.filters["instance"].queryset = Body.objects.filter(pk__in=named)

    def search(self, queryset, name, value):
        return queryset.search(value)

    def by_owner(self, queryset, name, value):
        own = queryset.owned_by(self.request.user)
        return own if value == "moi" else queryset.exclude(pk__in=own.order_by().values("pk"))

    def by_state(self, queryset, name, value):
        if value == "en-retard":
            return queryset.late(self.request.user.access.today)
        return queryset.filter(status=POINT_STATES[value])


POINT_STATES = {"a-faire": PointStatus.OPEN, "faites": PointStatus.DONE, "abandonnees": PointStatus.DROPPED}


class MeetingFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label="Instance, lieu ou point", method="search", widget=forms.TextInput(attrs={"type": "search"})
    )
    instance = django_filters.ModelChoiceFilter(
        label="Instance", field_name="body", queryset=Body.objects.none(), empty_label="Toutes"
    )
    annee = django_filters.ChoiceFilter(label="Année", field_name="starts_at__year", empty_label="Toutes", choices=())
    etat = django_filters.ChoiceFilter(
        label="État",
        choices=[
            (HELD_KEY, "tenue (close ou publiée)"),
            *(choice for choice in MeetingStatus.choices if choice[0] != MeetingStatus.HELD),
        ],
        empty_label="Tous",
        method="by_state",
    )

    class Meta:
        model = Meeting
        fields = ()

    def __init__(self, data=None, queryset=None, *, request=None, prefix=None):
        super().__init__(data, queryset=queryset, request=request, prefix=prefix)
        seen = Meeting.objects.visible_to(request.user).filter(body__cite=current_cite(request)).order_by()
        years = seen.values_list("starts_at__year", flat=True).distinct()
        self.filters["annee"].extra["choices"] = [(str(year), str(year)) for year in sorted(years, reverse=True)]
        self.filters["instance"].queryset = Body.objects.filter(pk__in=seen.values("body"))

    def search(self, queryset, name, value):
        return queryset.search(value)

    def by_state(self, queryset, name, value):
        return queryset.held() if value == HELD_KEY else queryset.filter(status=value)


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


class CommunicationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Texte", method="search", widget=forms.TextInput(attrs={"type": "search"}))
    support = django_filters.ChoiceFilter(label="Support", choices=Support.choices, empty_label="Tous")
    etat = django_filters.ChoiceFilter(
        label="État", field_name="state", choices=CommunicationState.choices, empty_label="Tous"
    )
    annee = django_filters.ChoiceFilter(label="Année", field_name="day__year", empty_label="Toutes", choices=())
    public = django_filters.ChoiceFilter(label="Public", field_name="audience", empty_label="Tous", choices=())
    reserve = django_filters.ChoiceFilter(
        label="Réserve électorale",
        field_name="in_reserve",
        choices=[("True", "pendant la réserve"), ("False", "hors réserve")],
        empty_label="Toutes les dates",
    )

    class Meta:
        model = CommunicationItem
        fields = []

    def __init__(self, data=None, queryset=None, *, request=None, prefix=None):
        super().__init__(data, queryset=queryset, request=request, prefix=prefix)
        plain = queryset.order_by()
        years = plain.filter(day__isnull=False).values_list("day__year", flat=True).distinct()
        audiences = plain.exclude(audience="").values_list("audience", flat=True).distinct()
        self.filters["annee"].extra["choices"] = [(str(year), str(year)) for year in sorted(years, reverse=True)]
        self.filters["public"].extra["choices"] = [(one, one) for one in sorted(audiences)]

    def search(self, queryset, name, value):
        return queryset.search(value)
