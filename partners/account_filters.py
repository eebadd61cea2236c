import django_filters
from django.db.models import Exists, OuterRef

from partners.enums import AccountState, DeliveryState, MessageKind
from partners.models import Delivery, OutgoingMessage, Person


class AccountFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Nom ou fonction", method="search")
    compte = django_filters.ChoiceFilter(
        label="Compte", choices=AccountState.choices, field_name="account_state", empty_label="Tous"
    )

    class Meta:
        model = Person
        fields = []

    def search(self, queryset, name, value):
        return queryset.search(value)


class MessageFilter(django_filters.FilterSet):
    nature = django_filters.ChoiceFilter(
        label="Nature", field_name="kind", choices=MessageKind.choices, empty_label="Toutes"
    )
    etat = django_filters.ChoiceFilter(
        label="État", choices=DeliveryState.choices, method="by_state", empty_label="Tous"
    )

    class Meta:
        model = OutgoingMessage
        fields = []

    def by_state(self, queryset, name, value):
        return queryset.filter(Exists(Delivery.objects.filter(message=OuterRef("pk"), state=value)))
