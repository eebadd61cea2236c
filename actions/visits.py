"""What others changed in a sheet since the user last had it open."""

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse

from actions.freshness import knows_freshness
from actions.models import Action, ActionVisit, FundingEntry
from cite_educative.common.models import Entry

CHANGED = "modifiees"  # in the filter of the list


def with_last_visit(actions, user):
    """Adds `seen_at`, None for a sheet that the user never opened."""
    visits = ActionVisit.objects.filter(action=OuterRef("pk"), user=user)
    return actions.annotate(seen_at=Subquery(visits.values("seen_at")[:1]))


def mark_new(lines, seen_at, user):
    """Each line of the activity with `is_new`: written by somebody else after this visit. Nothing is new at the first."""
    return [
        line | {"is_new": seen_at is not None and line["entered"] > seen_at and line["actor"] != user.pk}
        for line in lines
    ]


def changed_since_visit(actions, user):
    """Those that the user knows and that somebody else has changed since. For readers of the whole sheet only."""
    others = ~Q(actor=user.pk)
    told = Entry.objects.filter(
        others, subject_type=Action._meta.label_lower, subject_pk=OuterRef("pk"), created_at__gt=OuterRef("seen_at")
    )
    paid = FundingEntry.objects.filter(
        ~Q(entered_by=user.pk), funding__action=OuterRef("pk"), entered_at__gt=OuterRef("seen_at")
    )
    seen = with_last_visit(actions, user).filter(seen_at__isnull=False)
    return seen.filter(Exists(told) | Exists(paid))


def news(user, cite, year):
    """`{number, url}` of the sheets of the year that others changed since the user's last visit, None for none.

    For those to whom the list offers that filter: the team, and the referents of a commune.
    """
    if cite is None or not knows_freshness(user.access, cite.pk):
        return None
    actions = Action.objects.visible_to(user).filter(cite=cite, budget_year=year)
    number = changed_since_visit(actions.order_by(), user).count()
    return {"number": number, "url": f"{reverse('actions:list')}?fiches={CHANGED}"} if number else None
