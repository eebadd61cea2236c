"""What the team and the pilots have to do for the Cité: meetings, envelopes, imports, acts, mandates."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from actions.enums import ActionStatus
from actions.finances.votes import awaited_acts, deadline
from actions.models import Action, Envelope, FundingSource
from actions.standing import SHEET, deadlines
from cite_educative.common.dates import date_fr
from cite_educative.home.awaiting.task import DECIDE, EXPECTED, PREPARE, UPDATE, VALIDATE, Task, delay, plural
from governance.enums import ItemKind, MeetingStatus, NoteStatus
from governance.models import Meeting, Note
from partners.filters import MandateFilter
from partners.models import Mandate
from partners.tables import mandate_quality

LISTED_MANDATES = 3


def meetings(cite):
    for meeting in _unfinished(cite):
        day = timezone.localdate(meeting.starts_at)
        title = f"{meeting.body.label} du {date_fr(day, weekday=True)}"
        url = reverse("governance:meeting", args=[meeting.pk])
        if meeting.status == MeetingStatus.CLOSED:
            detail = "Le relevé de décisions est prêt à publier aux membres."
            yield Task(VALIDATE, title, detail, url, "Publier", "attendu", "à publier")
        elif meeting.status == MeetingStatus.IN_PROGRESS:
            url = reverse("governance:live", args=[meeting.pk])
            yield Task(DECIDE, title, "La séance est ouverte.", url, "Reprendre la séance", "encours", "en séance")
        elif day < timezone.localdate():
            detail = "La date est passée\u00a0: enregistrez ce qui a été décidé."
            yield Task(UPDATE, title, detail, url, "Enregistrer", *delay(day, timezone.localdate()))
        else:
            yield Task(PREPARE, title, _agenda(meeting), url, "Préparer", *delay(day, timezone.localdate()))


def _unfinished(cite):
    issued = Q(items__note__status=NoteStatus.ISSUED)
    without_note = Q(items__kind=ItemKind.DECISION) & ~issued
    return (
        Meeting.objects.filter(body__cite=cite)
        .exclude(status__in=[MeetingStatus.PUBLISHED, MeetingStatus.CANCELLED, MeetingStatus.POSTPONED])
        .select_related("body")
        .annotate(
            nb_items=Count("items", distinct=True),
            nb_without_note=Count("items", filter=without_note, distinct=True),
        )
        .order_by("starts_at", "pk")
    )


def _agenda(meeting):
    if not meeting.nb_items:
        return "Ordre du jour à proposer."
    without = f", dont {meeting.nb_without_note} sans note" if meeting.nb_without_note else ""
    return f"{plural(meeting.nb_items, 'point')}{without}."


def envelopes(cite, year):
    known = Envelope.objects.filter(budget_year=year, notified__isnull=False)
    missing = FundingSource.objects.active().filter(cite=cite).exclude(envelopes__in=known)
    for source in missing:
        yield Task(
            UPDATE,
            f"Enveloppe {year} de {source.label}",
            "Le montant notifié n’est pas saisi.",
            reverse("actions:envelope", args=[source.pk]),
            "Saisir",
            "attendu",
            "à saisir",
        )


def acts(cite, year):
    """What the pilots programmed and the funder did not grant yet; the days are those left to file before its vote."""
    for funder in awaited_acts(cite, year):
        limit = deadline(funder.next_session)
        session = funder.next_session
        vote = f" {session.label} le {date_fr(session.held_on)}." if session else ""
        for awaited in funder.sources:
            number = plural(len(awaited.fundings), "financement programmé", "financements programmés")
            yield Task(
                EXPECTED,
                f"{awaited.source.label}\u00a0: acte attendu",
                f"{number} sans accord du financeur.{vote}",
                f"{reverse('actions:act_create')}?ligne={awaited.source.pk}",
                "Enregistrer l’acte",
                limit.badge if limit else "instruction",
                limit.words if limit else "en attente",
            )


def notes_to_read(user, cite):
    today = timezone.localdate()
    notes = (
        Note.objects.visible_to(user)
        .filter(cite=cite, status=NoteStatus.ISSUED, item__meeting__starts_at__gte=timezone.now())
        .select_related("item__meeting__body")
        .order_by("item__meeting__starts_at", "pk")
    )
    for note in notes:
        meeting = note.item.meeting
        status, when = delay(timezone.localdate(meeting.starts_at), today)
        yield Task(
            DECIDE,
            note.title,
            f"Note {note.reference}, {meeting.body.label} du {date_fr(timezone.localdate(meeting.starts_at))}.",
            reverse("governance:meeting", args=[meeting.pk]),
            "Lire la note",
            status,
            when,
        )


def ending_mandates(cite):
    """Within sixty days, nobody named to take over; substitutes go with their titular."""
    rows = Mandate.objects.filter(cite=cite, substitute_of__isnull=True).ending().without_successor()
    mandates = list(rows.in_protocol_order())
    if len(mandates) > LISTED_MANDATES:
        first = min(mandate.ends_on for mandate in mandates)
        yield Task(
            UPDATE,
            f"{len(mandates)} mandats prennent fin dans les soixante jours",
            f"Le premier le {date_fr(first)}.",
            f"{reverse('partners:mandates')}?etat={MandateFilter.ENDING}",
            "Prolonger ou remplacer",
            *delay(first, timezone.localdate()),
        )
        return
    for mandate in mandates:
        yield Task(
            UPDATE,
            f"Mandat de {mandate.person.formal_name}",
            f"{mandate_quality(mandate)}, {mandate.organisation}\u00a0: prend fin le {date_fr(mandate.ends_on)}.",
            reverse("partners:mandate_edit", args=[mandate.pk]),
            "Prolonger ou remplacer",
            *delay(mandate.ends_on, timezone.localdate()),
        )


def sheets_sent_back(user, cite):
    """Sheets given back to their holder, past the day given for filing them again."""
    today = timezone.localdate()
    actions = list(
        Action.objects.visible_to(user).filter(cite=cite, status=ActionStatus.SENT_BACK).select_related("holder")
    )
    days = deadlines(actions)
    for action in actions:
        due = days.get((action.pk, SHEET))
        if due and due < today:
            yield Task(
                EXPECTED,
                action.title,
                f"Fiche renvoyée à {action.holder}, attendue le {date_fr(due)}.",
                reverse("actions:ask_sheet", args=[action.pk]),
                "Relancer",
                *delay(due, today),
            )
