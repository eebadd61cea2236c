from datetime import timedelta

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Cast, Coalesce, Concat, LPad
from django.utils import timezone

from cite_educative.common.dates import date_fr
from cite_educative.common.models import Attachment
from cite_educative.common.search import SearchableModel, SearchableQuerySet
from partners.enums import Channel, Civility, LawfulBasis, OrganisationKind, Part, Period, Role
from partners.models.cite import Cite, Side
from partners.models.succession import communes_left_alone, successors_of
from partners.models.territory import Commune
from partners.validators import validate_siret
from partners.wording import role_label


class OrganisationQuerySet(SearchableQuerySet):
    def visible_to(self, user):
        """Those that hold a part or a mandate in a Cité of mine, whatever the Cité where they were first met."""
        cites = user.access.cites
        return self.filter(
            models.Exists(Partnership.objects.filter(organisation=models.OuterRef("pk"), cite__in=cites))
            | models.Exists(Mandate.objects.filter(organisation=models.OuterRef("pk"), cite__in=cites))
        )

    def in_cite(self, cite):
        return self.filter(models.Exists(Partnership.objects.filter(organisation=models.OuterRef("pk"), cite=cite)))


class Organisation(SearchableModel):
    """Shared by the Cités; SIRET identifies it when known, its name otherwise."""

    SEARCH_FIELDS = ("name", "acronym", "siret")

    name = models.CharField("nom", max_length=255)
    acronym = models.CharField("sigle", max_length=40, blank=True)
    kind = models.CharField("nature", max_length=20, choices=OrganisationKind, default=OrganisationKind.ASSOCIATION)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[validate_siret])
    rna = models.CharField(
        "numéro RNA",
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^W\d{9}$", "Un numéro RNA s’écrit W suivi de neuf chiffres.")],
    )
    address = models.TextField("adresse", blank=True)
    email = models.EmailField("courriel de contact", blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    website = models.URLField("site", blank=True)
    communes = models.ManyToManyField(Commune, verbose_name="communes", related_name="organisations", blank=True)
    is_fictional = models.BooleanField("organisme inventé pour la démonstration", default=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "organisme"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["siret"],
                condition=~models.Q(siret=""),
                name="organisation_siret_once",
                violation_error_message="Un organisme porte déjà ce SIRET.",
            )
        ]

    def __str__(self):
        return self.name


class PersonQuerySet(SearchableQuerySet):
    def visible_to(self, user):
        """Those who have or had a mandate in a Cité of mine; none where I read under pseudonym."""
        return self.filter(
            models.Exists(Mandate.objects.filter(person=models.OuterRef("pk"), cite__in=user.access.name_readers))
        )

    def known_in(self, *cites):
        """Those who have or had a mandate in one of these Cités (or their ids) and still have a name."""
        mandates = Mandate.objects.filter(person=models.OuterRef("pk"), cite__in=cites)
        return self.filter(models.Exists(mandates), anonymised_at__isnull=True)

    def acting_in(self, cite):
        """Those who have a mandate in the Cité, today or later."""
        mandates = Mandate.objects.filter(person=models.OuterRef("pk"), cite=cite)
        return self.filter(models.Exists(mandates.exclude(ends_on__lt=timezone.localdate())))

    def in_protocol_order(self, cite):
        """By the highest mandate that each has or had in the Cité; those who have none there come last, by name."""
        own = Mandate.objects.filter(cite=cite)
        return self.annotate(protocol=first_place(own)).order_by(
            models.F("protocol").asc(nulls_last=True), "search_text", "pk"
        )


class Person(SearchableModel):
    """A professional or elected contact. No private details, no minors."""

    # In this order, the column also sorts by name without regard to accents and case.
    SEARCH_FIELDS = ("last_name", "first_name", "title", "function")

    civility = models.CharField("civilité", max_length=3, choices=Civility)
    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    title = models.CharField("titre exact", max_length=160, blank=True)
    function = models.CharField("fonction", max_length=160, blank=True)
    email = models.EmailField("courriel professionnel", blank=True)
    phone = models.CharField("téléphone professionnel", max_length=30, blank=True)
    assistant = models.CharField("secrétariat", max_length=200, blank=True)
    preferred_channel = models.CharField("canal préféré", max_length=10, choices=Channel, default=Channel.EMAIL)
    lawful_basis = models.CharField("base légale", max_length=20, choices=LawfulBasis, default=LawfulBasis.PUBLIC_TASK)
    keep_until = models.DateField("à conserver jusqu’au", null=True, blank=True)
    reviewed_on = models.DateField("coordonnées vérifiées le", null=True, blank=True)
    anonymised_at = models.DateTimeField("rendue anonyme le", null=True, blank=True, editable=False)
    is_fictional = models.BooleanField("personne inventée pour la démonstration", default=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "personne"
        ordering = ["last_name", "first_name", "pk"]

    def __str__(self):
        return self.formal_name

    @property
    def full_name(self):
        return f"{self.first_name} {self.last_name}"

    @property
    def formal_name(self):
        """ "Mme Claire Vandewalle", as printed in documents."""
        if self.anonymised_at:
            return self.full_name
        return f"{self.get_civility_display()} {self.full_name}"


class PartnershipQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cite__in=user.access.cites)


