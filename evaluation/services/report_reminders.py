"""Holders are reminded of the report that they owe: by a person, or by the application when nobody did."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.finances.statements import owing
from actions.models import Action
from actions.services import first_lead, holder_contacts
from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.once import lock_row
from evaluation.models import ReportReminder
from evaluation.report_dues import not_filed, reporting_actions
from partners.enums import MessageKind
from partners.services import PartnersError, send_message

# Days from the due day; never those of the financial statement, so that a holder reads one letter a day.
STAGES = (("d45", -45), ("d8", 8))
LAST = 30  # days after the due day; later, a person reminds
BY_HAND = "hand"
SUBJECT = "Bilan {year}\u00a0: {action}"
BODY = """Bonjour,

Le bilan {year} de l’action « {action} » (porteur : {holder}) {when}.

Il se remplit en quelques minutes, sur un téléphone aussi, dans la page de l’action : personnes touchées, ce qui a été fait, objectifs atteints. Ce qu’il dit remplit d’avance le compte rendu financier. Merci de votre aide ; pour toute question, répondez à ce message.

Cordialement,
{author}
"""


def report_letter(action, year, due_on, author, today):
    """(subject, body) of the letter, before a person changes it."""
    when = "était attendu le" if today > due_on else "est attendu au plus tard le"
    words = {"year": int(year), "action": action.title, "holder": action.holder.name, "author": author}
    subject = SUBJECT.format(**words)[:150]
    return subject, BODY.format(**words, when=f"{when} {date_fr(due_on)}")


def _owed(action, year):
    rows = reporting_actions(Action.objects.filter(pk=action.pk), year).filter(not_filed())
    return rows.select_related("cite", "holder").first()


def is_secret(action, year):
    """Whether the letter would tell the holder of a grant whose notification is not released yet."""
    rows = Action.objects.filter(pk=action.pk)
    return owing(rows, year).exists() and not owing(rows, year, told=True).exists()


@transaction.atomic
def remind_report(action, *, budget_year, subject, body, actor, today=None):
    """Send a letter that a person read, once a day. Returns whether it leaves: not without an address.

    Raises `ValidationError` when no report is owed any more.
    """
    today = today or timezone.localdate()
    lock_row(action)
    owed = _owed(action, budget_year)
    if owed is None:
        raise ValidationError("Ce bilan est déposé, ou n’est pas attendu\u00a0: il n’y a rien à relancer.")
    if is_secret(action, budget_year):
        raise ValidationError(
            "Libérez d’abord une notification\u00a0: la relance dirait au porteur qu’une subvention lui est accordée."
        )
    last = ReportReminder.objects.filter(action=action, budget_year=budget_year, sent_on=today).last()
    if last:
        return last.sent_to > 0
    return _send(owed, budget_year, BY_HAND, (subject, body), actor, today)


def remind_reports(today=None):
    """Send what is due today, in every Cité, to holders who know that their action is retained. A second run the same
    day sends nothing more. Returns how many went.
    """
    today, sent = today or timezone.localdate(), 0
    for year in (today.year - 1, today.year - 2):
        actions = reporting_actions(Action.objects.all(), year).filter(not_filed()).select_related("cite", "holder")
        told = set(ReportReminder.objects.filter(budget_year=year).values_list("action", "stage", "due_on"))
        for action in actions.order_by("cite", "code", "pk"):
            stage = _stage(action.due_on, today)
            if stage and (action.pk, stage, action.due_on) not in told:
                sent += _remind(action, year, stage, today)
    return sent


def _stage(due_on, today):
    days = (today - due_on).days
    reached = [name for name, offset in STAGES if offset <= days]
    return reached[-1] if reached and days <= LAST else ""


@transaction.atomic
def _remind(action, year, stage, today):
    lock_row(action)
    owed, lead = _owed(action, year), first_lead(action.cite)
    same = {"action": action, "budget_year": year, "stage": stage, "due_on": action.due_on}
    if owed is None or lead is None or is_secret(owed, year) or ReportReminder.objects.filter(**same).exists():
        return 0
    return int(_send(owed, year, stage, report_letter(owed, year, owed.due_on, lead, today), lead, today))


def _send(action, year, stage, letter, actor, today):
    subject, body = letter
    contacts = holder_contacts(action)
    try:
        send_message(
            kind=MessageKind.REMINDER,
            subject=subject,
            body=body,
            recipients=contacts,
            actor=actor,
            cite=action.cite,
            reply_to=actor.email,
        )
    except PartnersError:
        contacts = []  # nobody can be written to: the list says so, and somebody calls
    ReportReminder.objects.create(
        action=action,
        budget_year=year,
        stage=stage,
        due_on=action.due_on,
        sent_on=today,
        sent_to=len(contacts),
        sent_by=actor,
    )
    journal.record(
        cite_id=action.cite_id,
        actor=actor,
        verb="report.reminded",
        subject=action,
        sentence=f"Le porteur a été relancé pour le bilan {int(year)}."
        if contacts
        else f"Le porteur n’a pas d’adresse pour être relancé du bilan {int(year)}.",
    )
    return bool(contacts)
