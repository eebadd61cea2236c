"""Optimistic locks: what two people edit carries a `version`."""


class ConflictError(Exception):
    """Somebody saved this row since the user read it; `current` is the row as it stands."""

    def __init__(self, current):
        super().__init__("Cette page a été modifiée par quelqu’un d’autre pendant que vous l’aviez ouverte.")
        self.current = current


def lock_version(queryset, pk, version):
    """Read a row again under lock and check that nobody saved it since `version`. Raises `ConflictError`.

    On SQLite the surrounding IMMEDIATE transaction is the lock.
    """
    row = queryset.select_for_update(of=("self",)).get(pk=pk)
    if row.version != version:
        raise ConflictError(row)
    return row
