import django_filters

from cite_educative.documents.enums import PENDING, State
from cite_educative.documents.models import GeneratedFile

GROUPS = {
    "en-cours": PENDING,
    "echecs": (State.FAILED,),
    "prets": (State.READY,),
}


class GeneratedFileFilter(django_filters.FilterSet):
    etat = django_filters.ChoiceFilter(
        label="État",
        choices=[("en-cours", "En cours"), ("echecs", "En échec"), ("prets", "Prêts")],
        empty_label="Tous",
        method="of_state",
    )
    demande = django_filters.ChoiceFilter(
        label="Demandés par", choices=[("moi", "Moi")], empty_label="Tout le monde", method="of_author"
    )

    class Meta:
        model = GeneratedFile
        fields = ()

    def of_state(self, queryset, name, value):
        return queryset.filter(state__in=GROUPS[value])

    def of_author(self, queryset, name, value):
        return queryset.filter(author_id=self.request.user.pk)
