"""Filters of the pages of the money: acts, fundings."""

import django_filters
from django.db.models import F, Q

from actions.enums import ActKind, Outcome
from actions.filters import DayFilter
from actions.models import Action, Call, FunderAct, Funding, FundingSource
from cite_educative.common.money import ZERO
from partners.context import current_cite
from partners.models import Organisation


def _act_funders(request):
    acts = FunderAct.objects.visible_to(request.user).filter(cite=current_cite(request))
    return Organisation.objects.filter(pk__in=acts.order_by().values("organisation"))


class ActFilter(django_filters.FilterSet):
    """Funders' acts of the Cité shown."""

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

    def search(self, queryset, name, value):
        return queryset.filter(Q(number__icontains=value) | Q(label__icontains=value))


def _sources(request):
    return FundingSource.objects.visible_to(request.user).filter(cite=current_cite(request))


def _calls(request):
    return Call.objects.visible_to(request.user).filter(cite=current_cite(request))


class FundingFilter(django_filters.FilterSet):
    """Every funding of the Cité shown, one line each."""

    POSITIONS = {
        "a-accorder": ("programmé, pas encore accordé", Q(programmed__gt=ZERO, granted__isnull=True)),
        "sans-programmation": ("accordé sans programmation", Q(granted__gt=ZERO, programmed__isnull=True)),
        "ecart": (
            "accordé autrement que programmé",
            Q(granted__isnull=False, programmed__isnull=False) & ~Q(granted=F("programmed")),
        ),
        "a-verser": (
            "accordé, pas encore versé",
            Q(granted__gt=ZERO) & (Q(paid__isnull=True) | Q(paid__lt=F("granted"))),
        ),
        "a-justifier": ("versé, pas encore justifié", Q(paid__gt=ZERO, justified__isnull=True)),
    }

    q = django_filters.CharFilter(label="Action ou porteur", method="search")
    financeur = django_filters.ModelChoiceFilter(
        field_name="source", label="Financeur", queryset=_sources, empty_label="Tous"
    )
    appel = django_filters.ModelChoiceFilter(
        field_name="action__call", label="Appel", queryset=_calls, empty_label="Tous"
    )
    ou = django_filters.ChoiceFilter(
        label="Où en est l’argent",
        choices=[(key, words) for key, (words, _) in POSITIONS.items()],
        empty_label="Partout",
        method="by_position",
    )
    issue = django_filters.ChoiceFilter(
        field_name="outcome", label="Issue", choices=Outcome.choices, empty_label="Toutes"
    )

    class Meta:
        model = Funding
        fields = ()

    def search(self, queryset, name, value):
        rows = Action.objects.visible_to(self.request.user).search(value)
        return queryset.filter(action__in=rows.order_by().values("pk"))

    def by_position(self, queryset, name, value):
        return queryset.filter(self.POSITIONS[value][1])
