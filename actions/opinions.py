"""Opinions on one action, ready to print, and who may be asked for theirs."""

from dataclasses import dataclass

from actions.models import FundingSource, Opinion
from cite_educative.common.dates import date_fr
from cite_educative.common.money import euros
from partners.enums import Role
from partners.models import Mandate

BADGES = {"favourable": "favorable", "reserved": "reserve", "unfavourable": "defavorable", "none": "preparation"}


@dataclass(frozen=True)
class OpinionLine:
    opinion: Opinion
    name: str
    on_behalf: str
    badge: str
    words: str
    when: str
    advised: str
    provenance: str
    can_answer: bool = False


def opinion_line(opinion, today, *, can_answer=False):
    late = opinion.due_on is not None and opinion.due_on < today
    if opinion.given_on:
        badge, words = BADGES[opinion.verdict], opinion.get_verdict_display()
        when = f"rendu le {date_fr(opinion.given_on)}"
    else:
        badge, words = ("retard" if late else "attendu"), ("en retard" if late else "attendu")
        due = f", pour le {date_fr(opinion.due_on)}" if opinion.due_on else ""
        when = f"demandé le {date_fr(opinion.asked_at)} par {opinion.asked_by}{due}"
    received = f"reçu {opinion.given_how}, saisi par {opinion.entered_by}" if opinion.given_how else ""
    return OpinionLine(
        opinion=opinion,
        name=opinion.name,
        on_behalf=str(opinion.side or opinion.source or ""),
        badge=badge,
        words=words,
        when=when,
        advised=euros(opinion.advised) if opinion.advised is not None else "",
        provenance=received,
        can_answer=can_answer,
    )


def opinions_of(action, user):
    """Those that the user may read, the last asked first. One query."""
    visible = Opinion.objects.visible_to(user).filter(action=action)
    return visible.select_related("action", "side", "source", "asked_by__person", "entered_by__person")


def askable(action):
    """`[(opinion not saved, words)]`: pilots in protocol order, institutions, then funders known by their mailbox."""
    sources = list(FundingSource.objects.filter(cite=action.cite_id).active().select_related("organisation"))
    by_organisation = {source.organisation_id: source for source in reversed(sources)}
    mandates = Mandate.objects.active().filter(cite=action.cite_id, role__in=[Role.PILOT, Role.INSTITUTION])
    choices = []
    for mandate in mandates.in_protocol_order():
        person = mandate.person
        source = None if mandate.side_id else by_organisation.get(mandate.organisation_id)
        row = Opinion(side=mandate.side, source=source, person=person, name=person.formal_name, email=person.email)
        title = mandate.title or mandate.organisation.name
        known = person.email or "sans adresse électronique"
        choices.append((row, f"{mandate.side or mandate.organisation}\u00a0: {person.formal_name}, {title} ({known})"))
    for source in by_organisation.values():
        if source.organisation.email:
            organisation = source.organisation
            row = Opinion(source=source, name=organisation.name, email=organisation.email)
            choices.append((row, f"{source.label}\u00a0: {organisation.name} ({organisation.email})"))
    return choices


def request_facts(action):
    """What is shown of a request to who is asked for an opinion: its description and what it asks for, nothing else."""
    asked = action.fundings.filter(requested__isnull=False, in_kind=False).select_related("source")
    return [{"label": funding.source.label, "value": euros(funding.requested), "url": ""} for funding in asked]
