from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.functional import cached_property

from partners.access import build_access
from partners.enums import Role
from partners.models.network import Mandate, Person


class UserManager(BaseUserManager):
    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Signs in by e-mail. A superuser opens Cités in the admin and sees none of their content without a mandate."""

    email = models.EmailField("courriel", unique=True)
    person = models.OneToOneField(
        Person, verbose_name="personne", on_delete=models.PROTECT, null=True, blank=True, related_name="user"
    )
    is_active = models.BooleanField("compte ouvert", default=True)
    is_staff = models.BooleanField("accès à l’administration technique", default=False)
    invited_at = models.DateTimeField("invité le", null=True, blank=True, editable=False)
    closed_reason = models.CharField("fermé parce que", max_length=160, blank=True, editable=False)
    date_joined = models.DateTimeField("ouvert le", default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = "compte"

    def __str__(self):
        return self.get_full_name()

    @property
    def is_technical(self):
        """It opens the technical administration, where alone it is closed."""
        return self.is_staff or self.is_superuser

    def clean(self):
        """Lower case, as sign-in ignores it: two accounts may not differ by that alone."""
        self.email = self.email.lower()

    def get_full_name(self):
        return self.person.formal_name if self.person_id else self.email

    def get_short_name(self):
        return self.person.full_name if self.person_id else self.email

    @cached_property
    def access(self):
        """One query, once per request (the request loads its own `User`), two for a communal referent.

        It brings the person along.
        """
        today = timezone.localdate()
        if self.person_id is None:
            return build_access([], today)
        mandates = Mandate.objects.filter(person=self.person_id).active(today).select_related("person", "cite")
        mandates = list(mandates.order_by("pk"))
        prefetch_related_objects([mandate for mandate in mandates if mandate.role == Role.REFERENT], "communes")
        for mandate in mandates[:1]:
            self.person = mandate.person
        return build_access(mandates, today)
