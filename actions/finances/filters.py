"""Filters of the list of acts."""

import django_filters
from django.db.models import Q

from actions.articulation_filters import YearFilterSet
from actions.enums import ActKind
from actions.filters import DayFilter
from actions.finances.acts import acts_of_year
from actions.models import FunderAct, Funding
from partners.context import current_cite
from partners.models import Organisation


def _act_funders(request):
    acts = FunderAct.objects.visible_to(request.user).filter(cite=current_cite(request))
    return Organisation.objects.filter(pk__in=acts.order_by().values("organisation"))


class ActFilter(YearFilterSet):
    """Funders' acts of the Cité shown; without `exercice`, those that grant for the year of the frame."""

    q = django_filters.CharFilter(label="Numéro ou objet", method="search")
    financeur = django_filters.ModelChoiceFilter(
        field_name="organisation", label="Financeur", queryset=_act_funders, empty_label="Tous"
    )
    nature = django_filters.ChoiceFilter(
        field_name="kind", label="Nature", choices=ActKind.choices, empty_label="Toutes"
    )
    du = DayFilter(field_name="decided_on", lookup_expr="gte", label="Du")
    au = DayFilter(field_name="decided_on", lookup_expr="lte", label="Au")

    class Meta:
        model = FunderAct
        fields = ()

    @staticmethod
    def rows(user, cite):
        return Funding.objects.filter(act__in=FunderAct.objects.visible_to(user).filter(cite=cite).order_by())

    def of_year(self, queryset, year):
        return acts_of_year(queryset, year)

    def search(self, queryset, name, value):
        return queryset.filter(Q(number__icontains=value) | Q(label__icontains=value))
