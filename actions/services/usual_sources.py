from django.db import transaction

from actions.finances.usual import usual_sources
from actions.models import FundingSource
from actions.services.money import save_source
from cite_educative.common.once import lock_row
from partners.enums import Part
from partners.services import create_organisation


@transaction.atomic
def add_usual_sources(*, cite, chosen, actor):
    """`chosen`: `{key: organisation, or None to create the usual one}`. Returns the lines added.

    What the Cité has got since is left out: a second click adds nothing.
    """
    lock_row(cite)
    sides = {side.kind: side for side in cite.sides.all()}
    order = FundingSource.objects.filter(cite=cite).count()
    made, added = {}, []
    for usual in usual_sources(cite):
        if usual.key not in chosen:
            continue
        organisation = chosen[usual.key] or made.get(usual.organisation)
        if organisation is None:
            organisation = made[usual.organisation] = create_organisation(
                actor=actor, cite=cite, part=Part.FUNDER, name=usual.organisation, kind=usual.kind
            )
        source = FundingSource(
            cite=cite,
            organisation=organisation,
            label=usual.label,
            short_label=usual.short_label,
            detail=usual.detail,
            circuit=usual.circuit,
            side=sides.get(usual.side),
            order=order + len(added) + 1,
        )
        added.append(save_source(source, actor=actor))
    return added
