from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from actions.models import Exchange, Opinion
from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.documents.enums import Format
from cite_educative.documents.services import request_file
from cite_educative.home.handover import belongings, knowledge_sections, owned_sections
from cite_educative.home.models import Handover, HandoverFile
from cite_educative.home.services.succession import give, same_name, take_over, welcome_successor
from governance.models import AgendaItem, Note
from partners.enums import Gesture, Role
from partners.models import Cite, Mandate, User
from partners.services import PartnersError, end_mandate, revoke_links

HANDOVER_KIND = "handover"
FORMATS = (Format.PDF, Format.DOCX)
SENT_TWICE = timedelta(minutes=1)


@transaction.atomic
def hand_over(*, actor, cite, leaver, successor, leaves_on, mandates=(), identity=None):
    """End the mandates of who leaves, give those chosen in `mandates` to the successor, move what is owed, print it all.

    The successor is a known person, or somebody new described by `identity`. What she holds already the day after is
    not opened again. Without a successor everything is listed and ended, nothing is given, and what is owed stays in
    the leaver's name. Raises `PartnersError`: nothing is then done. What is handed over is frozen in the `Handover`.
    """
    Cite.objects.select_for_update(of=("self",)).get(pk=cite.pk)
    if same := _just_made(actor, leaver, successor, identity, leaves_on):
        return same
    mine = belongings(cite, leaver, reader=actor)
    kept = list(mine.mandates)
    chosen = {mandate.pk for mandate in mandates}
    if identity:
        successor = welcome_successor(actor=actor, cite=cite, identity=identity)
    taken = take_over(cite=cite, leaver=leaver, successor=successor, leaves_on=leaves_on, kept=kept, chosen=chosen)
    content = _frozen(actor, cite, leaver, successor, leaves_on, mine, taken)
    _check_lead(cite, leaver, kept, chosen if successor else set(), leaves_on)
    for mandate in kept:
        _end(actor, mandate, leaves_on)
    for one in taken:
        give(actor=actor, taken=one, successor=successor)
    if successor:
        _move_what_is_owed(actor, cite, leaver, successor, mine)
    handover = Handover.objects.create(
        cite=cite, leaver=leaver, successor=successor, leaves_on=leaves_on, content=content, made_by=actor
    )
    _request_files(handover, actor)
    to_whom = f" à {successor.formal_name}" if successor else ""
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="handover.make",
        subject=handover,
        sentence=f"{leaver.formal_name} a passé la main{to_whom} à compter du {date_fr(leaves_on)}.",
    )
    return handover


def _just_made(actor, leaver, successor, identity, leaves_on):
    """A form sent twice makes one hand-over; the lock on the Cité makes the second sending wait."""
    since = timezone.now() - SENT_TWICE
    rows = Handover.objects.filter(leaver=leaver, leaves_on=leaves_on, made_by=actor, made_at__gte=since)
    if identity:
        return rows.filter(**same_name(identity, prefix="successor__")).first()
    return rows.filter(successor=successor).first()


def _frozen(actor, cite, leaver, successor, leaves_on, mine, taken):
    fates = dict.fromkeys((mandate.pk for mandate in mine.mandates), "prend fin sans suite")
    fates |= {one.mandate.pk: one.sentence(successor) for one in taken}
    return {
        "cite": cite.name,
        "cite_subtitle": cite.subtitle,
        "accent": cite.accent_colour,
        "pilots": [side.label for side in cite.sides.all()],
        "leaver": leaver.formal_name,
        "leaver_function": leaver.title or leaver.function,
        "successor": successor.formal_name if successor else "",
        "leaves_on": date_fr(leaves_on),
        "made_by": actor.get_full_name(),
        "made_on": date_fr(timezone.localdate()),
        "owned": owned_sections(mine, cite, fates),
        "known": knowledge_sections(cite, leaver, list(mine.mandates), from_day=timezone.localdate()),
    }


def _check_lead(cite, leaver, mandates, given, leaves_on):
    """A Cité is never left without anybody who leads it."""
    leads = [mandate for mandate in mandates if mandate.role == Role.LEAD]
    if not leads or any(mandate.pk in given for mandate in leads):
        return
    after = Mandate.objects.filter(cite=cite, role=Role.LEAD).active(leaves_on + timedelta(days=1))
    if not after.exclude(person=leaver).exists():
        raise PartnersError(
            "La Cité n’aurait plus de chef ou cheffe de projet\u00a0: choisissez qui prend la suite et transmettez ce mandat.",
            field="successor",
        )


def _end(actor, mandate, leaves_on):
    if mandate.starts_on > leaves_on:
        raise PartnersError(
            f"Le mandat «\u00a0{mandate.title or mandate.role_label}\u00a0» ne commence que le "
            f"{date_fr(mandate.starts_on)}\u00a0: choisissez un dernier jour postérieur.",
            field="leaves_on",
        )
    if mandate.ends_on is None or mandate.ends_on > leaves_on:
        end_mandate(actor=actor, mandate=mandate, ends_on=leaves_on, is_handed_over=True)


def _move_what_is_owed(actor, cite, leaver, successor, mine):
    _journal_steps(actor, cite, successor, mine)
    Exchange.objects.filter(pk__in=mine.next_steps.values("pk")).update(next_step_owner=successor)
    opinions = list(mine.opinions)
    Opinion.objects.filter(pk__in=[row.pk for row in opinions]).update(
        person=successor, name=successor.formal_name, email=successor.email
    )
    for opinion in opinions:
        revoke_links(gestures=[Gesture.OPINION], person=leaver, subject=opinion)
    AgendaItem.objects.filter(pk__in=mine.items.values("pk")).update(presenter=successor)
    account = User.objects.filter(person=successor).first()
    if account:
        Note.objects.filter(pk__in=mine.notes.values("pk")).update(author=account)


def _journal_steps(actor, cite, successor, mine):
    journal.record_many(
        cite_id=cite.pk,
        actor=actor,
        verb="exchange.reassign",
        subjects=[
            (row, f"La suite «\u00a0{row.next_step}\u00a0» revient à {successor.formal_name}.")
            for row in mine.next_steps
        ],
    )


def _request_files(handover, actor):
    for format in FORMATS:
        file = request_file(
            kind=HANDOVER_KIND,
            format=format,
            title=f"Passation de {handover.leaver.formal_name}",
            filename=f"passation-{slugify(handover.leaver.last_name)}-{handover.leaves_on}.{format}",
            cite_id=handover.cite_id,
            author=actor,
        )
        HandoverFile.objects.create(handover=handover, file=file)
