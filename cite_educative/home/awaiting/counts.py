"""Numbers of rows, of any tables, read in one query."""

from django.db.models import CharField, Count, Value


def counted(**querysets):
    """`{name: number}`"""
    first, *others = (_numbered(name, rows) for name, rows in querysets.items())
    return dict.fromkeys(querysets, 0) | dict(first.union(*others, all=True))


def _numbered(name, rows):
    rows = rows.order_by()
    if rows.query.group_by is not None:
        rows = rows.model._base_manager.order_by().filter(pk__in=rows.values("pk"))
    named = rows.annotate(counted=Value(name, output_field=CharField())).values("counted")
    return named.annotate(number=Count("pk", distinct=True)).values_list("counted", "number")
