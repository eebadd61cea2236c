"""What precedes a meeting, dated back from it, and the sessions at which its funders vote, on one line of time."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.urls import reverse
from django.utils import timezone

from actions.models import AssemblySession, Funding
from cite_educative.common.dates import date_fr
from governance.enums import ItemKind, MeetingStatus, NoteStatus, StepFact
from governance.models import AgendaItem, PaperMessage, RetroStep, StepDone

DONE, LATE, COMING = "done", "late", "coming"
BADGES = {DONE: ("fait", "fait"), LATE: ("retard", "en retard"), COMING: ("preparation", "à venir")}
PREPARED = (MeetingStatus.PLANNED, MeetingStatus.CONVENED)


@dataclass(frozen=True)
class Step:
    """One step of one meeting. `is_ticked_by_hand`: no fact says whether it is done."""

    pk: int
    meeting: int
    label: str
    body: str
    meets_on: date
    due_on: date
    state: str
    is_ticked_by_hand: bool

    @property
    def when(self):
        return date_fr(self.due_on, weekday=True)

    @property
    def status(self):
        code, label = BADGES[self.state]
        return {"code": code, "label": label}

    @property
    def url(self):
        return reverse("governance:meeting", args=[self.meeting]) + "#preparation"


def steps_of(meetings, today=None):
    """The steps of these meetings (a queryset), by day, in one query."""
    today = today or timezone.localdate()
    rows = RetroStep.objects.filter(body__meetings__in=meetings).annotate(
        meeting=F("body__meetings"),
        starts_at=F("body__meetings__starts_at"),
        meeting_status=F("body__meetings__status"),
    )
    rows = rows.annotate(is_done=Case(When(_is_done(), then=True), default=False)).select_related("body")
    found = []
    for row in rows:
        meets_on = timezone.localdate(row.starts_at)
        due_on = meets_on - timedelta(days=row.days_before)
        state = DONE if row.is_done else LATE if due_on < today else COMING
        found.append(
            Step(
                row.pk, row.meeting, row.label, row.body.label, meets_on, due_on, state, is_ticked_by_hand=not row.fact
            )
        )
    return sorted(found, key=lambda step: (step.due_on, step.meets_on, step.pk))


def late_steps(meetings, today=None):
    return [step for step in steps_of(meetings.filter(status__in=PREPARED), today) if step.state == LATE]


def _is_done():
    meeting = OuterRef("meeting")
    items = AgendaItem.objects.filter(meeting=meeting)
    without_note = items.filter(kind=ItemKind.DECISION).exclude(note__status=NoteStatus.ISSUED)
    sent = PaperMessage.objects.filter(paper__meeting=meeting)
    ticked = StepDone.objects.filter(meeting=meeting, step=OuterRef("pk"))
    return (
        Q(Exists(ticked), fact="")
        | Q(Exists(items), ~Exists(without_note), fact=StepFact.NOTES)
        | (Q(fact=StepFact.CONVOCATION) & ~Q(meeting_status=MeetingStatus.PLANNED))
        | Q(Exists(sent), fact=StepFact.DOSSIER)
    )


# --- Assemblies -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class VotingDay:
    """A funder's files due, examined by a committee or the bureau, or its assembly sitting."""

    due_on: date
    label: str
    organisation: str
    url: str

    @property
    def when(self):
        return date_fr(self.due_on, weekday=True)


def voting_days(sessions, since):
    """Filing days, passages and sittings from `since` on, for these sessions (a queryset)."""
    found = []
    url = reverse("actions:votes")
    for session in sessions.filter(held_on__gte=since).select_related("organisation"):
        name = session.organisation.name
        passages = [(f"{label}, {session.label}", day) for label, day in session.passages]
        found += [VotingDay(day, label, name, url) for label, day in passages if day >= since]
        found.append(VotingDay(session.held_on, session.label, name, url))
    return sorted(found, key=lambda one: (one.due_on, one.label))


def sessions_of(user, meeting):
    """Those of the funders that the actions of its agenda ask for money."""
    fundings = Funding.objects.filter(action__agenda_items__meeting=meeting, source__cite=meeting.body.cite_id)
    funders = fundings.order_by().values("source__organisation")
    return AssemblySession.objects.visible_to(user).filter(cite=meeting.body.cite_id, organisation__in=funders)


def timeline(user, meeting):
    """Steps, sittings of the funders concerned and the meeting itself, as dicts with one of `step` and `session`."""
    own = type(meeting).objects.filter(pk=meeting.pk)
    lines = [{"on": step.due_on, "when": step.when, "step": step} for step in steps_of(own)]
    since = min([timezone.localdate(), *(line["on"] for line in lines)])
    days = voting_days(sessions_of(user, meeting), since)
    lines += [{"on": day.due_on, "when": day.when, "session": day} for day in days]
    on = timezone.localdate(meeting.starts_at)
    if lines:
        lines.append({"on": on, "when": date_fr(on, weekday=True)})
    return sorted(lines, key=lambda line: line["on"])
