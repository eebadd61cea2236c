import django_filters
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cite_educative.common.search import MAX_WORDS, normalise
from partners.context import current_cite
from partners.enums import OrganisationKind, Part, Period, PriorityNetwork, Role
from partners.models import Commune, Mandate, Organisation, Partnership, School, Side


def communes_of_partners(request):
    """Communes where a partner of the current Cité works."""
    organisations = Organisation.objects.visible_to(request.user).in_cite(current_cite(request))
    return Commune.objects.filter(organisations__in=organisations).distinct()


def sides_of_cite(request):
    return Side.objects.filter(cite=current_cite(request))


class OrganisationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Nom, sigle ou SIRET", method="search")
    nature = django_filters.ChoiceFilter(
        label="Nature", field_name="kind", choices=OrganisationKind.choices, empty_label="Toutes"
    )
    role = django_filters.ChoiceFilter(
        label="Rôle dans la Cité", choices=Part.choices, method="by_part", empty_label="Tous"
    )
    college = django_filters.ModelChoiceFilter(
        label="Collège", queryset=sides_of_cite, method="by_side", empty_label="Tous"
    )
    mandat = django_filters.ChoiceFilter(
        label="Rôle de ses membres", choices=Role.choices, method="by_mandate", empty_label="Peu importe"
    )
    commune = django_filters.ModelChoiceFilter(
        label="Commune", queryset=communes_of_partners, method="by_commune", empty_label="Toutes"
    )

    class Meta:
        model = Organisation
        fields = []

    def search(self, queryset, name, value):
        return queryset.search(value)

    def by_part(self, queryset, name, value):
        parts = Partnership.objects.filter(organisation=OuterRef("pk"), cite=current_cite(self.request), part=value)
        return queryset.filter(Exists(parts))

    def by_side(self, queryset, name, value):
        """A pilot of that side, or one that somebody sits for there today."""
        parts = Partnership.objects.filter(organisation=OuterRef("pk"), side=value)
        seats = Mandate.objects.active().filter(organisation=OuterRef("pk"), side=value)
        return queryset.filter(Q(Exists(parts)) | Q(Exists(seats)))

    def by_mandate(self, queryset, name, value):
        mandates = Mandate.objects.active().filter(
            organisation=OuterRef("pk"), cite=current_cite(self.request), role=value
        )
        return queryset.filter(Exists(mandates))

    def by_commune(self, queryset, name, value):
        links = Organisation.communes.through.objects.filter(organisation=OuterRef("pk"), commune=value)
        return queryset.filter(Exists(links))


def communes_of_cite(request):
    return Commune.objects.filter(cites=current_cite(request))


class MandateFilter(django_filters.FilterSet):
    """Without `etat`, the list is that of the mandates of today."""

    ENDING = "ending"

    q = django_filters.CharFilter(label="Personne ou organisme", method="search")
    role = django_filters.ChoiceFilter(label="Rôle", choices=Role.choices, empty_label="Tous")
    etat = django_filters.ChoiceFilter(
        label="État",
        choices=[
            (ENDING, "finissent dans les 60 jours"),
            (Period.COMING, Period.COMING.label),
            (Period.ENDED, Period.ENDED.label),
            (Period.ALL, Period.ALL.label),
        ],
        empty_label="en cours",
        method="in_state",
    )
    commune = django_filters.ModelChoiceFilter(
        label="Commune", queryset=communes_of_cite, field_name="communes", empty_label="Toutes"
    )

    class Meta:
        model = Mandate
        fields = []

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("etat") else queryset.active()

    def search(self, queryset, name, value):
        for word in normalise(value).split()[:MAX_WORDS]:
            named = Q(person__search_text__contains=word) | Q(organisation__search_text__contains=word)
            queryset = queryset.filter(named)
        return queryset

    def in_state(self, queryset, name, value):
        today = timezone.localdate()
        if value == self.ENDING:
            return queryset.ending(today)
        if value == Period.COMING:
            return queryset.filter(starts_on__gt=today)
        return queryset.filter(ends_on__lt=today) if value == Period.ENDED else queryset


NETWORK_CHOICES = (("rep", "REP"), ("rep_plus", "REP+"), ("ep", "REP ou REP+"), ("hors", "Hors éducation prioritaire"))


def communes_of_schools(request):
    return Commune.objects.filter(schools__cites=current_cite(request)).distinct()


def natures_of_schools(request=None):
    return [
        (kind, kind.capitalize()) for kind in School.objects.order_by("kind").values_list("kind", flat=True).distinct()
    ]


class SchoolFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Nom ou UAI", method="search")
    commune = django_filters.ModelChoiceFilter(label="Commune", queryset=communes_of_schools, empty_label="Toutes")
    nature = django_filters.ChoiceFilter(
        label="Nature", field_name="kind", choices=natures_of_schools, empty_label="Toutes"
    )
    reseau = django_filters.ChoiceFilter(
        label="Éducation prioritaire", choices=NETWORK_CHOICES, method="by_network", empty_label="Peu importe"
    )
    chef = django_filters.ChoiceFilter(
        label="Chef de file", choices=(("oui", "Oui"), ("non", "Non")), method="by_lead", empty_label="Peu importe"
    )

    class Meta:
        model = School
        fields = []

    def search(self, queryset, name, value):
        return queryset.search(value)

    def by_network(self, queryset, name, value):
        wanted = {"ep": [PriorityNetwork.REP, PriorityNetwork.REP_PLUS], "hors": [PriorityNetwork.NONE]}
        return queryset.filter(network__in=wanted.get(value, [value]))

    def by_lead(self, queryset, name, value):
        """`is_lead` is annotated by the page."""
        return queryset.filter(is_lead=value == "oui")
