import django_filters
from django import forms
from django.db.models import Q

from cite_educative.common.forms import DayField
from cite_educative.common.models import Entry
from cite_educative.home.journal_page import kind_label
from partners.models import User


class DayFilter(django_filters.DateFilter):
    field_class = DayField


class EntryFilter(django_filters.FilterSet):
    """Actors and kinds are those found in the journal shown, and no others."""

    q = django_filters.CharFilter(
        label="Texte", method="search", widget=forms.TextInput(attrs={"type": "search", "maxlength": 200})
    )
    du = DayFilter(label="Du", field_name="created_at", lookup_expr="date__gte")
    au = DayFilter(label="Au", field_name="created_at", lookup_expr="date__lte")
    par = django_filters.ModelChoiceFilter(
        label="Par", field_name="actor", queryset=User.objects.none(), empty_label="Tout le monde"
    )
    objet = django_filters.ChoiceFilter(label="Objet", field_name="subject_type", empty_label="Tous", choices=())

    class Meta:
        model = Entry
        fields = ()

    def __init__(self, data=None, queryset=None, *, request=None, prefix=None):
        super().__init__(data, queryset=queryset, request=request, prefix=prefix)
        actors = User.objects.filter(pk__in=queryset.order_by().values("actor")).select_related("person")
        self.filters["par"].queryset = actors.order_by("person__last_name", "person__first_name", "pk")
        kinds = queryset.order_by().values_list("subject_type", flat=True).distinct()
        self.filters["objet"].extra["choices"] = sorted(((kind, kind_label(kind)) for kind in kinds), key=_by_label)

    def search(self, queryset, name, value):
        """Every word in the sentence or in the name of the object."""
        for word in value.split():
            queryset = queryset.filter(Q(sentence__icontains=word) | Q(subject_label__icontains=word))
        return queryset


def _by_label(choice):
    return choice[1]
