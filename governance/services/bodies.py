from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cite_educative.common import journal
from governance.models import Body, BodyMember
from partners.models import Mandate


def candidates(body):
    """Mandates of today or to come that may sit in a body of this Cité, in protocol order."""
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate())
    return Mandate.objects.filter(lasting, cite=body.cite_id).in_protocol_order()


@transaction.atomic
def set_members(body, *, actor, mandates):
    """Seat exactly these mandates among the `candidates`; returns (added, removed) as lists of mandates.

    Members whose mandate is over are left alone, and so are the attendances of every meeting. Raises `ValueError`
    for a mandate that is not a candidate.
    """
    row = Body.objects.select_for_update(of=("self",)).get(pk=body.pk)
    possible = list(candidates(row))
    wanted = {mandate.pk for mandate in mandates}
    if wanted - {mandate.pk for mandate in possible}:
        raise ValueError("A mandate cannot sit in this body.")
    seated = set(row.members.values_list("mandate", flat=True))
    added = [mandate for mandate in possible if mandate.pk in wanted - seated]
    removed = [mandate for mandate in possible if mandate.pk in seated - wanted]
    BodyMember.objects.bulk_create([BodyMember(body=row, mandate=mandate) for mandate in added])
    row.members.filter(mandate__in=removed).delete()
    if added or removed:
        journal.record(
            cite_id=row.cite_id,
            actor=actor,
            verb="body.members",
            subject=row,
            sentence=f"{actor} a changé la composition de l’instance «\u00a0{row.label}\u00a0».",
            before={"removed": _names(removed)},
            after={"added": _names(added)},
        )
    return added, removed


def _names(mandates):
    return [mandate.person.formal_name for mandate in mandates]
