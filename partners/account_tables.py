"""What the pages about accounts and letters show, as ready strings."""

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Prefetch, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from cite_educative.common.dates import date_fr
from cite_educative.common.tables import Column
from partners.enums import AccountState, DeliveryState
from partners.models import Mandate, Person

ACCOUNT_COLUMNS = (
    Column("person", "Personne", sort=("last_name", "first_name")),
    Column("roles", "Rôles dans la Cité", sort=("protocol", "search_text")),
    Column("email", "Courriel", sort="email"),
    Column("state", "Compte", sort="account_state"),
    Column("last_login", "Dernière connexion", kind="date", sort="user__last_login"),
    Column("second_factor", "Second facteur", sort="has_second_factor"),
)
MESSAGE_COLUMNS = (
    Column("subject", "Objet", sort="subject"),
    Column("kind", "Nature", sort="kind"),
    Column("created_at", "Envoyé le", kind="date", sort="created_at"),
    Column("sent_by", "Par", sort=("sent_by__person__last_name", "sent_by__person__first_name")),
    Column("recipients", "Destinataires", kind="count", sort="nb_recipients"),
    Column("states", "Où ils en sont", sort="nb_failed"),
)
STATE_BADGES = {
    AccountState.NONE: "preparation",
    AccountState.INVITED: "attendu",
    AccountState.NEVER: "attendu",
    AccountState.OPEN: "fait",
    AccountState.CLOSED: "suspendue",
}
INVITE = {AccountState.NONE: "Inviter à ouvrir un compte", AccountState.INVITED: "Inviter de nouveau"}
DELIVERY_BADGES = {
    DeliveryState.QUEUED: "attendu",
    DeliveryState.SENT: "fait",
    DeliveryState.FAILED: "retard",
}


def with_account_state(people):
    """Persons with `account_state` and `has_second_factor`, and their account."""
    no_password = Q(user__password__exact="") | Q(user__password__startswith="!")  # noqa: S106, how Django marks none
    state = Case(
        When(user__isnull=True, then=Value(AccountState.NONE)),
        When(user__is_active=False, then=Value(AccountState.CLOSED)),
        When(no_password, then=Value(AccountState.INVITED)),
        When(user__last_login__isnull=True, then=Value(AccountState.NEVER)),
        default=Value(AccountState.OPEN),
        output_field=CharField(),
    )
    devices = TOTPDevice.objects.filter(user__person=OuterRef("pk"), confirmed=True)
    return people.select_related("user").annotate(account_state=state, has_second_factor=Exists(devices))


def people_for_accounts(people, cite):
    """Those who act in the Cité today or will, and those who have an account and did; in protocol order."""
    own = Mandate.objects.filter(cite=cite).exclude(ends_on__lt=timezone.localdate())
    ever = Mandate.objects.filter(cite=cite, person=OuterRef("pk"))
    acting = Exists(own.filter(person=OuterRef("pk")))
    kept = people.filter(acting | Exists(ever) & Q(user__isnull=False))
    told = Prefetch("mandates", own.in_protocol_order(), to_attr="mandates_here")
    return with_account_state(kept.in_protocol_order(cite)).prefetch_related(told)


def invitable_people(people, cite):
    """Those who act in the Cité today or will, whom a letter reaches and who have no account."""
    return people_for_accounts(people, cite).filter(user__isnull=True).exclude(email="")


def roles_fr(person):
    titles = dict.fromkeys(mandate.title or mandate.role_label for mandate in person.mandates_here)
    return ", ".join(titles) or "plus de mandat en cours"


def account_row(person):
    user = getattr(person, "user", None)
    return {
        "person": person.formal_name,
        "roles": roles_fr(person),
        "email": user.email if user else person.email,
        "state": AccountState(person.account_state).label,
        "last_login": date_fr(user.last_login) if user else "",
        "second_factor": "oui" if person.has_second_factor else "non" if user else "",
        "url": reverse("partners:account_manage", args=[person.pk]),
    }


def account_sheet(person):
    """For `partners/includes/_account.html`: where the account of one person stands, in a sentence."""
    person = with_account_state(Person.objects.filter(pk=person.pk)).get()
    user, state = getattr(person, "user", None), AccountState(person.account_state)
    return {
        "pk": person.pk,
        "name": person.formal_name,
        "state": state.value,
        "label": state.label,
        "badge": STATE_BADGES[state],
        "sentence": _account_sentence(person, user, state),
        "invite": "" if person.anonymised_at else INVITE.get(state, ""),
        "has_second_factor": person.has_second_factor,
    }


def _account_sentence(person, user, state):
    if state == AccountState.NONE:
        return (
            "Aucun compte."
            if person.email or person.anonymised_at
            else "Aucun compte, et pas d’adresse pour l’inviter\u00a0: complétez la fiche."
        )
    if state == AccountState.INVITED:
        return f"Invitation envoyée le {date_fr(user.invited_at or user.date_joined)}, pas encore acceptée."
    if state == AccountState.CLOSED:
        return f"Fermé {user.closed_reason or 'par l’administration technique'}."
    if state == AccountState.NEVER:
        return f"Ouvert le {date_fr(user.invited_at or user.date_joined)}, jamais utilisé."
    return f"Dernière connexion le {date_fr(user.last_login)}."


def messages_for_list(messages):
    failed = Count("deliveries", filter=Q(deliveries__state=DeliveryState.FAILED))
    queued = Count("deliveries", filter=Q(deliveries__state=DeliveryState.QUEUED))
    counted = messages.annotate(nb_recipients=Count("deliveries"), nb_failed=failed, nb_queued=queued)
    return counted.annotate(nb_sent=F("nb_recipients") - F("nb_failed") - F("nb_queued")).select_related(
        "sent_by__person"
    )


def message_row(message):
    return {
        "subject": message.subject,
        "kind": message.get_kind_display(),
        "created_at": date_fr(message.created_at),
        "sent_by": str(message.sent_by or "l’application"),
        "recipients": str(message.nb_recipients),
        "states": states_fr(message),
        "url": reverse("partners:message", args=[message.pk]),
    }


def states_fr(message):
    """« 12 partis, 1 en échec »."""
    counts = (
        (message.nb_sent, "parti", "partis"),
        (message.nb_queued, "en attente", "en attente"),
        (message.nb_failed, "en échec", "en échec"),
    )
    return ", ".join(f"{count} {many if count > 1 else one}" for count, one, many in counts if count)


def delivery_rows(message):
    for delivery in message.deliveries.all():
        yield {
            "name": delivery.name,
            "email": ", copie à ".join(filter(None, [delivery.email, delivery.copy_to])),
            "badge": DELIVERY_BADGES[DeliveryState(delivery.state)],
            "state": delivery.get_state_display(),
            "sent_at": delivery.sent_at,
            "error": delivery.error,
        }
