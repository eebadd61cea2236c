import sys
from contextlib import suppress

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import OperationalError

from cite_educative.home.tasks import heartbeat


class Command(BaseCommand):
    """What a start needs, in one process because each start of Python costs a second.

    Prints the demonstration accounts, if any, on the standard output; everything else goes to the error output.
    """

    help = "Migrate, gather the static files (production) and fill an empty base with the demonstration (DEBUG)."
    requires_system_checks = []

    def handle(self, **options):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
        if settings.DEBUG:
            call_command("demo", if_empty=True, stdout=sys.stderr)
            call_command("demo", accounts=True, stdout=self.stdout)
        else:
            call_command("collectstatic", interactive=False, verbosity=0, stdout=sys.stderr)
        # Beat waits for its first interval; asked now, `/sante/` is well as soon as the worker is.
        with suppress(OperationalError):
            for queue in settings.QUEUES:
                heartbeat.apply_async((queue,), queue=queue, expires=30)
