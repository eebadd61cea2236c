"""The duties of the GDPR: the register, the yearly review, forgetting a person."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from partners.models import (
    AccessLink,
    Delivery,
    Mandate,
    MissionLetter,
    Person,
    PhotoConsent,
    ProcessingActivity,
    User,
)
from partners.register import CONTACTS, USUAL_ACTIVITIES
from partners.services.errors import TECHNICAL, PartnersError

REVIEW_EVERY = timedelta(days=365)
USUAL_RETENTION = 36  # months, where a Cité has no register yet
ANONYMOUS = "Personne anonymisée"
FORGOTTEN = "Cette personne a été rendue anonyme, et cela ne se défait pas\u00a0: si elle revient, créez-lui une nouvelle fiche."

forgetters = []


def register_forgetter(function):
    """Have `function(person)` erase what an upper app copied of a person: names typed as text. Called in the transaction.

    Registering twice is registering once.
    """
    if function not in forgetters:
        forgetters.append(function)
    return function


def refuse_forgotten(*people):
    """Raise `PartnersError` when one of them was rendered anonymous: nothing brings her back."""
    if any(person.anonymised_at for person in people):
        raise PartnersError(FORGOTTEN, field="person")


@transaction.atomic
def adopt_usual_register(*, actor, cite):
    """Write the usual lines that the Cité's register lacks. A second run adds nothing. Returns how many were added."""
    known = set(ProcessingActivity.objects.filter(cite=cite).values_list("code", flat=True))
    missing = [fields for fields in USUAL_ACTIVITIES if fields["code"] not in known]
    ProcessingActivity.objects.bulk_create(ProcessingActivity(cite=cite, **fields) for fields in missing)
    if missing:
        journal.record(
            cite_id=cite.pk,
            actor=actor,
            verb="register.adopt",
            subject=cite,
            sentence=f"Le registre des traitements a reçu {len(missing)} ligne{'s' if len(missing) > 1 else ''} type.",
        )
    return len(missing)


@transaction.atomic
def update_activity(*, actor, activity, **changes):
    """Change one line of the register; its earlier text stays in the journal."""
    activity = ProcessingActivity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    before = {name: getattr(activity, name) for name, value in changes.items() if getattr(activity, name) != value}
    for name, value in changes.items():
        setattr(activity, name, value)
    if before:
        activity.save()
        journal.record(
            cite_id=activity.cite_id,
            actor=actor,
            verb="register.update",
            subject=activity,
            sentence=f"{actor} a modifié le traitement «\u00a0{activity}\u00a0» du registre.",
            before=before,
            after={name: changes[name] for name in before},
        )
    return activity


def retention_months(cite):
    """How long contacts are kept after their last mandate, by the Cité's own register."""
    line = ProcessingActivity.objects.filter(cite=cite, code=CONTACTS).first()
    return line.retention_months if line else USUAL_RETENTION


