import django_filters
from django import forms

from governance.models import Body, Decision


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
