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


def next_version(row, version):
    """The version that `row`, about to be saved, takes; one for a new row.

    Without `version` the caller read the row just now: nothing is checked. Raises `ConflictError`.
    """
    if row.pk is None:
        return row.version
    rows = type(row).objects.all()
    current = lock_version(rows, row.pk, version) if version is not None else rows.get(pk=row.pk)
    return current.version + 1
