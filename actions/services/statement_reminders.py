"""Holders are reminded of the statement they owe: sixty and thirty days before, the day after, each once."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.finances.statements import owing
from actions.models import Action, FinancialStatement, usual_due_day
from actions.services.reminders import holder_contacts
from actions.services.statements import ensure_statement
from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from partners.enums import MessageKind, Role
from partners.models import Mandate
from partners.services import PartnersError, send_message

STAGES = (("d60", -60), ("d30", -30), ("late", 1))  # days from the due day
LAST = 30  # days after the due day; later, a person reminds
BY_HAND = "hand"

BODY = """Bonjour,

Le compte rendu financier {year} de l’action « {action} » (porteur : {holder}) {when}.

Il peut être rempli ici, dans la page de l’action, ou déposé dans Dauphin. Merci de votre aide ; pour toute question, répondez à ce message.

Cordialement,
{author}
"""


def remind_statements(today=None):
    """Send what is due today, in every Cité, to holders that were notified of a grant. A second run the same day sends
    nothing more. Returns how many went.
    """
    today = today or timezone.localdate()
    sent = 0
    for year in (today.year - 1, today.year - 2):
        actions = owing(Action.objects.all(), year, told=True).select_related("cite", "holder")
        known = {row.action_id: row for row in FinancialStatement.objects.filter(budget_year=year)}
        for action in actions.order_by("cite", "code", "pk"):
            statement = known.get(action.pk)
            if not (statement and statement.is_filed) and _stage(year, statement, today):
                sent += _remind(action, year, today)
    return sent


def _stage(year, statement, today):
    """The stage reached and not told yet; "" when none is."""
    due_on = statement.due_on if statement else usual_due_day(year)
    days = (today - due_on).days
    reached = [name for name, offset in STAGES if offset <= days]
    if not reached or days > LAST:
        return ""
    told = {one["stage"] for one in statement.reminders if _is_of(one, due_on)} if statement else set()
    return "" if reached[-1] in told else reached[-1]


def _is_of(reminder, due_on):
    """A delay given since begins the reminders again; those kept before that had no `due_on`."""
    return reminder.get("due_on", due_on.isoformat()) == due_on.isoformat()


@transaction.atomic
def _remind(action, year, today):
    statement = ensure_statement(action, year)
    stage = _stage(year, statement, today)
    lead = first_lead(action.cite)
    if not stage or statement.is_filed or lead is None:
        return 0
    return int(_send(statement, stage, lead, today))


@transaction.atomic
def remind_statement(action, *, budget_year, actor, today=None):
    """Remind by hand, once a day. Returns whether a letter leaves: not without an address.

    Raises `ValidationError` before a notification is released: the letter would tell that something is granted.
    """
    today = today or timezone.localdate()
    if not owing(Action.objects.filter(pk=action.pk), budget_year, told=True).exists():
        raise ValidationError(
            "Libérez d’abord une notification\u00a0: la relance dirait au porteur qu’une subvention lui est accordée."
        )
    statement = ensure_statement(action, budget_year)
    last = statement.reminders[-1] if statement.reminders else None
    if statement.is_filed or (last and last["on"] == today.isoformat()):
        return bool(last and last["sent_to"])
    return _send(statement, BY_HAND, actor, today)


def _send(statement, stage, actor, today):
    action = statement.action
    contacts = holder_contacts(action)
    is_late = today > statement.due_on
    when = f"{'était attendu le' if is_late else 'est attendu au plus tard le'} {date_fr(statement.due_on)}"
    words = {"year": int(statement.budget_year), "action": action.title, "holder": action.holder.name}
    try:
        send_message(
            kind=MessageKind.REMINDER,
            subject=f"Compte rendu financier {int(statement.budget_year)}\u00a0: {action.title}"[:150],
            body=BODY.format(**words, when=when, author=actor),
            recipients=contacts,
            actor=actor,
            cite=action.cite,
            reply_to=actor.email,
        )
    except PartnersError:
        contacts = []  # nobody can be written to: the list says so, and somebody calls
    due_on = statement.due_on.isoformat()
    told = {"stage": stage, "on": today.isoformat(), "due_on": due_on, "sent_to": len(contacts)}
    statement.reminders = [*statement.reminders, told]
    statement.save(update_fields=["reminders"])
    journal.record(
        cite_id=action.cite_id,
        actor=actor,
        verb="statement.reminded",
        subject=action,
        sentence=f"Le porteur a été relancé pour le compte rendu financier {statement.budget_year}."
        if contacts
        else f"Le porteur n’a pas d’adresse pour être relancé du compte rendu financier {statement.budget_year}.",
    )
    return bool(contacts)


def first_lead(cite):
    """The account in whose name the Cité writes by itself; None without a lead."""
    leads = Mandate.objects.active().filter(cite=cite, role=Role.LEAD, person__user__is_active=True)
    first = leads.select_related("person__user").order_by("starts_on", "pk").first()
    return first.person.user if first else None
