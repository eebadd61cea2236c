from django.utils import timezone

from partners import services
from partners.enums import Gesture, MessageKind, Role
from partners.models import OutgoingMessage
from partners.services import Recipient
from tests import factories
from tests.access.matrix import Row, Secret

# Pages of the account itself: whoever is signed in, mandate or not.
ANYBODY = {"outside": 200}
OWN_CITE = {"stranger": 404, "other_lead": 200}
OWN_CITE_POST = {"stranger": 404, "other_lead": 302}
NEW = {"new_password1": "correct-cheval-agrafe", "new_password2": "correct-cheval-agrafe"}


def invited(world):
    """A person of the Cité who has an address and no account."""
    person = factories.make_person(last_name="Quaghebeur", email="solene.quaghebeur@exemple.fr")
    return factories.make_mandate(world.cite, Role.PARTNER, person=person).person


def person(world):
    return [world.made("invited", invited).pk]


def member(world):
    return [world.users["reader"].person_id]


def closed(world):
    def close(world):
        user = factories.make_user(world.cite, Role.READER)
        user.is_active = False
        user.save()
        return user

    return [world.made("closed", close).person_id]


def token(gesture):
    def build(world):
        user = factories.make_user(world.cite)
        if gesture == Gesture.INVITATION:
            user.set_unusable_password()
            user.save()
        link = services.issue_link(
            gesture=gesture,
            email="neuve@exemple.fr",
            name=str(user),
            actor=world.lead,
            cite=world.cite,
            person=user.person,
            subject=user,
        )
        return services.link_path(link).rstrip("/").rpartition("/")[2]

    return lambda world: [world.made(f"link {gesture}", build)]


def reminder(world):
    """A letter of the lead's to a holder, that failed."""

    def write(world):
        message = services.send_message(
            kind=MessageKind.REMINDER,
            subject="Votre fiche est attendue",
            body="Bonjour",
            recipients=[Recipient("Mme Roy", "directrice@exemple.fr")],
            actor=world.lead,
            cite=world.cite,
        )
        message.deliveries.update(state="failed", error="Refusée", next_try_at=timezone.now())
        return message

    return world.made("reminder", write)


def letter(world):
    return [reminder(world).pk]


def account_letter(world):
    services.ask_password(email=world.users["reader"].email)
    return OutgoingMessage.objects.get(kind=MessageKind.PASSWORD)


OPEN = {"code": 200, "anonymous": 200, "outside": 200}
OPEN_POST = {"code": 302, "anonymous": 302, "outside": 302}
LEAD_POST = {"only": "lead", "code": 302, "post": {}}

ROWS = [
    # --- One's own account ---
    Row("partners:account", **ANYBODY),
    Row("partners:account_email", **ANYBODY),
    Row(
        "partners:account_email", post={"email": "x@exemple.fr", "password": factories.PASSWORD}, code=302, outside=302
    ),
    Row("partners:sessions", **ANYBODY),
    Row("partners:session_end", post={}, code=302, outside=302),
    Row("partners:session_end", code=405, outside=405),
    Row("partners:second_factor", **ANYBODY),
    Row("partners:second_factor", post={"code": "000000"}, **ANYBODY),
    Row("partners:second_factor_start", post={}, code=302, outside=302),
    Row("partners:recovery_codes", code=302, outside=302),
    Row("partners:second_factor_remove", code=302, outside=302),
    Row("partners:verify", code=302, outside=302),
    Row("password_change", **ANYBODY),
    Row("password_reset", anonymous=200, **ANYBODY),
    Row("password_reset", post={"email": "x@exemple.fr"}, **OPEN_POST),
    Row("password_reset_done", anonymous=200, **ANYBODY),
    # --- What letters open ---
    Row("partners:invitation", token(Gesture.INVITATION), **OPEN),
    Row("partners:invitation", token(Gesture.INVITATION), post=NEW, **OPEN_POST),
    Row("partners:invitation", token(Gesture.PASSWORD), code=410, anonymous=410, outside=410),
    Row("partners:new_password", token(Gesture.PASSWORD), **OPEN),
    Row("partners:new_password", token(Gesture.PASSWORD), post=NEW, **OPEN_POST),
    Row("partners:new_email", token(Gesture.EMAIL), **OPEN),
    Row("partners:new_email", token(Gesture.EMAIL), post={}, **OPEN_POST),
    # --- The lead ---
    Row("partners:invite", person, **LEAD_POST, codes={"evaluator": 404}),
    Row("partners:accounts", only="lead", outside=OWN_CITE),
    Row("partners:accounts", query="?format=csv", only="lead", outside=OWN_CITE),
    Row("partners:invitations", only="lead", outside=OWN_CITE),
    # The lead of another Cité is told that this choice does not exist: the page again.
    Row(
        "partners:invitations",
        only="lead",
        post=lambda world: {"people": person(world)},
        code=302,
        outside=OWN_CITE,
    ),
    Row("partners:account_manage", member, only="lead", codes={"evaluator": 404}),
    Row("partners:account_close", member, **LEAD_POST, codes={"evaluator": 404}),
    Row("partners:account_reopen", closed, **LEAD_POST, codes={"evaluator": 404}),
    Row("partners:account_second_factor", member, only="lead", codes={"evaluator": 404}),
    Row("partners:account_second_factor", member, **LEAD_POST, codes={"evaluator": 404}),
    Row("partners:security", only="lead", outside=OWN_CITE),
    Row("partners:security", only="lead", post={"idle_days": "90"}, code=302, outside=OWN_CITE_POST),
    # --- What was sent: each sees the own letters ---
    Row("partners:messages", outside=OWN_CITE),
    Row("partners:messages", query="?format=csv", outside=OWN_CITE),
    Row("partners:message", letter, only="lead co_lead", others=404),
    Row("partners:message_resend", letter, only="lead co_lead", post={}, code=302, others=404),
]

SECRETS = [
    Secret("partners:accounts", lambda world: "solene.quaghebeur@exemple.fr", readers="lead", prepare=person),
    Secret(
        "partners:accounts",
        lambda world: "solene.quaghebeur@exemple.fr",
        readers="lead",
        prepare=person,
        query="?format=csv",
    ),
    Secret("partners:invitations", lambda world: "solene.quaghebeur@exemple.fr", readers="lead", prepare=person),
    Secret("partners:messages", lambda world: "Votre fiche est attendue", readers="lead co_lead", prepare=letter),
    Secret("partners:message", lambda world: "directrice@exemple.fr", "lead co_lead", letter),
    Secret("partners:message", lambda world: "nouveau mot de passe", "", lambda world: [account_letter(world).pk]),
]
