"""Who may write which comment on an action, to whom it is shown, and what it says of a section of the sheet."""

from collections import defaultdict

from django.db.models import Q
from django.utils import timezone

from actions.block_fields import about_words
from actions.enums import ActionStatus, CommentAudience, Scope
from actions.models import ActionComment
from actions.services.comments import CHANGEABLE
from cite_educative.common.dates import date_fr, time_fr
from partners.enums import Role
from partners.models import Mandate, Organisation, Person
from partners.permissions import hides_names

TEAM = (Role.LEAD, Role.CO_LEAD)


def comment_audiences(user, action):
    """The circles that this reader of the whole sheet may open, the narrowest of the Cité first; [] when none.

    Nobody writes while looking as somebody else, nor under pseudonym.
    """
    access, cite = user.access, action.cite_id
    if access.is_borrowed or hides_names(access, cite):
        return []
    circles = [CommentAudience.TEAM] if access.has(cite, *TEAM) else []
    if access.has(cite, *TEAM, Role.PILOT):
        circles.append(CommentAudience.PILOTS)
    if access.has(cite, *TEAM, Role.PILOT, Role.REFERENT, Role.INSTITUTION) or _holds(access, action):
        circles.append(CommentAudience.HOLDER)
    return [*circles, CommentAudience.INSTITUTION] if access.organisations.get(cite) else circles


def _holds(access, action):
    return action.holder_id in access.held.get(action.cite_id, ())


def own_organisations(user, action):
    return Organisation.objects.filter(pk__in=user.access.organisations.get(action.cite_id, ()))


def readers_of(action, audience, organisations=()):
    """Persons who may be quoted in a comment of this circle: they will read it."""
    roles = Q(role__in=TEAM)
    if audience in (CommentAudience.PILOTS, CommentAudience.HOLDER):
        roles |= Q(role=Role.PILOT)
    if audience == CommentAudience.HOLDER:
        roles |= Q(role=Role.HOLDER, organisation=action.holder_id)
        is_between = action.scope == Scope.INTERCOMMUNAL
        roles |= Q(role=Role.REFERENT) if is_between else Q(role=Role.REFERENT, communes__in=action.communes.all())
        roles |= Q(role=Role.INSTITUTION, organisation__funding_sources__fundings__action=action)
    if audience == CommentAudience.INSTITUTION:
        roles = Q(organisation__in=organisations)
    mandates = Mandate.objects.active().filter(roles, cite=action.cite_id)
    return Person.objects.filter(pk__in=mandates.values("person"))


def quotable(user, action):
    """Everybody that the user may quote, whatever the circle; the form checks it against the one chosen."""
    found = Person.objects.none()
    for audience in comment_audiences(user, action):
        found |= readers_of(action, audience, user.access.organisations.get(action.cite_id, ()))
    return found.exclude(pk=user.person_id).distinct().order_by("search_text", "pk")


def can_change_comment(user, comment):
    recent = timezone.now() - comment.created_at <= CHANGEABLE
    return comment.author_id == user.pk and recent and comment.withdrawn_at is None and not user.access.is_borrowed


def can_withdraw_comment(user, comment):
    return comment.author_id == user.pk and comment.withdrawn_at is None and not user.access.is_borrowed


def can_resolve_comment(user, comment):
    """The team always; the holder says that it has corrected, while the sheet is its own to write."""
    if not comment.block or comment.answers_id or comment.withdrawn_at:
        return False
    if user.access.has(comment.action.cite_id, *TEAM):
        return True
    to_write = comment.action.status in (ActionStatus.DRAFT, ActionStatus.SENT_BACK)
    return _holds(user.access, comment.action) and to_write and comment.resolved_at is None


# --- On the page ----------------------------------------------------------------------------------


def threads(user, action):
    """The comments that the user reads, the last first, each with its replies and what may be done. Three queries."""
    rows = ActionComment.objects.visible_to(user).filter(action=action)
    rows = rows.select_related("author__person", "organisation", "resolved_by__person").prefetch_related("mentions")
    replies, tops = defaultdict(list), []
    for row in rows:
        row.action = action
        if row.answers_id:
            replies[row.answers_id].append(_line(user, row))
        else:
            tops.append(row)
    return [_line(user, row) | {"replies": replies[row.pk]} for row in reversed(tops)]


def _line(user, comment):
    moment = timezone.localtime(comment.created_at)
    return {
        "comment": comment,
        "author": str(comment.author),
        "when": f"{date_fr(moment, year=timezone.localdate().year)}, {time_fr(moment)}",
        "audience": _audience(comment),
        "block": about_words(comment.block, comment.field),
        "field": comment.field,
        "is_open": bool(comment.block) and comment.resolved_at is None and not comment.withdrawn_at,
        "mentions": [str(person) for person in comment.mentions.all()],
        "can_change": can_change_comment(user, comment),
        "can_withdraw": can_withdraw_comment(user, comment),
        "can_resolve": can_resolve_comment(user, comment),
    }


def _audience(comment):
    if comment.audience == CommentAudience.INSTITUTION:
        return f"{comment.organisation} seulement"
    label = CommentAudience(comment.audience).label
    return label[:1].upper() + label[1:]


def open_field_comments(user, action):
    """`{block key: [lines]}` of what is still to be corrected, for the sections of the sheet. Two queries."""
    rows = ActionComment.objects.visible_to(user).filter(action=action).open()
    found = defaultdict(list)
    for row in rows.select_related("author__person").prefetch_related("mentions"):
        row.action = action
        found[row.block].append(_line(user, row))
    return dict(found)


def count_comments(user, action):
    return ActionComment.objects.visible_to(user).filter(action=action, withdrawn_at__isnull=True).count()
