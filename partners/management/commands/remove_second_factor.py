from django.core.management.base import BaseCommand, CommandError

from partners.models import User
from partners.services import confirmed_device, remove_by_console


class Command(BaseCommand):
    """For a lead who is alone in her Cité and has lost telephone and recovery codes; the others ask their lead.

    Her sessions end, a letter tells her, the journal keeps it.
    """

    help = "Remove the second factor of an account."

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, *, email, **options):
        user = User.objects.filter(email__iexact=email).first()
        if user is None or not confirmed_device(user):
            raise CommandError(f"No account with a second factor at {email}.")
        remove_by_console(user=user)
        self.stdout.write(f"The second factor of {user} is removed: the password alone opens the account.")
