import django_filters
from django.db.models import Exists, OuterRef

from partners.context import current_cite
from partners.enums import OrganisationKind, Part
from partners.models import Commune, Organisation, Partnership


def communes_of_partners(request):
    """Communes where a partner of the current Cité works."""
    organisations = Organisation.objects.visible_to(request.user).in_cite(current_cite(request))
    return Commune.objects.filter(organisations__in=organisations).distinct()


class OrganisationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Nom, sigle ou SIRET", method="search")
    nature = django_filters.ChoiceFilter(
        label="Nature", field_name="kind", choices=OrganisationKind.choices, empty_label="Toutes"
    )
    role = django_filters.ChoiceFilter(label="Rôle", choices=Part.choices, method="by_part", empty_label="Tous")
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

    def by_commune(self, queryset, name, value):
        links = Organisation.communes.through.objects.filter(organisation=OuterRef("pk"), commune=value)
        return queryset.filter(Exists(links))
