"""Grants of other programmes, entered or corrected by hand; possible double fundings set aside."""

from django.db import transaction
from django.utils import timezone

from actions.models import DoubleDismissal, OutsideGrant
from cite_educative.common import journal
from cite_educative.common.locks import lock_version
from cite_educative.common.money import euros
from cite_educative.common.once import just_written, lock_row
from cite_educative.common.search import normalise
from partners.models import Organisation
from partners.services.matching import OrganisationMatcher


def known_programme(cite, name):
    """The name as the Cité already writes it: "contrat de Ville" joins "Contrat de ville"."""
    wanted = normalise(name)
    names = OutsideGrant.objects.filter(cite=cite).order_by().values_list("programme", flat=True).distinct()
    return next((known for known in names if normalise(known) == wanted), " ".join(name.split()))


@transaction.atomic
def add_outside_grant(*, cite, actor, **fields):
    """Raises `ValidationError`; a second click adds nothing."""
    row = OutsideGrant(cite=cite, author=actor)
    _fill(row, fields)
    known = just_written(row, lock=cite)
    if known:
        return known
    row.save()
    _record(row, actor, "created", f"{actor} a noté, pour mémoire, {_told(row)}.")
    return row


@transaction.atomic
def update_outside_grant(row, *, actor, version, **fields):
    """A row of a table, once corrected, is left alone by the next imports. Raises `ConflictError`, `ValidationError`."""
    row = lock_version(OutsideGrant.objects.select_related("cite"), row.pk, version)
    before = {name: str(getattr(row, name)) for name in fields}
    _fill(row, fields)
    after = {name: str(getattr(row, name)) for name in fields}
    changed = sorted(name for name in fields if before[name] != after[name])
    row.version += 1
    if changed:
        row.corrected_at = timezone.now()
    row.save()
    if changed:
        _record(
            row,
            actor,
            "updated",
            f"{actor} a corrigé, pour mémoire, {_told(row)}.",
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return row


@transaction.atomic
def remove_outside_grant(row, *, actor):
    """One row; the table that it came from would bring it back. A second click finds nothing."""
    row = OutsideGrant.objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if row is None:
        return False
    _record(row, actor, "removed", f"{actor} a supprimé, pour mémoire, {_told(row)}.")
    row.delete()
    return True


@transaction.atomic
def match_outside_holders(*, cite, actor):
    """Give their holder to the rows that have none and whose SIRET or exact name is now a partner's. The number."""
    lock_row(cite)
    rows = list(OutsideGrant.objects.filter(cite=cite, holder__isnull=True))
    matcher = OrganisationMatcher(cite)
    own = set(Organisation.objects.in_cite(cite).values_list("pk", flat=True))
    matched = []
    for row in rows:
        found, _ = matcher.match(row.holder_name, row.holder_siret)
        if found and found.pk in own:
            row.holder = found
            row.version += 1
            matched.append(row)
    OutsideGrant.objects.bulk_update(matched, ["holder", "version"], batch_size=500)
    if matched:
        plural = "s" if len(matched) > 1 else ""
        journal.record(
            cite_id=cite.pk,
            actor=actor,
            verb="outside.matched",
            subject=cite,
            sentence=f"{actor} a rapproché {len(matched)} subvention{plural} d’autres programmes de leur porteur.",
        )
    return len(matched)


@transaction.atomic
def dismiss_double(*, cite, key, label, reason, said_by, actor):
    """Kept with the reason, who said it and who wrote it. Raises `ValidationError`; a second click changes nothing."""
    lock_row(cite)
    row = DoubleDismissal.objects.filter(cite=cite, key=key).first()
    if row:
        return row
    row = DoubleDismissal(cite=cite, key=key, label=label[:700], reason=reason, said_by=said_by, author=actor)
    row.full_clean()
    row.save()
    by = f", dit par {said_by}" if said_by else ""
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="double.dismissed",
        subject=row,
        sentence=f"{actor} a écarté un double financement possible\u00a0: {reason}{by}.",
    )
    return row


@transaction.atomic
def reopen_double(row, *, actor):
    """It is to be looked at again; the journal keeps the reason."""
    row = DoubleDismissal.objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if row is None:
        return False
    journal.record(
        cite_id=row.cite_id,
        actor=actor,
        verb="double.reopened",
        subject=row,
        sentence=f"{actor} a remis à vérifier un double financement possible, écarté parce que\u00a0: {row.reason}.",
    )
    row.delete()
    return True


def _fill(row, fields):
    for name, value in fields.items():
        setattr(row, name, value)
    row.programme = known_programme(row.cite, row.programme)
    if row.holder_id and not row.holder_name:
        row.holder_name = row.holder.name
    row.full_clean()


def _told(row):
    amount = f", {euros(row.amount)} ({row.get_step_display()})" if row.amount is not None else ""
    return f"«\u00a0{row.title or 'subvention'}\u00a0» de {row.holder_name}, {row.programme} {row.budget_year}{amount}"


def _record(row, actor, verb, sentence, **values):
    journal.record(cite_id=row.cite_id, actor=actor, verb=f"outside.{verb}", subject=row, sentence=sentence, **values)
