"""How many actions, and for how much, by scope, by commune and by neighbourhood: one query, its groupings in SQL.

The ORM would read every funding once for each grouping; here the sums of an action are made once.
"""

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, FilteredRelation, Q, Sum, Value

from actions.enums import Scope
from actions.models import Action
from actions.readable import own_fundings, readable_sums, reads_every_amount
from cite_educative.common.money import MoneyField

SCOPE, PLACE, QUARTER = "portee", "territoire", "quartier"
SQL = f"""
WITH told (action, scope, number, {{names}}) AS MATERIALIZED ({{told}})
SELECT '{SCOPE}', scope, SUM(number), {{sums}} FROM told GROUP BY scope
UNION ALL
SELECT '{PLACE}', CAST(place.commune_id AS VARCHAR(20)), SUM(number), {{sums}}
FROM told LEFT JOIN {Action.communes.through._meta.db_table} AS place ON place.action_id = told.action
WHERE told.scope = '{Scope.COMMUNAL}' GROUP BY place.commune_id
UNION ALL
SELECT '{QUARTER}', CAST(place.neighbourhood_id AS VARCHAR(20)), SUM(number), {{sums}}
FROM told LEFT JOIN {Action.neighbourhoods.through._meta.db_table} AS place ON place.action_id = told.action
GROUP BY place.neighbourhood_id
"""  # noqa: S608 names of our own tables and columns


def tallied(user, cite, actions, steps):
    """`{(kind, key): (number of actions, {step: euros})}` of what the user may read; the key is None for those without.

    Communes count the communal actions alone.
    """
    names = [f"sum_{step}" for step in steps]
    try:
        told, params = _told(user, cite, actions.order_by(), dict(zip(names, steps, strict=True)))
    except EmptyResultSet:
        return {}
    query = SQL.format(told=told, names=", ".join(names), sums=", ".join(f"SUM({name})" for name in names))
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return {(kind, key): (int(number), _euros(steps, sums)) for kind, key, number, *sums in cursor.fetchall()}


def _told(user, cite, actions, steps):
    """(SQL, parameters) of rows of (action, scope, number, sums): one for each action, or one that counts it and one
    of its sums."""
    columns = ("pk", "scope")
    if reads_every_amount(user, cite):
        own = Q(fundings__in_kind=False, fundings__budget_year=F("budget_year"))
        actions = actions.annotate(own=FilteredRelation("fundings", condition=own))
        sums = {name: Sum(f"own__{step}") for name, step in steps.items()}
        return actions.values_list(*columns, Value(1)).annotate(**sums).query.sql_with_params()
    unknown = {name: Value(None, output_field=MoneyField()) for name in steps}
    known = readable_sums(user, steps.values(), cite=cite)
    spent = own_fundings(actions).values_list(*(f"action__{name}" for name in columns), Value(0))
    spent = spent.annotate(**{name: known[str(step)] for name, step in steps.items()})
    seen = actions.values_list(*columns, Value(1)).annotate(**unknown)
    return seen.union(spent, all=True).query.sql_with_params()


def _euros(steps, sums):
    convert = MoneyField().from_db_value
    return {str(step): convert(cents, None, connection) for step, cents in zip(steps, sums, strict=True)}
