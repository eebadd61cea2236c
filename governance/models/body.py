from django.core.validators import RegexValidator
from django.db import models

from governance.enums import BodyKind
from partners.models import Cite, Mandate


class BodyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team and the pilots see every body; the others, those they sit in today."""
        access = user.access
        sits = models.Exists(BodyMember.objects.seats_of(user).filter(body=models.OuterRef("pk")))
        return self.filter(models.Q(cite__in=access.money_readers) | models.Q(sits, cite__in=access.cites))

    def with_members(self):
        """Adds `nb_members`: the seats held today."""
        held = models.Q(members__mandate__in=Mandate.objects.active())
        return self.annotate(nb_members=models.Count("members", filter=held))


class Body(models.Model):
    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="bodies")
    kind = models.CharField("nature", max_length=10, choices=BodyKind)
    label = models.CharField("nom", max_length=120)
    code = models.CharField(
        "préfixe des décisions",
        max_length=4,
        validators=[RegexValidator(r"^[A-Z]{2,4}$", "Deux à quatre lettres majuscules, par exemple TR.")],
    )
    prints_positions = models.BooleanField("imprimer les positions de chaque pilote", default=False)
    order = models.PositiveSmallIntegerField("rang", default=1)

    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name = "instance"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cite", "code"],
                name="body_code_once",
                violation_error_message="Une instance de cette Cité utilise déjà ce préfixe.",
            ),
            models.UniqueConstraint(fields=["cite", "label"], name="body_label_once"),
        ]

    def __str__(self):
        return self.label


class BodyMemberQuerySet(models.QuerySet):
    def seats_of(self, user):
        """Those held today: an ended mandate opens nothing, not even the meetings of its time."""
        mandates = Mandate.objects.active(user.access.today).filter(person=user.person_id)
        return self.filter(mandate__in=mandates)


class BodyMember(models.Model):
    """Sits by virtue of a mandate: when the mandate ends, so does the seat."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="members")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="memberships")

    objects = BodyMemberQuerySet.as_manager()

    class Meta:
        verbose_name = "membre"
        constraints = [models.UniqueConstraint(fields=["body", "mandate"], name="body_member_once")]

    def __str__(self):
        return str(self.mandate)
