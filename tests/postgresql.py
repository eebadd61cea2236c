"""What only PostgreSQL needs of the tests."""

from django.db import connection


def end_sessions(database):
    """Sessions that a thread cut short, or a worker just killed, still holds on `database`: they forbid copying and dropping it.

    Ours is closed first and the order given from elsewhere: a session cannot be ended that gives the order.
    """
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database])