class Partnership(models.Model):
    cite = models.ForeignKey(Cite, on_delete=models.CASCADE, related_name="partnerships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="partnerships")
    part = models.CharField("rôle dans la Cité", max_length=12, choices=Part)
    side = models.ForeignKey(Side, on_delete=models.PROTECT, null=True, blank=True, related_name="partnerships")

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = "partenariat"
        constraints = [
            models.UniqueConstraint(fields=["cite", "organisation", "part"], name="partnership_once"),
            models.CheckConstraint(
                name="partnership_side_only_for_pilots",
                condition=models.Q(part=Part.SIDE, side__isnull=False)
                | (~models.Q(part=Part.SIDE) & models.Q(side__isnull=True)),
                violation_error_message="Un pilote, et lui seul, siège dans un collège de la Troïka.",
            ),
        ]

    def __str__(self):
        return f"{self.organisation} – {self.get_part_display()}"


class SeatQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(side__cite__in=user.access.cites)

    def open(self, on=None):
        return self.filter(models.Q(closed_on__isnull=True) | models.Q(closed_on__gt=on or timezone.localdate()))


class Seat(models.Model):
    """A place in the Troïka; one titular at a time (kept by `services.open_mandate`).

    A seat given up has its day in `closed_on`, the first one without it: it leaves the Troïka, its history stays.
    """

    side = models.ForeignKey(Side, on_delete=models.CASCADE, related_name="seats")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="seats")
    label = models.CharField("siège", max_length=160)
    order = models.PositiveSmallIntegerField("rang protocolaire", default=1)
    closed_on = models.DateField("clos le", null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = "siège"
        ordering = ["side__order", "order", "pk"]

    def __str__(self):
        return self.label


# Pilots come first, by side and seat; then the others, in this order.
PROTOCOL_ROLES = (
    Role.PILOT,
    Role.LEAD,
    Role.CO_LEAD,
    Role.FINANCE,
    Role.INSTITUTION,
    Role.REFERENT,
    Role.EVALUATOR,
    Role.HOLDER,
    Role.PARTNER,
    Role.READER,
)
NOTICE = timedelta(days=60)
LAST_RANK = 99_999
KEY_DIGITS = 19


def protocol_key(prefix=""):
    """The place of a mandate in protocol order as one number: side and seat of a pilot, role, rank.

    `prefix` leads from the sorted row to the mandate ("mandate__"). A substitute has the rank of the titular.
    """
    role = models.Case(
        *(models.When(**{f"{prefix}role": role}, then=place) for place, role in enumerate(PROTOCOL_ROLES)),
        default=len(PROTOCOL_ROLES),
    )
    rank = Coalesce(f"{prefix}substitute_of__rank", f"{prefix}rank")
    is_pilot = models.When(**{f"{prefix}role": Role.PILOT}, then=Coalesce(f"{prefix}side__order", LAST_RANK))
    side = models.Case(is_pilot, default=LAST_RANK)
    seat = Coalesce(f"{prefix}seat__order", LAST_RANK)
    key = _large(side)
    for part, places in ((seat, LAST_RANK + 1), (role, len(PROTOCOL_ROLES) + 1), (rank, LAST_RANK + 1)):
        key = key * _large(models.Value(places)) + _large(part)
    return key


def _large(expression):
    """PostgreSQL would multiply in 16 bits."""
    return Cast(expression, models.BigIntegerField())


def first_place(mandates):
    """For persons: the highest place that some of `mandates` give, as a text that sorts.

    Those of one place come by name, a substitute right after the titular.
    """
    text = models.TextField()
    own, titular = "person__search_text", "substitute_of__person__search_text"
    name = models.Case(
        models.When(substitute_of__isnull=True, then=own),
        default=Concat(titular, models.Value(" / "), own, output_field=text),
        output_field=text,
    )
    digits = LPad(Cast(protocol_key(), text), KEY_DIGITS, models.Value("0"), output_field=text)
    place = models.Min(Concat(digits, models.Value(" "), name, output_field=text))
    held = mandates.filter(person=models.OuterRef("pk")).order_by().values("person")
    return models.Subquery(held.annotate(first=place).values("first"))


def protocol_order(prefix=""):
    """For `order_by`: a substitute comes right after the titular."""
    titular = models.F(f"{prefix}substitute_of")
    return (
        protocol_key(prefix),
        Coalesce(titular, f"{prefix}pk"),
        titular.asc(nulls_first=True),
        f"{prefix}rank",
        f"{prefix}pk",
    )


class MandateQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cite__in=user.access.cites)

    def active(self, on=None):
        on = on or timezone.localdate()
        return self.filter(starts_on__lte=on).filter(models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=on))

    def in_period(self, period, on=None):
        """Those that `period` (an enum) tells of on that day."""
        on = on or timezone.localdate()
        if period == Period.ACTIVE:
            return self.active(on)
        beside = {Period.COMING: models.Q(starts_on__gt=on), Period.ENDED: models.Q(ends_on__lt=on)}
        return self.filter(beside.get(period, models.Q()))

    def ending(self, on=None):
        """Active ones whose last day comes within the notice of sixty days."""
        on = on or timezone.localdate()
        return self.active(on).filter(ends_on__lte=on + NOTICE)

    def without_successor(self):
        """Nobody is known to take over, later on: the same seat, or stand-in; else the same role for the same
        organisation, in each of its communes."""
        others = Mandate.objects.filter(successors_of())
        titulars = others.filter(substitute_of__isnull=True)
        on_seat = models.Exists(titulars.filter(seat=models.OuterRef("seat")))
        in_role = models.Exists(titulars.filter(seat__isnull=True)) & ~models.Exists(
            communes_left_alone(Mandate.communes.through.objects)
        )
        as_titular = on_seat | models.Q(seat__isnull=True) & in_role
        as_substitute = models.Exists(others.filter(substitute_of=models.OuterRef("substitute_of")))
        return self.exclude(models.Q(substitute_of__isnull=True) & as_titular | as_substitute)

    def in_protocol_order(self):
        """Pilots by side, seat and rank; then the others by role, in the order of `PROTOCOL_ROLES`, and rank."""
        return self.select_related("person", "organisation", "side", "seat").order_by(*protocol_order())


