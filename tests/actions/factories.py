"""Builders of the plan and its money. Amounts go through the ledger, as in life."""

from datetime import date
from decimal import Decimal
from itertools import count

from django.core.files.base import ContentFile

from actions.enums import ActionStatus, ActKind, EntryKind, NationalObjective, Scope, Step
from actions.models import (
    Action,
    Axis,
    Call,
    Envelope,
    Exchange,
    FunderAct,
    Funding,
    FundingSource,
    LibraryItem,
    LibraryVersion,
    NotificationRelease,
    Objective,
    Programme,
)
from tests.factories import make_lead, make_organisation

YEAR = 2026
FACT = date(2026, 3, 2)

_numbers = count(1)


def author_of(cite):
    """Any account of the Cité that may sign a row."""
    mandate = cite.mandates.filter(person__user__isnull=False).select_related("person__user").first()
    return mandate.person.user if mandate else make_lead(cite)


def make_programme(cite, label="Programme 2024-2027", **fields):
    fields = {"starts_on": date(2024, 9, 1), "ends_on": date(2027, 8, 31), **fields}
    return Programme.objects.create(cite=cite, label=label, **fields)


def make_axis(programme, label=None, **fields):
    number = next(_numbers)
    fields = {
        "national_objective": NationalObjective.SCHOOL,
        "short_label": f"Axe {number}",
        "order": number,
        **fields,
    }
    return Axis.objects.create(programme=programme, label=label or f"Axe numéro {number}", **fields)


def make_objective(axis, label=None, **fields):
    number = next(_numbers)
    return Objective.objects.create(axis=axis, label=label or f"Objectif {number}", **{"order": number, **fields})


def make_call(cite, label="Appel 2026", **fields):
    return Call.objects.create(cite=cite, label=label, **{"budget_year": YEAR, **fields})


def make_source(cite, label=None, *, organisation=None, **fields):
    number = next(_numbers)
    label = label or f"Ligne {number}"
    fields = {"circuit": "state_direct", "short_label": label[:30], "order": number, **fields}
    organisation = organisation or make_organisation(f"Financeur {number}", cite=cite, part="funder")
    return FundingSource.objects.create(cite=cite, organisation=organisation, label=label, **fields)


def make_envelope(source, *, year=YEAR, **fields):
    return Envelope.objects.create(source=source, budget_year=year, entered_by=author_of(source.cite), **fields)


def make_action(cite, *, title=None, holder=None, status=ActionStatus.SUBMITTED, communes=(), **fields):
    """A filed action of 2026, unless told otherwise; a draft has no code."""
    number = next(_numbers)
    if status != ActionStatus.DRAFT:
        fields = {"code": f"CE26-{number:03d}", "submitted_on": date(2026, 1, 15), **fields}
    fields = {"budget_year": YEAR, "scope": Scope.COMMUNAL, "created_by": author_of(cite), **fields}
    action = Action.objects.create(
        cite=cite,
        title=title or f"Action éducative {number}",
        holder=holder or make_organisation(cite=cite),
        status=status,
        **fields,
    )
    action.communes.set(communes)
    return action


def make_act(cite, organisation, number="2026-114", **fields):
    fields = {"kind": ActKind.ORDER, "decided_on": date(2026, 5, 22), "created_by": author_of(cite), **fields}
    return FunderAct.objects.create(cite=cite, organisation=organisation, number=number, **fields)


def make_funding(action, source, *, year=YEAR, in_kind=False, **amounts):
    """`amounts` by step, as text or Decimal: `make_funding(action, source, requested="16000")`."""
    funding = Funding.objects.create(action=action, source=source, budget_year=year, in_kind=in_kind)
    actor = author_of(action.cite)
    for step, amount in amounts.items():
        is_act = step == Step.GRANTED
        funding.record(
            step,
            Decimal(amount),
            kind=EntryKind.ACT if is_act else EntryKind.ENTRY,
            on=FACT,
            actor=actor,
            reference="CE-2026-004" if step == Step.PROGRAMMED else "",
            act=make_act(action.cite, source.organisation) if is_act else None,
        )
    return funding


def release(source, *, year=YEAR, call=None):
    return NotificationRelease.objects.create(
        source=source, budget_year=year, call=call, released_on=FACT, released_by=author_of(source.cite)
    )


def make_exchange(cite, title=None, *, author=None, persons=(), organisations=(), actions=(), **fields):
    """Kept to the team unless `audience` says otherwise; held in March 2026."""
    fields = {"held_on": FACT, **fields}
    exchange = Exchange.objects.create(
        cite=cite, title=title or f"Échange {next(_numbers)}", author=author or author_of(cite), **fields
    )
    exchange.persons.set(persons)
    exchange.organisations.set(organisations)
    exchange.actions.set(actions)
    return exchange


def make_library_item(cite, title=None, *, author=None, content=b"Bonjour", organisations=(), actions=(), **fields):
    """With one version of text, "document.txt"."""
    author = author or author_of(cite)
    fields = {"kind": "tool", **fields}
    item = LibraryItem.objects.create(
        cite=cite, title=title or f"Document {next(_numbers)}", created_by=author, **fields
    )
    item.organisations.set(organisations)
    item.actions.set(actions)
    LibraryVersion.objects.create(item=item, number=1, file=ContentFile(content, "document.txt"), author=author)
    return item
