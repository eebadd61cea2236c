"""What is waited for from the user in person: own sheets, pieces, mandate, next steps, opinions, and what failed."""

from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from actions.enums import ActionStatus, ImportState, Stage
from actions.filters import TO_REFRESH
from actions.follow_up import to_report
from actions.freshness import STALE_AFTER, stale
from actions.models import Action, ActionComment, Exchange, ImportRun, Opinion
from actions.standing import own_missing_pieces
from cite_educative.common.dates import date_fr
from cite_educative.documents.models import GeneratedFile
from cite_educative.home.awaiting.counts import counted
from cite_educative.home.awaiting.task import DECIDE, EXPECTED, UPDATE, VALIDATE, Task, delay, plural, quoted
from partners.enums import DeliveryState, Role
from partners.models import Mandate, OutgoingMessage
from partners.models.network import NOTICE
from partners.tables import mandate_quality

SOON = timedelta(days=14)
MOST_REPORTS = 5
UNFINISHED = (ImportState.UPLOADED, ImportState.READY)


def own_sheets(user, cite):
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


def sheets_to_refresh(user, cite, year):
    """For a communal referent, who alone with the team knows how fresh the sheets of the own communes are."""
    number = stale(Action.objects.visible_to(user).filter(cite=cite, budget_year=year), user).count()
    if number:
        yield Task(
            UPDATE,
            plural(number, "fiche à rafraîchir", "fiches à rafraîchir"),
            f"Sans nouvelle depuis plus de {STALE_AFTER.days} jours dans vos communes.",
            f"{reverse('actions:list')}?fiches={TO_REFRESH}",
            "Voir les fiches",
            "attendu",
            "à rafraîchir",
        )


def own_reports(user, cite, year):
    """Points d’étape that the user owes on what she or he carries, the five left longest: each opens its form."""
    for action in to_report(user, cite, year)[:MOST_REPORTS]:
        last = f"Dernier point le {date_fr(timezone.localdate(action.last_report))}." if action.last_report else ""
        yield Task(
            UPDATE,
            action.title,
            last or "Aucun point d’étape pour l’instant.",
            reverse("actions:report", args=[action.pk]),
            "Faire le point",
            "attendu",
            "à mettre à jour",
        )


def mentions(user, cite):
    """Comments that quote the user and that she or he has not opened yet."""
    quoted = ActionComment.objects.visible_to(user).filter(
        action__cite=cite, mentions=user.person_id, withdrawn_at__isnull=True
    )
    for comment in quoted.exclude(seen__person=user.person_id).select_related("action", "author__person"):
        yield Task(
            UPDATE,
            comment.action.title,
            f"Commentaire de {comment.author} à votre attention.",
            f"{reverse('actions:comments', args=[comment.action_id])}#commentaire-{comment.pk}",
            "Lire",
            "attendu",
            "à lire",
        )


def own_mandates(user, cite):
    """The user's own, unless they go on in the same role."""
    last_day = user.access.today + NOTICE
    if not any(m.cite_id == cite.pk and m.ends_on and m.ends_on <= last_day for m in user.access.mandates):
        return
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
            *delay(mandate.ends_on, timezone.localdate()),
        )


def next_steps(user, cite):
    """What the user owes after an exchange: late, of the coming days, or without a date."""
    today = timezone.localdate()
    steps = Exchange.objects.visible_to(user).to_do().filter(cite=cite, next_step_owner=user.person_id)
    soon = Q(next_step_due__isnull=True) | Q(next_step_due__lte=today + SOON)
    for exchange in steps.filter(soon).order_by("next_step_due", "pk"):
        due = exchange.next_step_due
        yield Task(
            UPDATE,
            exchange.next_step,
            f"Suite de {quoted(exchange.title)}, {date_fr(exchange.held_on)}.",
            reverse("actions:exchange", args=[exchange.pk]),
            "Ouvrir",
            *(delay(due, today) if due else ("preparation", "sans date")),
        )


