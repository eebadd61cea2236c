"""What meetings and decisions leave to be done."""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse

from actions.enums import ActionStatus
from actions.models import Action
from cite_educative.common.dates import date_fr
from cite_educative.home.awaiting.counts import counted
from cite_educative.home.awaiting.task import DECIDE, EXPECTED, PREPARE, UPDATE, Task, delay, plural
from governance.enums import MeetingStatus
from governance.execution import slow, with_execution
from governance.filters import SLOW_KEY
from governance.models import ActionPoint, AgendaItem, AgendaProposal, Body, Decision, Meeting
from governance.retro import late_steps

SOON = timedelta(days=14)


def own_points(user, cite):
    """Those of the user: late, of the coming days, or without a date."""
    today = user.access.today
    soon = Q(due_on__isnull=True) | Q(due_on__lte=today + SOON)
    rows = ActionPoint.objects.visible_to(user).owned_by(user).to_do().filter(soon, cite=cite)
    for row in rows.select_related("body").by_date():
        yield Task(
            UPDATE,
            row.text,
            f"Suite à donner{f', {row.body.label}' if row.body_id else ''}.",
            reverse("governance:action_point", args=[row.pk]),
            "Dire que c’est fait",
            *(delay(row.due_on, today) if row.due_on else ("preparation", "sans date")),
        )


def waiting(user, cite):
    """For the team: requests that no meeting to come examines, points proposed, what is late of others."""
    decisions = with_execution(Decision.objects.visible_to(user).filter(body__cite=cite).adopted())
    number = counted(
        bodies=Body.objects.filter(cite=cite),
        unheard=_unheard(cite),
        proposed=AgendaProposal.objects.visible_to(user).filter(body__cite=cite).to_answer(),
        slow=slow(decisions, user.access.today),
        late=_late_of_others(user, cite),
    )
    lines = (
        (number["unheard"], _unheard_task(number["unheard"], number["bodies"])),
        (number["proposed"], _proposed_task(number["proposed"])),
        (number["slow"], _slow_task(number["slow"])),
        (number["late"], _late_task(number["late"])),
    )
    yield from (task for known, task in lines if known)


def _unheard_task(number, bodies):
    return Task(
        PREPARE,
        f"{plural(number, 'demande')} en instruction",
        "Aucune réunion à venir ne les examine.",
        reverse("governance:meeting_create") if bodies else reverse("governance:home"),
        "Prévoir une réunion",
        "instruction",
        "en instruction",
    )


def _proposed_task(number):
    return Task(
        DECIDE,
        plural(number, "point proposé", "points proposés"),
        "À inscrire à une séance, à remettre à plus tard ou à écarter.",
        reverse("governance:proposals"),
        "Répondre",
        "attendu",
        "à examiner",
    )


def _slow_task(number):
    return Task(
        EXPECTED,
        plural(number, "décision non exécutée", "décisions non exécutées"),
        "Depuis plus de 60 jours\u00a0: un acte, une notification ou un premier versement manque.",
        f"{reverse('governance:decisions')}?execution={SLOW_KEY}",
        "Voir",
        "retard",
        "plus de 60 jours",
    )


def _late_task(number):
    return Task(
        EXPECTED,
        plural(number, "suite à donner en retard", "suites à donner en retard"),
        "Confiées à d’autres\u00a0: relancez-les ensemble, ou changez leur échéance.",
        f"{reverse('governance:action_points')}?etat=en-retard&qui=autres",
        "Voir",
        "retard",
        "en retard",
    )


def _late_of_others(user, cite):
    own = ActionPoint.objects.owned_by(user).order_by().values("pk")
    rows = ActionPoint.objects.visible_to(user).filter(cite=cite)
    return rows.late(user.access.today).exclude(pk__in=own)


def _unheard(cite):
    open_ones = [MeetingStatus.PLANNED, MeetingStatus.CONVENED, MeetingStatus.IN_PROGRESS]
    coming = AgendaItem.objects.filter(meeting__status__in=open_ones)
    return Action.objects.filter(cite=cite, status=ActionStatus.SUBMITTED).exclude(agenda_items__in=coming)


def preparation(user, cite):
    """For the team: the first late step of each meeting, in the order of the days."""
    seen = set()
    for step in late_steps(Meeting.objects.filter(body__cite=cite), user.access.today):
        if step.meeting not in seen:
            seen.add(step.meeting)
            detail = f"{step.body} du {date_fr(step.meets_on)}."
            yield Task(PREPARE, step.label, detail, step.url, "Préparer", *delay(step.due_on, user.access.today))
