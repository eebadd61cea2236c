from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from governance.enums import BodyKind, QuorumRule, Rhythm, StepFact
from partners.enums import Role
from partners.models import Cite, Mandate, Side


class BodyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team and the pilots see every body; the others, those they sit in today."""
        access = user.access
        sits = models.Exists(BodyMember.objects.seats_of(user).filter(body=models.OuterRef("pk")))
        return self.filter(models.Q(cite__in=access.money_readers) | models.Q(sits, cite__in=access.cites))

    def open_to(self, user):
        """Those for which she or he may propose a point: every body for team, pilots and referents, else one's own."""
        access = user.access
        proposers = access.with_role(Role.LEAD, Role.CO_LEAD, Role.PILOT, Role.REFERENT)
        sits = models.Exists(BodyMember.objects.seats_of(user).filter(body=models.OuterRef("pk")))
        return self.filter(models.Q(cite__in=proposers) | models.Q(sits, cite__in=access.cites))

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
    silence_agrees = models.BooleanField(
        "consultation écrite\u00a0: le silence vaut accord à l’échéance", default=False
    )
    competence = models.TextField("compétence", max_length=1500, blank=True)
    rhythm_every = models.PositiveSmallIntegerField(
        "se réunit tous les",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(52)],
    )
    rhythm_unit = models.CharField("unité du rythme", max_length=5, choices=Rhythm, blank=True)
    quorum_rule = models.CharField("quorum", max_length=10, choices=QuorumRule, blank=True)
    quorum_number = models.PositiveSmallIntegerField(
        "nombre de membres", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    required_sides = models.ManyToManyField(Side, verbose_name="pilotes indispensables", related_name="+", blank=True)
    order = models.PositiveSmallIntegerField("rang", default=1)
    version = models.PositiveIntegerField(default=1, editable=False)

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
            models.CheckConstraint(
                name="body_rhythm_whole",
                condition=models.Q(rhythm_unit="", rhythm_every__isnull=True)
                | (~models.Q(rhythm_unit="") & models.Q(rhythm_every__isnull=False)),
                violation_error_message="Un rythme se dit avec un nombre et une unité\u00a0: par exemple 6 semaines. "
                "Laissez les deux vides pour un rythme libre.",
            ),
            models.CheckConstraint(
                name="body_quorum_number",
                condition=models.Q(quorum_rule=QuorumRule.NUMBER, quorum_number__isnull=False)
                | (~models.Q(quorum_rule=QuorumRule.NUMBER) & models.Q(quorum_number__isnull=True)),
                violation_error_message="Le nombre de membres s’écrit avec le quorum «\u00a0un nombre de membres\u00a0», "
                "et seulement avec lui.",
            ),
        ]

    def __str__(self):
        return self.label

    def presiding(self, on=None):
        """The mandates of those who chair it that day, in protocol order."""
        seats = Mandate.objects.active(on).filter(memberships__body=self, memberships__presides=True)
        return seats.in_protocol_order()


class BodyMemberQuerySet(models.QuerySet):
    def seats_of(self, user):
        """Those held today: an ended mandate opens nothing, not even the meetings of its time."""
        mandates = Mandate.objects.active(user.access.today).filter(person=user.person_id)
        return self.filter(mandate__in=mandates)


class BodyMember(models.Model):
    """Sits by virtue of a mandate: when the mandate ends, so does the seat."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="members")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="memberships")
    presides = models.BooleanField("préside", default=False)

    objects = BodyMemberQuerySet.as_manager()

    class Meta:
        verbose_name = "membre"
        constraints = [models.UniqueConstraint(fields=["body", "mandate"], name="body_member_once")]

    def __str__(self):
        return str(self.mandate)


class RetroStep(models.Model):
    """One step of what precedes each meeting of a body: notes ready twenty-one days before, convocation fifteen…"""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="steps")
    label = models.CharField("étape", max_length=120)
    days_before = models.PositiveSmallIntegerField("jours avant", validators=[MaxValueValidator(365)])
    fact = models.CharField("faite quand", max_length=12, choices=StepFact, blank=True)

    class Meta:
        verbose_name = "étape de préparation"
        verbose_name_plural = "étapes de préparation"
        ordering = ["-days_before", "pk"]

    def __str__(self):
        return self.label
