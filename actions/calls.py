"""Calls ready to print: their dates in words, who answered, what each request waits for, who is still expected."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.http import urlencode

from actions.blocks import BLOCKS
from actions.enums import ActionStatus, BornIn, Stage
from actions.late import late_words
from actions.models import Action, Call, Funding
from actions.readable import with_readable_stage
from actions.standing import standings
from cite_educative.common.dates import SchoolYear, date_fr, period_fr
from cite_educative.common.templatetags.formats import status_badge

SOON = timedelta(days=14)
LISTED = 50
NAMED = 2
FUNDED = (ActionStatus.RETAINED, ActionStatus.SUSPENDED, ActionStatus.CLOSED)
UNFILED = (ActionStatus.DRAFT, ActionStatus.ABANDONED)


# --- A call in words ------------------------------------------------------------------------------


def state_of(call, today):
    """(badge code, words)."""
    if call.is_early(today):
        return "preparation", "à venir"
    if call.is_late(today):
        return "close", "clos"
    return ("encours", "ouvert") if call.opens_on or call.closes_on else ("preparation", "sans dates")


def delay_words(call, today):
    """ "ouvre dans 12 jours", "clôture dans 3 jours", "clôture aujourd’hui"; "" once it is over or without dates."""
    if call.is_early(today):
        return f"ouvre {_in_days(call.opens_on, today)}"
    if call.closes_on is None or call.is_late(today):
        return ""
    return f"clôture {_in_days(call.closes_on, today)}"


def _in_days(day, today):
    days = (day - today).days
    return {0: "aujourd’hui", 1: "demain"}.get(days, f"dans {days} jours")


def years_words(call):
    """ "exercice 2026, année scolaire 2025-2026"."""
    school = f", année scolaire {SchoolYear(call.school_year)}" if call.school_year else ""
    return f"exercice {call.budget_year}{school}"


def call_facts(call):
    facts = [
        ("Exercice", str(call.budget_year)),
        ("Année scolaire", str(SchoolYear(call.school_year)) if call.school_year else ""),
        ("Dépôt des demandes", call.get_born_in_display()),
        ("Ouverture", date_fr(call.opens_on)),
        ("Clôture", date_fr(call.closes_on)),
        ("Réponse aux porteurs", date_fr(call.answers_on)),
        ("À qui écrire", call.contact),
    ]
    return [{"label": label, "value": sentence_case(value), "url": ""} for label, value in facts if value]


def sentence_case(words):
    """With a capital, unless it begins with an address."""
    return words if "@" in words.split(" ")[0] else words[:1].upper() + words[1:]


def block_labels(call):
    """What the sheets of this call show, in order."""
    return [block.label for block in BLOCKS if block.always or block.key in call.blocks]


def list_url(call, **more):
    """The list of actions narrowed to this call."""
    return f"{reverse('actions:list')}?{urlencode({'appel': call.pk, 'exercice': call.budget_year, **more})}"


# --- The list of calls ----------------------------------------------------------------------------


def call_lines(user, cite):
    """One line a call, the latest year first. Two queries."""
    calls = Call.objects.visible_to(user).filter(cite=cite)
    calls = list(calls.order_by("-budget_year", F("opens_on").desc(nulls_last=True), "label", "pk"))
    counts = dict(requests_of(user).filter(call__in=calls).order_by().values_list("call").annotate(number=Count("pk")))
    today = user.access.today
    return [_call_line(call, counts.get(call.pk, 0), today) for call in calls]


def _call_line(call, number, today):
    code, words = state_of(call, today)
    return {
        "call": call,
        "state": status_badge(code, words),
        "delay": delay_words(call, today),
        "period": period_fr(call.opens_on, call.closes_on),
        "school_year": str(SchoolYear(call.school_year)) if call.school_year else "",
        "number": number,
        "list_url": list_url(call) if number else "",
    }


# --- The requests of one call ---------------------------------------------------------------------


def requests_of(user):
    """The requests that the user may read beyond what is published: a holder its own, a pilot all those filed."""
    access = user.access
    readable = Q(cite__in=access.full_readers) | Q(pk__in=Action.objects.local_to(access).values("pk"))
    for cite, organisations in access.held.items():
        readable |= Q(cite=cite, holder__in=organisations)
    return Action.objects.visible_to(user).filter(readable)


def requests_heading(user, cite_id):
    """What the requests that the user reads are to her or him; "" for who reads none before they are published."""
    access = user.access
    if cite_id in access.full_readers:
        return "Demandes reçues"
    if access.communes.get(cite_id) or access.institutions.get(cite_id):
        return "Demandes que vous suivez"
    return "Vos demandes" if access.held.get(cite_id) else ""


@dataclass(frozen=True)
class RequestLine:
    action: Action
    stage: str
    filed: str
    late: str
    waits: list


def request_lines(user, call, *, hides_names):
    """The last filed ones, with what each waits for."""
    actions = with_readable_stage(requests_of(user).filter(call=call), user, cite=call.cite)
    actions = actions.select_related("cite", "holder", "call", "late_accepted_by__person")
    actions = list(actions.prefetch_related("communes").order_by("-submitted_on", "title", "pk")[:LISTED])
    progresses = standings(user, actions)
    return [_request_line(user, action, progresses.get(action.pk), hides_names=hides_names) for action in actions]


def _request_line(user, action, progress, *, hides_names):
    return RequestLine(
        action=action,
        stage=status_badge(action.readable_stage, Stage(action.readable_stage).label),
        filed=f"déposée le {date_fr(action.submitted_on)}" if action.submitted_on else "pas encore déposée",
        late=late_words(action, action.reading_level(user.access), hides_names=hides_names),
        waits=[_wait(line) for line in progress.lines[:2]] if progress else [],
    )


def _wait(line):
    """The sentence, with the first things that it lists."""
    labels = [label for label, _, _ in line.items]
    more = len(labels) - NAMED
    named = ", ".join(labels[:NAMED]) + (f" et {more} autre{'s' if more > 1 else ''}" if more > 0 else "")
    return f"{line.text} {named}".strip()


def counts_by_stage(user, call):
    """`[(badge, number, address)]` of the requests of a call, in the order of the stages; and how many in all."""
    actions = with_readable_stage(requests_of(user).filter(call=call), user, cite=call.cite)
    counted = Counter(dict(actions.order_by().values_list("readable_stage").annotate(number=Count("pk"))))
    lines = [
        (status_badge(stage, stage.label), counted[stage], list_url(call, etape=stage.value))
        for stage in Stage
        if counted[stage]
    ]
    return lines, counted.total()


# --- Who is still expected ------------------------------------------------------------------------


def expected_renewals(call):
    """Actions funded the year before whose holder filed nothing yet this year, whatever the call."""
    filed = Action.objects.filter(
        cite=OuterRef("cite"), budget_year=call.budget_year, holder=OuterRef("holder"), call__isnull=False
    ).exclude(status__in=UNFILED)
    granted = Exists(Funding.objects.filter(action=OuterRef("pk"), granted__gt=0))
    before = Action.objects.filter(cite=call.cite_id, budget_year=call.budget_year - 1, call__isnull=False)
    return (
        before.filter(~Exists(filed), Q(status__in=FUNDED) | granted)
        .select_related("holder")
        .order_by("holder__name", "title", "pk")
    )


def closing_soon(cite, today):
    """`[(call, expected renewals)]` of the calls that close within two weeks and miss last year's holders."""
    calls = Call.objects.filter(cite=cite, closes_on__gte=today, closes_on__lte=today + SOON)
    found = [(call, list(expected_renewals(call))) for call in calls.order_by("closes_on", "pk")]
    return [(call, expected) for call, expected in found if expected]


def unanswered(user, cite):
    """Published calls open today to which none of the user's own structures answered."""
    own = Action.objects.filter(call=OuterRef("pk"), holder__in=user.access.held.get(cite.pk, ()))
    calls = Call.objects.visible_to(user).filter(cite=cite, closes_on__isnull=False).published()
    return calls.open_on(user.access.today).filter(~Exists(own)).order_by("closes_on", "pk")


def published_call(slug, pk):
    """The call that anybody may read at this address, or None."""
    return Call.objects.published().select_related("cite").filter(pk=pk, cite__slug=slug).first()


def where_to_file(call):
    """Sentences of the public page."""
    if call.born_in == BornIn.HERE:
        return "Les demandes se déposent ici. Écrivez au contact ci-dessous\u00a0: vous recevrez une invitation."
    return (
        "Les demandes se déposent dans Dauphin, le portail des subventions de la politique de la ville, avant la "
        "clôture. Gardez la référence que Dauphin donne à votre demande : elle la suivra partout."
    )