def months_before(day, months):
    """The same day so many months earlier, the last of the month where it does not exist."""
    month = day.year * 12 + day.month - 1 - months
    first = day.replace(year=month // 12, month=month % 12 + 1, day=1)
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def due_for_review(cite, *, today):
    """(to forget, to check): persons of the Cité past their retention, and those whose details nobody checked for a year.

    The first come oldest first, the others in protocol order. Both carry `last_day`, the end of their last mandate
    in any Cité, the year 9999 while one has no end.
    """
    ours = Mandate.objects.filter(cite=cite, person=OuterRef("pk"))
    people = Person.objects.filter(Exists(ours), anonymised_at__isnull=True).annotate(
        last_day=Max(Coalesce("mandates__ends_on", today.replace(year=9999)))
    )
    limit = months_before(today, retention_months(cite))
    forget = Q(last_day__lt=limit) | Q(keep_until__lt=today, last_day__lt=today)
    unchecked = Q(reviewed_on__isnull=True) | Q(reviewed_on__lte=today - REVIEW_EVERY)
    return (
        people.filter(forget).order_by("last_day", "pk"),
        people.filter(unchecked).exclude(forget).in_protocol_order(cite),
    )


@transaction.atomic
def mark_reviewed(*, actor, cite, people, on=None):
    """Say that the details of these persons were checked today. Returns how many were marked."""
    people = list(people)
    marked = Person.objects.filter(pk__in=[person.pk for person in people]).update(
        reviewed_on=on or timezone.localdate()
    )
    journal.record_many(
        cite_id=cite.pk,
        actor=actor,
        verb="person.review",
        subjects=[(person, f"Les coordonnées de {person.formal_name} ont été vérifiées.") for person in people],
    )
    return marked


@transaction.atomic
def anonymise_person(*, actor, person, cite):
    """Forget who a person is; keep what counts: mandates by role and date, decisions, issued documents, amounts.

    Refused (`PartnersError`) while a mandate runs or is to come, and when her account is that of the technical
    administration. Her account is closed for ever, her letters, consents, exports and the names typed elsewhere are
    erased; what was issued and signed is not rewritten. A second run changes nothing.
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if person.anonymised_at:
        return person
    _check_may_be_forgotten(actor, person)
    for forget in forgetters:
        forget(person)
    name, cites = person.full_name, set(person.mandates.values_list("cite_id", flat=True))
    _forget_here(person)
    journal.forget(name, ANONYMOUS, subject=person, cites=cites)
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="person.anonymise",
        subject=person,
        sentence="Une personne a été rendue anonyme, à l’expiration de sa durée de conservation ou à sa demande.",
    )
    return person


def _check_may_be_forgotten(actor, person):
    today = timezone.localdate()
    running = Mandate.objects.filter(person=person).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    if mandate := running.select_related("cite").order_by("starts_on").first():
        end = f"jusqu’au {date_fr(mandate.ends_on)}" if mandate.ends_on else "sans date de fin"
        raise PartnersError(
            f"{person.formal_name} a encore un mandat {end} ({mandate.role_label})\u00a0: terminez-le d’abord."
        )
    if actor.person_id == person.pk:
        raise PartnersError("On ne se rend pas soi-même anonyme\u00a0: demandez-le à une autre personne de l’équipe.")
    account = User.objects.filter(person=person).first()
    if account and account.is_technical:
        raise PartnersError(TECHNICAL)


def _forget_here(person):
    for letter in MissionLetter.objects.filter(mandate__person=person):
        letter.file.delete(save=False)
        letter.delete()
    PhotoConsent.objects.filter(person=person).delete()
    addresses = {person.email, *User.objects.filter(person=person).values_list("email", flat=True)} - {""}
    hers = Q(person=person) | Q(person__isnull=True, email__in=addresses)
    for delivery in Delivery.objects.filter(hers):
        delivery.name, delivery.email = ANONYMOUS, f"anonyme-{delivery.pk}@anonyme.invalid"
        delivery.copy_to = ""
        delivery.save(update_fields=["name", "email", "copy_to"])
    nobody = f"anonyme-{person.pk}@anonyme.invalid"
    AccessLink.objects.filter(hers).update(name=ANONYMOUS, email=nobody, payload={}, revoked_at=timezone.now())
    person.merged_from.update(old_label=ANONYMOUS)
    person.mandates.update(title="")
    person.first_name, person.last_name = "Personne", "anonymisée"
    person.title = person.function = person.email = person.phone = person.assistant = ""
    person.keep_until = None
    person.anonymised_at = timezone.now()
    person.save()
    _close_account(person)


def _close_account(person):
    user = User.objects.filter(person=person).first()
    if user is None:
        return
    user.email = f"anonyme-{user.pk}@anonyme.invalid"
    user.is_active = False
    user.closed_reason = "personne anonymisée"
    user.set_unusable_password()
    user.save()
    user.session_set.all().delete()
    user.totpdevice_set.all().delete()
    user.staticdevice_set.all().delete()


@transaction.atomic
def record_consent(*, actor, cite, **fields):
    """Leave to take and show pictures; raises `ValidationError`."""
    consent = PhotoConsent(cite=cite, entered_by=actor, **fields)
    consent.full_clean()
    consent.save()
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="consent.record",
        subject=consent,
        sentence=f"{actor} a enregistré un accord pour les images ({consent}).",
    )
    return consent


@transaction.atomic
def withdraw_consent(*, actor, consent, on):
    """From that day the pictures may no longer be used. Raises `PartnersError`; a second run changes nothing."""
    consent = PhotoConsent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
    if consent.withdrawn_on:
        return consent
    if on < consent.given_on:
        raise PartnersError(f"L’accord date du {date_fr(consent.given_on)}\u00a0: il ne peut pas être retiré avant.")
    consent.withdrawn_on = on
    consent.save(update_fields=["withdrawn_on"])
    journal.record(
        cite_id=consent.cite_id,
        actor=actor,
        verb="consent.withdraw",
        subject=consent,
        sentence=f"L’accord pour les images ({consent}) est retiré à compter du {date_fr(on)}.",
    )
    return consent