def own_pieces(user, cite):
    """Pieces that the calls ask of the user's own structures and that nobody sent yet."""
    closed = [Stage.REJECTED, Stage.CLOSED, Stage.ABANDONED]
    for action, pieces in own_missing_pieces(user, cite):
        if action.readable_stage not in closed:
            names = ", ".join(piece.label for piece in pieces)
            yield Task(
                UPDATE,
                action.title,
                f"{plural(len(pieces), 'pièce attendue', 'pièces attendues')}\u00a0: {names}.",
                reverse("actions:documents", args=[action.pk]),
                "Joindre",
                "attendu",
                "à joindre",
            )


def opinions(user, cite):
    """Those that the user owes; for the team, those of others that are late or due."""
    today = timezone.localdate()
    owed = Opinion.objects.to_answer_by(user).filter(action__cite=cite)
    rows = owed
    if cite.pk in user.access.steered:
        rows = Opinion.objects.visible_to(user).awaited().filter(action__cite=cite)
    rows = rows.annotate(is_owed=Exists(owed.filter(pk=OuterRef("pk")))).order_by("due_on", "pk")
    for opinion in rows.select_related("action", "asked_by__person"):
        status = delay(opinion.due_on, today) if opinion.due_on else ("attendu", "attendu")
        if opinion.is_owed:
            url = reverse("actions:opinion_answer", args=[opinion.pk])
            asked = f"Avis demandé par {opinion.asked_by}."
            yield Task(DECIDE, opinion.action.title, asked, url, "Rendre l’avis", *status)
        else:
            url = reverse("actions:opinions", args=[opinion.action_id])
            yield Task(EXPECTED, f"Avis de {opinion.name}", f"{opinion.action}.", url, "Voir", *status)


def rare(user, cite):
    """What was begun or failed, and most days is not there: counted together first, in one query."""
    failed = {"author": user, "state": "failed"}
    found = {failed_files: GeneratedFile.objects.filter(**failed), failed_letters: _failed_letters(user)}
    if user.access.has(cite.pk, Role.LEAD):
        found[imports] = ImportRun.objects.visible_to(user).filter(cite=cite, state__in=UNFINISHED)
    number = counted(**{make.__name__: rows for make, rows in found.items()})
    if number[failed_files.__name__]:  # which files one may read is long to ask
        found[failed_files] = GeneratedFile.objects.visible_to(user).filter(**failed)
    for make, rows in found.items():
        if number[make.__name__]:
            yield from make(rows)


def imports(rows):
    for run in rows:
        yield Task(
            UPDATE,
            f"Import de {quoted(run.filename)}",
            f"Déposé le {date_fr(timezone.localdate(run.created_at))}, rien n’est encore écrit.",
            reverse("actions:import_run", args=[run.pk]),
            "Reprendre",
            "attendu",
            run.get_state_display(),
        )


def failed_files(rows):
    for file in rows:
        yield Task(VALIDATE, file.title, file.error, reverse("documents:list"), "Réessayer", "rejetee", "échec")


def _failed_letters(user):
    """Letters of the last month that did not arrive; one whose link was replaced since says nothing any more."""
    lost = Q(deliveries__state=DeliveryState.FAILED, deliveries__link__revoked_at__isnull=True)
    recent = OutgoingMessage.objects.visible_to(user).filter(
        sent_by=user.pk, created_at__gt=timezone.now() - timedelta(days=30)
    )
    return recent.annotate(nb_lost=Count("deliveries", filter=lost)).filter(nb_lost__gt=0)


def failed_letters(rows):
    for message in rows:
        yield Task(
            VALIDATE,
            message.subject,
            f"{plural(message.nb_lost, 'destinataire')} sans ce message\u00a0: vérifiez l’adresse, puis renvoyez.",
            reverse("partners:message", args=[message.pk]),
            "Voir",
            "rejetee",
            "échec",
        )
