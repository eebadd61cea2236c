"""What somebody who leaves owns or owes in one Cité, and what the next one needs to know."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from actions.enums import ActionStatus, ImportState
from actions.models import Action, Call, Exchange, ImportRun, Opinion
from cite_educative.common.dates import date_fr, period_fr
from governance.enums import MeetingStatus, NoteStatus
from governance.models import AgendaItem, BodyMember, Meeting, Note
from partners.enums import Role
from partners.models import Mandate, User

COMING = (MeetingStatus.PLANNED, MeetingStatus.CONVENED, MeetingStatus.IN_PROGRESS)
CONTACT_ROLES = (Role.PILOT, Role.LEAD, Role.CO_LEAD, Role.FINANCE, Role.INSTITUTION, Role.REFERENT)


@dataclass(frozen=True)
class Belongings:
    """Querysets of what is reassigned. `mandates` run today or later; `drafts` and `imports` belong to the account."""

    mandates: object
    next_steps: object
    opinions: object
    items: object
    notes: object
    drafts: object
    imports: object

    @property
    def count(self):
        return sum(
            rows.count()
            for rows in (self.mandates, self.next_steps, self.opinions, self.items, self.notes, self.drafts)
        )


def belongings(cite, person, *, today=None):
    today = today or timezone.localdate()
    user = User.objects.filter(person=person).first()
    mandates = Mandate.objects.filter(cite=cite, person=person).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    return Belongings(
        mandates=mandates.in_protocol_order().prefetch_related("communes", "substitutes__person"),
        next_steps=Exchange.objects.to_do().filter(cite=cite, next_step_owner=person).order_by("next_step_due", "pk"),
        opinions=Opinion.objects.filter(action__cite=cite, person=person, given_on__isnull=True)
        .select_related("action")
        .order_by("due_on", "pk"),
        items=AgendaItem.objects.filter(presenter=person, meeting__body__cite=cite, meeting__status__in=COMING)
        .select_related("meeting__body")
        .order_by("meeting__starts_at", "order"),
        notes=Note.objects.filter(cite=cite, author=user, status=NoteStatus.DRAFT).select_related(
            "item__meeting__body"
        ),
        drafts=Action.objects.filter(
            cite=cite, created_by=user, status__in=[ActionStatus.DRAFT, ActionStatus.SENT_BACK]
        ).select_related("holder"),
        imports=ImportRun.objects.filter(
            cite=cite, author=user, state__in=[ImportState.UPLOADED, ImportState.READY]
        ).order_by("pk"),
    )


def section(title, columns, rows):
    return {"title": title, "columns": list(columns), "rows": [[str(cell) for cell in row] for row in rows]}


def mandate_label(mandate):
    communes = ", ".join(commune.name for commune in mandate.communes.all())
    return f"{mandate.title or mandate.get_role_display()}{f' ({communes})' if communes else ''}"


def owned_sections(mine, cite):
    """What is owned or owed, as printed; empty sections are left out."""
    bodies = BodyMember.objects.filter(mandate__in=mine.mandates, body__cite=cite).select_related("body")
    sections = [
        section(
            "Mandats",
            ("Qualité", "Pour", "Période"),
            [(mandate_label(row), row.organisation, period_fr(row.starts_on, row.ends_on)) for row in mine.mandates],
        ),
        section("Instances où la personne siège", ("Instance",), sorted({(row.body.label,) for row in bodies})),
        section(
            "Suites promises",
            ("Suite à donner", "Pour le", "Échange"),
            [
                (row.next_step, day(row.next_step_due), f"{row.title}, {date_fr(row.held_on)}")
                for row in mine.next_steps
            ],
        ),
        section(
            "Avis attendus",
            ("Action", "Attendu pour le"),
            [(row.action, day(row.due_on)) for row in mine.opinions],
        ),
        section("Points à rapporter", ("Réunion", "Point"), [(row.meeting, row) for row in mine.items]),
        section("Notes en cours de rédaction", ("Note", "Réunion"), [(row, row.item.meeting) for row in mine.notes]),
        section("Fiches en préparation", ("Action", "Porteur"), [(row, row.holder) for row in mine.drafts]),
        section(
            "Imports non terminés",
            ("Fichier", "État"),
            [(row.filename, row.get_state_display()) for row in mine.imports],
        ),
    ]
    return [one for one in sections if one["rows"]]


def knowledge_sections(cite, person, *, today):
    """What the next one needs: dates to come and who to call, in protocol order."""
    meetings = Meeting.objects.filter(body__cite=cite, status__in=COMING, starts_at__date__gte=today)
    meetings = meetings.select_related("body").order_by("starts_at")[:12]
    calls = Call.objects.filter(cite=cite, closes_on__gte=today).order_by("closes_on")
    dates = [(date_fr(timezone.localdate(row.starts_at)), str(row.body), row.place) for row in meetings]
    dates += [(date_fr(row.closes_on), f"Clôture de l’appel «\u00a0{row.label}\u00a0»", "") for row in calls]
    if cite.label_ends_on:
        dates.append((date_fr(cite.label_ends_on), "Fin du label", ""))
    contacts = Mandate.objects.filter(cite=cite, role__in=CONTACT_ROLES).active(today).exclude(person=person)
    rows = [
        (
            row.person.formal_name,
            row.title or row.person.function or row.get_role_display(),
            row.organisation,
            " – ".join(filter(None, (row.person.email, row.person.phone))),
        )
        for row in contacts.in_protocol_order()
    ]
    return [
        one
        for one in (
            section("Prochaines dates", ("Date", "Échéance", "Lieu"), dates),
            section("Contacts", ("Personne", "Qualité", "Organisme", "Coordonnées"), rows),
        )
        if one["rows"]
    ]


def day(value):
    return date_fr(value) if value else ""
