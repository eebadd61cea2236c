"""« Ce qui m’attend » : what each role has to do, computed from facts, so that a line vanishes when it is done."""

from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from actions.enums import ActionStatus, ImportState
from actions.models import Action, Envelope, Funding, FundingSource, ImportRun
from cite_educative.common.dates import date_fr
from cite_educative.documents.models import GeneratedFile
from governance.enums import ItemKind, MeetingStatus, NoteStatus
from governance.models import AgendaItem, Body, Meeting, Note
from partners.context import current_cite, current_year
from partners.enums import Role

DECIDE, PREPARE, UPDATE, EXPECTED, VALIDATE = "À décider", "À préparer", "À mettre à jour", "Attendus", "À valider"
GROUPS = (DECIDE, PREPARE, UPDATE, EXPECTED, VALIDATE)


@dataclass(frozen=True)
class Task:
    """One line: what, why, how urgent, and the exact page where it is done."""

    group: str
    title: str
    detail: str
    url: str
    button: str
    status: str = "preparation"
    status_label: str = ""


@dataclass(frozen=True)
class Awaiting:
    tasks: list = field(default_factory=list)

    @property
    def count(self):
        return len(self.tasks)

    @property
    def groups(self):
        named = [(group, [task for task in self.tasks if task.group == group]) for group in GROUPS]
        return [(group, tasks) for group, tasks in named if tasks]


def awaiting(request):
    """For the user, in the chosen Cité and year; computed once per request."""
    if not hasattr(request, "_awaiting"):
        cite, user = current_cite(request), request.user
        tasks = []
        if cite:
            if user.access.has(cite.pk, Role.LEAD):
                tasks += [
                    *_meetings(cite),
                    *_unheard(cite),
                    *_envelopes(cite, current_year(request)),
                    *_imports(user, cite),
                ]
                tasks += _acts(cite, current_year(request))
            elif user.access.has(cite.pk, Role.PILOT):
                tasks += _notes_to_read(user, cite)
            if cite.pk in user.access.held:
                tasks += _own_sheets(user, cite)
            tasks += _failed_files(user)
        request._awaiting = Awaiting(tasks)
    return request._awaiting


def _delay(day, today):
    days = (day - today).days
    if days < 0:
        return "retard", f"depuis {-days} jour{'s' if days < -1 else ''}"
    if days == 0:
        return "attendu", "aujourd’hui"
    return ("attendu" if days <= 10 else "preparation"), f"dans {days} jour{'s' if days > 1 else ''}"


def _plural(number, singular, plural=None):
    return f"{number} {singular if number < 2 else plural or singular + 's'}"


def _meetings(cite):
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
            yield Task(UPDATE, title, detail, url, "Enregistrer", *_delay(day, timezone.localdate()))
        else:
            yield Task(PREPARE, title, _agenda(meeting), url, "Préparer", *_delay(day, timezone.localdate()))


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
    return f"{_plural(meeting.nb_items, 'point')}{without}."


def _unheard(cite):
    """Requests under appraisal that no meeting to come examines."""
    coming = AgendaItem.objects.filter(
        meeting__status__in=[MeetingStatus.PLANNED, MeetingStatus.CONVENED, MeetingStatus.IN_PROGRESS]
    )
    waiting = Action.objects.filter(cite=cite, status=ActionStatus.SUBMITTED).exclude(agenda_items__in=coming)
    number = waiting.count()
    if number:
        url = (
            reverse("governance:meeting_create")
            if Body.objects.filter(cite=cite).exists()
            else reverse("governance:home")
        )
        yield Task(
            PREPARE,
            f"{_plural(number, 'demande')} en instruction",
            "Aucune réunion à venir ne les examine.",
            url,
            "Prévoir une réunion",
            "instruction",
            "en instruction",
        )


def _envelopes(cite, year):
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


def _imports(user, cite):
    for run in ImportRun.objects.visible_to(user).filter(
        cite=cite, state__in=[ImportState.UPLOADED, ImportState.READY]
    ):
        yield Task(
            UPDATE,
            f"Import de «\u00a0{run.filename}\u00a0»",
            f"Déposé le {date_fr(timezone.localdate(run.created_at))}, rien n’est encore écrit.",
            reverse("actions:import_run", args=[run.pk]),
            "Reprendre",
            "attendu",
            run.get_state_display(),
        )


def _acts(cite, year):
    waiting = (
        Funding.objects.in_cash()
        .filter(action__cite=cite, budget_year=year, programmed__gt=0, granted__isnull=True)
        .order_by()
        .values("source", "source__label", "source__order")
        .annotate(number=Count("pk"))
        .order_by("source__order", "source__label")
    )
    for row in waiting:
        yield Task(
            EXPECTED,
            f"{row['source__label']}\u00a0: acte attendu",
            f"{_plural(row['number'], 'financement programmé', 'financements programmés')} sans accord du financeur.",
            f"{reverse('actions:act_create')}?ligne={row['source']}",
            "Enregistrer l’acte",
            "instruction",
            "en attente",
        )


def _notes_to_read(user, cite):
    today = timezone.localdate()
    notes = (
        Note.objects.visible_to(user)
        .filter(cite=cite, status=NoteStatus.ISSUED, item__meeting__starts_at__gte=timezone.now())
        .select_related("item__meeting__body")
        .order_by("item__meeting__starts_at", "pk")
    )
    for note in notes:
        meeting = note.item.meeting
        status, delay = _delay(timezone.localdate(meeting.starts_at), today)
        yield Task(
            DECIDE,
            note.title,
            f"Note {note.reference}, {meeting.body.label} du {date_fr(timezone.localdate(meeting.starts_at))}.",
            reverse("governance:meeting", args=[meeting.pk]),
            "Lire la note",
            status,
            delay,
        )


def _own_sheets(user, cite):
    drafts = Action.objects.visible_to(user).filter(
        cite=cite,
        holder__in=user.access.held[cite.pk],
        status__in=[ActionStatus.DRAFT, ActionStatus.SENT_BACK],
    )
    for action in drafts:
        yield Task(
            UPDATE,
            action.title,
            "Demande à compléter puis à déposer.",
            reverse("actions:detail", args=[action.pk]),
            "Compléter",
            "preparation",
            action.get_status_display(),
        )


def _failed_files(user):
    for file in GeneratedFile.objects.visible_to(user).filter(author=user, state="failed"):
        yield Task(VALIDATE, file.title, file.error, reverse("documents:list"), "Réessayer", "rejetee", "échec")
