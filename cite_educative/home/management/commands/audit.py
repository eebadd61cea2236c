from django.core.management.base import BaseCommand, CommandError

from cite_educative.home.audit import differences


class Command(BaseCommand):
    """Re-derive every stored amount from the ledger, and check chains, effects and numbers. Writes nothing.

    One French sentence per difference on the standard output, exit code 1 when there is one.
    """

    help = "Check stored amounts, effects and numbers against their history."

    def handle(self, **options):
        found = 0
        for sentence in differences():
            found += 1
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"{found} écart{'s' if found > 1 else ''} entre les montants et leur historique.")
        self.stdout.write("Les montants, les décisions et les numéros sont conformes à leur historique.")
