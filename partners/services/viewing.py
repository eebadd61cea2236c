from django.db import transaction

from cite_educative.common import journal
from cite_educative.common.dates import time_fr


@transaction.atomic
def record_viewing(*, actor, viewed, cite, until):
    """Write that `actor` begins to look at the Cité as the account `viewed`, and when that ends at the latest."""
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="viewing.start",
        subject=viewed.person,
        sentence=f"{actor} regarde la Cité comme {viewed}, sans pouvoir rien modifier, jusqu’à {time_fr(until)} "
        "au plus tard.",
    )


@transaction.atomic
def record_end_of_viewing(*, actor, viewed, cite):
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="viewing.stop",
        subject=viewed.person,
        sentence=f"{actor} ne regarde plus la Cité comme {viewed}.",
    )
