"""What somebody who leaves owns or owes in one Cité, and what the next one needs to know."""

from dataclasses import dataclass
from types import SimpleNamespace

from django.db.models import Q
from django.utils import timezone

from actions.enums import ActionStatus, ImportState, Stage
from actions.models import Action, Call, Exchange, ImportRun, Opinion
from cite_educative.common.dates import BudgetYear, date_fr
from governance.enums import MeetingStatus, NoteStatus
from governance.models import AgendaItem, BodyMember, Meeting, Note
from partners.access import build_access
from partners.enums import Role
from partners.models import Mandate, User
from partners.permissions import can_read_contacts, hides_names

COMING = (MeetingStatus.PLANNED, MeetingStatus.CONVENED, MeetingStatus.IN_PROGRESS)
MANY = 30
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
    unshared: int  # drafts that the reader may not see: counted, never named


def belongings(cite, person, *, reader):
    """What `person` owns or owes in the Cité, as `reader` may know it."""
    today = timezone.localdate()
    user = User.objects.filter(person=person).first()
    mandates = Mandate.objects.filter(cite=cite, person=person).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    drafts = Action.objects.filter(
        cite=cite, created_by=user, status__in=[ActionStatus.DRAFT, ActionStatus.SENT_BACK]
    ).select_related("holder")
    seen = drafts.filter(pk__in=Action.objects.visible_to(reader).values("pk"))
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
        drafts=seen,
        imports=ImportRun.objects.filter(
            cite=cite, author=user, state__in=[ImportState.UPLOADED, ImportState.READY]
        ).order_by("pk"),
        unshared=drafts.count() - seen.count(),
    )


def section(title, columns, rows):
    return {"title": title, "columns": list(columns), "rows": [[str(cell) for cell in row] for row in rows]}


def mandate_label(mandate):
    """Its quality, and its communes unless the quality names them already."""
    label = mandate.title or mandate.role_label
    communes = [commune.name for commune in mandate.communes.all() if commune.name not in label]
    return f"{label} ({', '.join(communes)})" if communes else label


def owned_sections(mine, cite, fates=None):
    """What is owned or owed, as printed; empty sections are left out.

    `fates` says what becomes of each mandate, by id, once it is decided.
    """
    bodies = BodyMember.objects.filter(mandate__in=mine.mandates, body__cite=cite).select_related("body")
    sections = [
        _mandates(mine, fates),
        section("Instances où la personne siège", ("Instance",), sorted({(row.body.label,) for row in bodies})),
        section(
            "Suites promises",
            ("Prochaine étape", "Pour le", "Échange"),
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
        section("Fiches en préparation", ("Action", "Porteur"), _drafts(mine)),
        section(
            "Imports non terminés",
            ("Fichier", "État"),
            [(row.filename, row.get_state_display()) for row in mine.imports],
        ),
    ]
    return [one for one in sections if one["rows"]]


def _mandates(mine, fates):
    columns = ("Qualité", "Pour", "Période")
    rows = [(mandate_label(row), row.organisation, row.period) for row in mine.mandates]
    if fates:
        columns = (*columns, "Suite")
        rows = [(*row, fates[mandate.pk]) for row, mandate in zip(rows, mine.mandates, strict=True)]
    return section("Mandats", columns, rows)


def _drafts(mine):
    rows = [(row, row.holder) for row in mine.drafts]
    if mine.unshared:
        rows.append((f"{mine.unshared} fiche(s) que leur auteur n’a pas encore partagée(s)", ""))
    return rows


def knowledge_sections(cite, person, mandates, *, from_day):
    """What the next one needs, as far as these mandates let their holder read it; empty sections are left out."""
    access = build_access(mandates, from_day)
    reader = SimpleNamespace(access=access, person_id=person.pk)
    sections = [
        _followed(cite, access),
        _dates(cite, person, access, from_day),
        _exchanges(cite, person),
    ]
    if can_read_contacts(reader, cite) and not hides_names(access, cite.pk):
        sections.append(_contacts(cite, person, from_day))
    return [one for one in sections if one["rows"]]


def _followed(cite, access):
    """The actions of a referent's communes, this civil year."""
    actions = Action.objects.none()
    if access.communes or access.institutions:
        year = BudgetYear.current()
        actions = Action.objects.local_to(access).filter(cite=cite, budget_year=year).select_related("holder")
    rows = [(f"{row.code} {row.title}", row.holder, Stage(row.stage).label) for row in actions.with_stage()[:MANY]]
    return section("Actions suivies", ("Action", "Porteur", "Étape"), rows)


def _dates(cite, person, access, from_day):
    meetings = Meeting.objects.filter(body__cite=cite, status__in=COMING, starts_at__date__gte=from_day)
    if cite.pk not in access.money_readers:
        meetings = meetings.filter(
            body__members__mandate__person=person, status__in=[MeetingStatus.CONVENED, MeetingStatus.IN_PROGRESS]
        )
    meetings = meetings.select_related("body").distinct().order_by("starts_at")[:MANY]
    calls = Call.objects.filter(cite=cite, closes_on__gte=from_day).order_by("closes_on")
    rows = [(date_fr(timezone.localdate(row.starts_at)), str(row.body), row.place) for row in meetings]
    rows += [(date_fr(row.closes_on), f"Clôture de l’appel «\u00a0{row.label}\u00a0»", "") for row in calls]
    if cite.label_ends_on:
        rows.append((date_fr(cite.label_ends_on), "Fin du label", ""))
    return section("Prochaines dates", ("Date", "Échéance", "Lieu"), rows)


def _exchanges(cite, person):
    """What the person wrote in the journal of exchanges, the latest first."""
    rows = Exchange.objects.filter(cite=cite, author__person=person).order_by("-held_on", "-pk")[:MANY]
    return section(
        "Derniers échanges notés",
        ("Date", "Nature", "Objet"),
        [(date_fr(row.held_on), row.get_kind_display(), row.title) for row in rows],
    )


def _contacts(cite, person, from_day):
    mandates = Mandate.objects.filter(cite=cite, role__in=CONTACT_ROLES).active(from_day).exclude(person=person)
    rows = [
        (
            row.person.formal_name,
            f"{row.title or row.person.function or row.role_label}, {row.organisation}",
            " – ".join(filter(None, (row.person.email, row.person.phone))),
        )
        for row in mandates.in_protocol_order()
    ]
    return section("Contacts", ("Personne", "Qualité", "Coordonnées"), rows)


def day(value):
    return date_fr(value) if value else ""
