"""How a signed-in account is loaded, once per request."""

from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, OuterRef
from django_otp.plugins.otp_totp.models import TOTPDevice

from partners.models import User


class AccountBackend(ModelBackend):
    """With what every page asks of it, in the same query: its person, and `has_second_factor`."""

    def get_user(self, user_id):
        devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        accounts = User.objects.select_related("person").annotate(has_second_factor=Exists(devices))
        account = accounts.filter(pk=user_id).first()
        return account if account and self.user_can_authenticate(account) else None
