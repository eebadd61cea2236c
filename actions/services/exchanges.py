from django.db import transaction
from django.utils import timezone

from actions.enums import Audience
from actions.models import Exchange
from actions.services.quoting import check_links, quotes_the_same, set_links
from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.locks import lock_version
from cite_educative.common.once import just_written

LINKS = ("persons", "organisations", "actions")


@transaction.atomic
def create_exchange(*, cite, actor, **fields):
    """`fields`: those of the model, and the rows of `LINKS`. Raises `ValidationError`. A second click finds the first."""
    exchange = Exchange(cite=cite, author=actor)
    _fill(exchange, fields)
    known = just_written(exchange, lock=cite, alike=lambda row: quotes_the_same(row, LINKS, fields))
    if known:
        return known
    exchange.save()
    set_links(exchange, LINKS, fields)
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="exchange.created",
        subject=exchange,
        sentence=f"{actor} a noté l’échange.",
        after={"audience": exchange.audience},
    )
    return exchange


@transaction.atomic
def update_exchange(exchange, *, actor, version, **fields):
    """Another next step is to be done again. Raises `ConflictError` and `ValidationError`.

    The journal keeps the names of what changed, not the words.
    """
    row = lock_version(Exchange.objects.select_related("cite"), exchange.pk, version)
    before = {name: getattr(row, name) for name in fields if name not in LINKS}
    audience = row.audience
    _fill(row, fields)
    changed = [name for name, value in before.items() if value != getattr(row, name)]
    if "next_step" in changed:
        row.next_step_done_on = None
    row.version += 1
    row.save()
    changed += set_links(row, LINKS, fields)
    if changed:
        journal.record(
            cite_id=row.cite_id,
            actor=actor,
            verb="exchange.updated",
            subject=row,
            sentence=_update_sentence(row, actor, changed),
            before={"audience": audience},
            after={"audience": row.audience, "fields": sorted(changed)},
        )
    return row


@transaction.atomic
def mark_next_step(exchange, *, actor, done):
    """Done today, or to be done again. Returns whether anything changed: a second click writes nothing."""
    row = Exchange.objects.select_for_update(of=("self",)).get(pk=exchange.pk)
    if not row.next_step or done == (row.next_step_done_on is not None):
        return False
    row.next_step_done_on = timezone.localdate() if done else None
    row.version += 1
    row.save(update_fields=["next_step_done_on", "version"])
    journal.record(
        cite_id=row.cite_id,
        actor=actor,
        verb="exchange.next_step",
        subject=row,
        sentence=f"{actor} a {'fait ce qui restait à faire' if done else 'remis la suite à faire'}.",
    )
    return True


@transaction.atomic
def share_with_network(row, *, actor):
    """Open an exchange or a document kept to the team or the pilots to the referents concerned.

    Returns whether anything changed; what they read already is left as it is.
    """
    row = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.audience not in (Audience.TEAM, Audience.PILOTS):
        return False
    before, row.audience = row.audience, Audience.NETWORK
    row.version += 1
    row.save(update_fields=["audience", "version"])
    journal.record(
        cite_id=row.cite_id,
        actor=actor,
        verb=f"{row._meta.model_name}.shared",
        subject=row,
        sentence=f"{actor} a ouvert la lecture aux référents concernés.",
        before={"audience": before},
        after={"audience": row.audience},
    )
    return True


def _fill(exchange, fields):
    check_links(exchange.cite, fields)
    for name, value in fields.items():
        if name not in LINKS:
            setattr(exchange, name, value)
    exchange.full_clean()


def _update_sentence(row, actor, changed):
    if changed == ["next_step_due"] and row.next_step_due:
        return f"{actor} a reporté ce qui reste à faire au {date_fr(row.next_step_due)}."
    if "audience" in changed:
        return f"{actor} a modifié l’échange, désormais lu par\u00a0: {row.get_audience_display()}."
    return f"{actor} a modifié l’échange."
