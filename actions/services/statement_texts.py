"""What a "compte rendu financier" and the report of the same action and year both say: typed once, in either."""

from django.db import transaction

from actions.finances.statements import owing
from actions.models import Action, FinancialStatement
from actions.services.statements import ensure_statement
from cite_educative.common import journal

SHARED_FIELDS = ("people_reached", "implementation", "publics", "places", "results")
EMPTY = (None, "")


def differing_fields(statement, said):
    """Names of the shared fields where a statement says something else than `said`, {name: value}; empty ones do not."""
    return [
        name
        for name in SHARED_FIELDS
        if getattr(statement, name) not in EMPTY and getattr(statement, name) != said[name]
    ]


@transaction.atomic
def share_with_statement(action, budget_year, *, said, before, actor):
    """Write in the statement of an action and a civil year what its report says; `said` and `before` are {name: value}.

    A field is replaced while it is empty or still holds what the report said `before`: other words are those of who
    keeps the statement, and stay. Nothing is written once it is filed, nor where none is owed. Returns the statement,
    None where there is none.
    """
    statement = FinancialStatement.objects.filter(action=action, budget_year=budget_year).first()
    if statement is None:
        if not owing(Action.objects.filter(pk=action.pk), budget_year).exists():
            return None
        statement = ensure_statement(action, budget_year)
    changed = [
        name
        for name in SHARED_FIELDS
        if said[name] != getattr(statement, name) and getattr(statement, name) in (*EMPTY, before[name])
    ]
    if not changed or not statement.is_written:
        return statement
    row = FinancialStatement.objects.select_for_update(of=("self",)).get(pk=statement.pk)
    for name in changed:
        setattr(row, name, said[name])
    row.version, row.updated_by = row.version + 1, actor
    row.save(update_fields=[*changed, "version", "updated_by", "updated_at"])
    journal.record(
        cite_id=action.cite_id,
        actor=actor,
        verb="statement.shared",
        subject=action,
        sentence=f"Le bilan de {actor} a complété le compte rendu financier {row.budget_year}.",
    )
    return row
