"""The demonstration, loaded once per process: each module finds it as it was loaded."""

import shutil
import sqlite3
from contextlib import closing
from importlib import import_module

from django.conf import settings
from django.db import connection

from tests.browser.worker import queue_of
from tests.postgresql import end_sessions

FILES = "files"


class SavedDemonstration:
    def __init__(self, folder):
        self.folder = folder
        self.is_saved = False
        self.name = f"{connection.settings_dict['NAME']}_demo"  # on PostgreSQL

    def load(self, data_dir):
        """Into the empty database of the tests, and its files into `data_dir`; what it asked of a worker is not sent."""
        if self.is_saved:
            self._restore()
            shutil.copytree(self.folder / FILES, data_dir / FILES, dirs_exist_ok=True)
            return
        import_module("cite_educative.home.management.commands.demo").load()
        for message in queue_of(data_dir).iterdir():
            message.unlink()
        self._save()
        shutil.copytree(data_dir / FILES, self.folder / FILES)
        self.is_saved = True

    def _save(self):
        if settings.IS_POSTGRESQL:
            _replace(self.name, by=connection.settings_dict["NAME"])
            return
        connection.ensure_connection()
        with closing(sqlite3.connect(self.folder / "demo.sqlite3")) as kept:
            connection.connection.backup(kept)

    def _restore(self):
        if settings.IS_POSTGRESQL:
            _replace(connection.settings_dict["NAME"], by=self.name)
            return
        connection.ensure_connection()
        with closing(sqlite3.connect(self.folder / "demo.sqlite3")) as kept:
            kept.backup(connection.connection)

    def forget(self):
        if settings.IS_POSTGRESQL and self.is_saved:
            _execute(_drop(self.name))


def _replace(name, *, by):
    """A database copied by PostgreSQL itself."""
    end_sessions(by)
    _execute(_drop(name), f'CREATE DATABASE "{name}" TEMPLATE "{by}"')


def _drop(name):
    return f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'


def _execute(*statements):
    connection.close()
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
