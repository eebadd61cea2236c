from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from partners.services import load_reference


class Command(BaseCommand):
    help = "Charge les communes, les établissements scolaires et les quartiers prioritaires. Se relance sans dommage."

    def handle(self, *args, **options):
        try:
            tables = load_reference(directory=settings.BASE_DIR / "cite_educative" / "data")
        except FileNotFoundError as error:
            raise CommandError(f"Il manque le fichier {error.filename}.") from error
        for table in tables:
            self.stdout.write(f"{table}.")
