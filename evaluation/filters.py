import django_filters
from django import forms
from django.db.models import Q

from actions.models import Theme
from evaluation.enums import Level, Nature
from evaluation.models import EvaluationQuestion, Indicator
from partners.context import current_cite

WITHOUT = "sans"


class IndicatorFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label="Code ou intitulé",
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "maxlength": 200}),
    )
    niveau = django_filters.ChoiceFilter(label="Niveau", field_name="level", choices=Level, empty_label="Tous")
    origine = django_filters.ChoiceFilter(label="Origine", field_name="nature", choices=Nature, empty_label="Toutes")
    thematique = django_filters.ModelChoiceFilter(
        label="Thématique",
        field_name="themes",
        queryset=Theme.objects.none(),
        empty_label="Toutes",
        null_label="Sans thématique",
        null_value=WITHOUT,
    )
    question = django_filters.ModelChoiceFilter(
        label="Question",
        field_name="questions",
        queryset=EvaluationQuestion.objects.none(),
        empty_label="Toutes",
        null_label="Sans question",
        null_value=WITHOUT,
    )
    suivi = django_filters.ChoiceFilter(
        label="Suivi",
        choices=[("oui", "suivis aujourd’hui"), ("non", "plus suivis")],
        empty_label="Tous",
        method="by_activity",
    )

    class Meta:
        model = Indicator
        fields = []

    def __init__(self, data=None, queryset=None, *, request=None, prefix=None):
        super().__init__(data, queryset=queryset, request=request, prefix=prefix)
        cite, user = current_cite(request), request.user
        self.filters["thematique"].queryset = Theme.objects.visible_to(user).filter(cite=cite)
        self.filters["question"].queryset = EvaluationQuestion.objects.visible_to(user).filter(cite=cite)

    def search(self, queryset, name, value):
        for word in value.split():
            queryset = queryset.filter(
                Q(code__icontains=word) | Q(name__icontains=word) | Q(definition__icontains=word)
            )
        return queryset

    def by_activity(self, queryset, name, value):
        return queryset.filter(is_active=value == "oui")
