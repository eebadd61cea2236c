from django.db import models


class SideKind(models.TextChoices):
    EDUCATION = "education", "Éducation nationale"
    STATE = "state", "services de l’État"
    COMMUNES = "communes", "communes"
    INTERCOMMUNALITY = "intercommunality", "intercommunalité"
    OTHER = "other", "autre pilote"


class OrganisationKind(models.TextChoices):
    ASSOCIATION = "association", "association"
    COMMUNE = "commune", "commune"
    INTERCOMMUNALITY = "intercommunality", "intercommunalité"
    STATE = "state", "service de l’État"
    EDUCATION = "education", "Éducation nationale"
    SCHOOL = "school", "établissement scolaire"
    FAMILY_FUND = "family_fund", "caisse d’allocations familiales"
    DEPARTEMENT = "departement", "département"
    REGION = "region", "région"
    PUBLIC_BODY = "public_body", "établissement public ou CCAS"
    LANDLORD = "landlord", "bailleur social"
    COMPANY = "company", "entreprise"
    PEER_CITE = "peer_cite", "autre Cité éducative"
    OTHER = "other", "autre"


PUBLIC_KINDS = frozenset(
    {
        OrganisationKind.COMMUNE,
        OrganisationKind.INTERCOMMUNALITY,
        OrganisationKind.STATE,
        OrganisationKind.EDUCATION,
        OrganisationKind.SCHOOL,
        OrganisationKind.FAMILY_FUND,
        OrganisationKind.DEPARTEMENT,
        OrganisationKind.REGION,
        OrganisationKind.PUBLIC_BODY,
    }
)
# Holders with whom an agreement may be mandatory (law of 12 April 2000, article 10).
PRIVATE_KINDS = frozenset({OrganisationKind.ASSOCIATION, OrganisationKind.COMPANY})


class Part(models.TextChoices):
    """What an organisation is in one Cité; it may be several things."""

    SIDE = "side", "pilote"
    FUNDER = "funder", "financeur"
    CARRIER = "carrier", "structure portant les crédits"
    HOLDER = "holder", "porteur"
    ASSOCIATED = "associated", "partenaire associé"


class Role(models.TextChoices):
    """Rights come from these and nothing else (architecture §4)."""

    LEAD = "lead", "chef ou cheffe de projet"
    CO_LEAD = "co_lead", "co-pilotage opérationnel"
    PILOT = "pilot", "membre de la Troïka"
    FINANCE = "finance", "responsable financier ou financière"
    REFERENT = "referent", "référent ou référente de commune"
    INSTITUTION = "institution", "référent ou référente d’institution"
    HOLDER = "holder", "porteur"
    EVALUATOR = "evaluator", "évaluateur ou évaluatrice"
    PARTNER = "partner", "partenaire"
    READER = "reader", "lecteur ou lectrice"


class Civility(models.TextChoices):
    MADAME = "mme", "Mme"
    MONSIEUR = "m", "M."


class Channel(models.TextChoices):
    """How a person prefers to be reached."""

    EMAIL = "email", "courriel"
    PHONE = "phone", "téléphone"
    ASSISTANT = "assistant", "par son secrétariat"
    LETTER = "letter", "courrier"


class Gesture(models.TextChoices):
    """What an `AccessLink` opens without a password. Each has one page, registered with `links.gesture_page`."""

    INVITATION = "invitation", "ouvrir son compte"
    PASSWORD = "password", "choisir un nouveau mot de passe"
    EMAIL = "email", "confirmer une nouvelle adresse"
    SHEET = "sheet", "compléter une fiche action"
    PIECE = "piece", "déposer une pièce attendue"
    OPINION = "opinion", "rendre un avis"
    CONSULTATION = "consultation", "répondre à une consultation écrite"
    CONVOCATION = "convocation", "répondre à une convocation"


# Their answer may be corrected by the same link until it expires.
LASTING_GESTURES = (Gesture.CONSULTATION, Gesture.CONVOCATION)


class MessageKind(models.TextChoices):
    INVITATION = "invitation", "invitation"
    PASSWORD = "password", "mot de passe"
    EMAIL = "email", "changement d’adresse"
    ACCOUNT = "account", "compte"
    REMINDER = "reminder", "rappel"
    REQUEST = "request", "demande d’avis"
    NETWORK = "network", "message au réseau"
    BODY = "body", "message à une instance"
    CONVOCATION = "convocation", "convocation"


# What the team reads; the other kinds concern one account and its sender.
TEAM_KINDS = (
    MessageKind.INVITATION,
    MessageKind.REMINDER,
    MessageKind.REQUEST,
    MessageKind.NETWORK,
    MessageKind.BODY,
    MessageKind.CONVOCATION,
)


class AccountState(models.TextChoices):
    """Where the account of a person stands; computed, never stored."""

    NONE = "none", "pas de compte"
    INVITED = "invited", "invité"
    NEVER = "never", "jamais connecté"
    OPEN = "open", "ouvert"
    CLOSED = "closed", "fermé"


class DeliveryState(models.TextChoices):
    QUEUED = "queued", "en attente"
    SENT = "sent", "parti"
    FAILED = "failed", "en échec"


class IdentityKind(models.TextChoices):
    """What several Cités share, and may hold twice."""

    ORGANISATION = "organisation", "organisme"
    PERSON = "person", "personne"


class Period(models.TextChoices):
    """A mandate beside a day; ACTIVE goes without saying."""

    ACTIVE = "active", "en cours"
    COMING = "coming", "à venir"
    ENDED = "ended", "terminés"
    ALL = "all", "tous"


class LawfulBasis(models.TextChoices):
    """Why a person's professional details are kept (GDPR, article 6)."""

    PUBLIC_TASK = "public_task", "mission d’intérêt public"
    CONSENT = "consent", "consentement"


class PriorityNetwork(models.TextChoices):
    NONE = "", "hors éducation prioritaire"
    REP = "rep", "REP"
    REP_PLUS = "rep_plus", "REP+"


class TerritoryKind(models.TextChoices):
    """What a file of reference data holds."""

    SCHOOLS = "schools", "Établissements scolaires"
    NEIGHBOURHOODS = "neighbourhoods", "Quartiers prioritaires (liste)"
    OUTLINES = "outlines", "Contours de quartiers (GeoJSON)"
    COMMUNES = "communes", "Communes"


class TerritoryState(models.TextChoices):
    UPLOADED = "uploaded", "à régler"
    READY = "ready", "à confirmer"
    DONE = "done", "importé"
    ABANDONED = "abandoned", "abandonné"