class Mandate(models.Model):
    """Who acts for whom, in which Cité, since when. The organisation is the mandate's, not the employer."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates")
    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="mandates")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandates")
    role = models.CharField("rôle", max_length=12, choices=Role)
    side = models.ForeignKey(Side, on_delete=models.PROTECT, null=True, blank=True, related_name="mandates")
    communes = models.ManyToManyField(Commune, verbose_name="communes", related_name="mandates", blank=True)
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, null=True, blank=True, related_name="mandates")
    substitute_of = models.ForeignKey(
        "self", verbose_name="supplée", on_delete=models.PROTECT, null=True, blank=True, related_name="substitutes"
    )
    title = models.CharField("qualité", max_length=160, blank=True)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au", null=True, blank=True)
    rank = models.PositiveSmallIntegerField("rang protocolaire", default=100)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = "mandat"
        indexes = [
            models.Index(fields=["person", "starts_on"]),
            # Without it, SQLite reads all the mandates of the Cité for each person of a list.
            models.Index(fields=["person", "cite"], name="mandate_person_cite"),
        ]
        constraints = [
            models.CheckConstraint(
                name="mandate_dates_in_order",
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                violation_error_message="Un mandat ne peut pas finir avant d’avoir commencé.",
            ),
            models.CheckConstraint(
                name="mandate_pilot_has_side",
                condition=~models.Q(role=Role.PILOT) | models.Q(side__isnull=False),
                violation_error_message="Un membre de la Troïka siège pour l’un des pilotes : choisissez lequel.",
            ),
        ]

    def __str__(self):
        return f"{self.person} – {self.role_label}"

    @property
    def role_label(self):
        """The role, agreed with the person."""
        return role_label(self.role, self.person.civility)

    @property
    def period(self):
        """ "depuis le 1er septembre 2023", "du 1er septembre 2023 au 30 juin 2026"."""
        if self.ends_on:
            return f"du {date_fr(self.starts_on)} au {date_fr(self.ends_on)}"
        return f"depuis le {date_fr(self.starts_on)}"

    def is_active(self, on):
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


class MissionLetterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team of the Cité, and the person concerned as long as she acts there."""
        access = user.access
        own = models.Q(mandate__person=user.person_id, mandate__cite__in=access.cites)
        return self.filter(own | models.Q(mandate__cite__in=access.steered))


class MissionLetter(Attachment):
    """The letter that gives a mandate its substance; a new one is added, the old one stays."""

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="mission_letters")
    signed_on = models.DateField("signée le", null=True, blank=True)

    objects = MissionLetterQuerySet.as_manager()

    class Meta(Attachment.Meta):
        verbose_name = "lettre de mission"
        verbose_name_plural = "lettres de mission"
