"""« Ce qui m’attend » : what each role has to do, computed from facts, so that a line vanishes when it is done."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from actions.enums import JOURNAL_ROLES, ActionStatus, ImportState, Stage
from actions.filters import TO_REFRESH
from actions.freshness import STALE_AFTER, stale
from actions.models import Action, Envelope, Exchange, Funding, FundingSource, ImportRun, Opinion
from actions.standing import own_missing_pieces
from cite_educative.common.dates import date_fr
from cite_educative.documents.models import GeneratedFile
from governance.enums import ItemKind, MeetingStatus, NoteStatus
from governance.models import AgendaItem, Body, Meeting, Note
from partners.context import current_cite, current_year
from partners.enums import DeliveryState, Role
from partners.filters import MandateFilter
from partners.models import Mandate, OutgoingMessage
from partners.tables import mandate_quality

DECIDE, PREPARE, UPDATE, EXPECTED, VALIDATE = "À décider", "À préparer", "À mettre à jour", "Attendus", "À valider"
SOON = timedelta(days=14)
LISTED_MANDATES = 3
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
                tasks += _ending_mandates(cite)
            elif user.access.has(cite.pk, Role.PILOT):
                tasks += _notes_to_read(user, cite)
            if cite.pk in user.access.held:
                tasks += _own_sheets(user, cite)
                tasks += _own_pieces(user, cite)
            if user.access.communes.get(cite.pk) and cite.pk not in user.access.steered:
                tasks += _sheets_to_refresh(user, cite, current_year(request))
            if user.access.has(cite.pk, *JOURNAL_ROLES):
                tasks += _next_steps(user, cite)
            tasks += _own_mandates(user, cite)
            tasks += _opinions(user, cite)
            tasks += _failed_files(user)
            tasks += _failed_letters(user)
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


def _sheets_to_refresh(user, cite, year):
    """For a communal referent, who alone with the team knows how fresh the sheets of the own communes are."""
    number = stale(Action.objects.visible_to(user).filter(cite=cite, budget_year=year), user).count()
    if number:
        yield Task(
            UPDATE,
            _plural(number, "fiche à rafraîchir", "fiches à rafraîchir"),
            f"Sans nouvelle depuis plus de {STALE_AFTER.days} jours dans vos communes.",
            f"{reverse('actions:list')}?fiches={TO_REFRESH}",
            "Voir les fiches",
            "attendu",
            "à rafraîchir",
        )


def _ending_mandates(cite):
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
            *_delay(first, timezone.localdate()),
        )
        return
    for mandate in mandates:
        yield Task(
            UPDATE,
            f"Mandat de {mandate.person.formal_name}",
            f"{mandate_quality(mandate)}, {mandate.organisation}\u00a0: prend fin le {date_fr(mandate.ends_on)}.",
            reverse("partners:mandate_edit", args=[mandate.pk]),
            "Prolonger ou remplacer",
            *_delay(mandate.ends_on, timezone.localdate()),
        )


def _own_mandates(user, cite):
    """The user's own, unless they go on in the same role."""
    own = Mandate.objects.filter(cite=cite, person=user.person_id)
    for mandate in own.ending().select_related("organisation", "person").order_by("ends_on", "pk"):
        goes_on = Q(ends_on__isnull=True) | Q(ends_on__gt=mandate.ends_on)
        if own.filter(goes_on, role=mandate.role).exists():
            continue
        reads_names = cite.pk in user.access.name_readers
        yield Task(
            UPDATE,
            f"Votre mandat prend fin le {date_fr(mandate.ends_on)}",
            f"{mandate_quality(mandate)}, {mandate.organisation}. Vos accès s’arrêtent ce jour-là au soir\u00a0: "
            "voyez la suite avec la cheffe ou le chef de projet.",
            reverse("partners:person", args=[user.person_id]) if reads_names else reverse("partners:troika"),
            "Voir mon mandat" if reads_names else "Voir l’équipe",
            *_delay(mandate.ends_on, timezone.localdate()),
        )


def _next_steps(user, cite):
    """What the user owes after an exchange: late, of the coming days, or without a date."""
    today = timezone.localdate()
    steps = Exchange.objects.visible_to(user).to_do().filter(cite=cite, next_step_owner=user.person_id)
    soon = Q(next_step_due__isnull=True) | Q(next_step_due__lte=today + SOON)
    for exchange in steps.filter(soon).order_by("next_step_due", "pk"):
        due = exchange.next_step_due
        yield Task(
            UPDATE,
            exchange.next_step,
            f"Suite de «\u00a0{exchange.title}\u00a0», {date_fr(exchange.held_on)}.",
            reverse("actions:exchange", args=[exchange.pk]),
            "Ouvrir",
            *(_delay(due, today) if due else ("preparation", "sans date")),
        )


def _own_pieces(user, cite):
    """Pieces that the calls ask of the user's own structures and that nobody sent yet."""
    closed = [Stage.REJECTED, Stage.CLOSED, Stage.ABANDONED]
    for action, pieces in own_missing_pieces(user, cite):
        if action.readable_stage not in closed:
            names = ", ".join(piece.label for piece in pieces)
            yield Task(
                UPDATE,
                action.title,
                f"{_plural(len(pieces), 'pièce attendue', 'pièces attendues')}\u00a0: {names}.",
                reverse("actions:documents", args=[action.pk]),
                "Joindre",
                "attendu",
                "à joindre",
            )


def _opinions(user, cite):
    """Those that the user owes; for the team, those of others that are late or due."""
    today = timezone.localdate()
    owed = Opinion.objects.to_answer_by(user).filter(action__cite=cite)
    for opinion in owed.select_related("action", "asked_by__person"):
        status = _delay(opinion.due_on, today) if opinion.due_on else ("attendu", "attendu")
        url = reverse("actions:opinion_answer", args=[opinion.pk])
        asked = f"Avis demandé par {opinion.asked_by}."
        yield Task(DECIDE, opinion.action.title, asked, url, "Rendre l’avis", *status)
    if cite.pk in user.access.steered:
        others = Opinion.objects.visible_to(user).awaited().filter(action__cite=cite).exclude(pk__in=owed.values("pk"))
        for opinion in others.select_related("action").order_by("due_on", "pk"):
            status = _delay(opinion.due_on, today) if opinion.due_on else ("attendu", "attendu")
            url = reverse("actions:opinions", args=[opinion.action_id])
            yield Task(EXPECTED, f"Avis de {opinion.name}", f"{opinion.action}.", url, "Voir", *status)


def _failed_files(user):
    for file in GeneratedFile.objects.visible_to(user).filter(author=user, state="failed"):
        yield Task(VALIDATE, file.title, file.error, reverse("documents:list"), "Réessayer", "rejetee", "échec")


def _failed_letters(user):
    """Letters of the last month that did not arrive; one whose link was replaced since says nothing any more."""
    lost = Q(deliveries__state=DeliveryState.FAILED, deliveries__link__revoked_at__isnull=True)
    recent = OutgoingMessage.objects.visible_to(user).filter(
        sent_by=user.pk, created_at__gt=timezone.now() - timedelta(days=30)
    )
    for message in recent.annotate(nb_lost=Count("deliveries", filter=lost)).filter(nb_lost__gt=0):
        yield Task(
            VALIDATE,
            message.subject,
            f"{_plural(message.nb_lost, 'destinataire')} sans ce message\u00a0: vérifiez l’adresse, puis renvoyez.",
            reverse("partners:message", args=[message.pk]),
            "Voir",
            "rejetee",
            "échec",
        )
