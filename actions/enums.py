from django.db import models

from partners.enums import Role


class NationalObjective(models.TextChoices):
    """The three national objectives of the Cités éducatives (vademecum, 2019)."""

    SCHOOL = "school", "Conforter le rôle de l’école"
    CONTINUITY = "continuity", "Promouvoir la continuité éducative"
    HORIZONS = "horizons", "Ouvrir le champ des possibles"


class BornIn(models.TextChoices):
    """Where the requests of a call are filed first."""

    DAUPHIN = "dauphin", "dans Dauphin"
    HERE = "here", "ici"


class Scope(models.TextChoices):
    COMMUNAL = "communal", "communale"
    INTERCOMMUNAL = "intercommunal", "intercommunale"


class ActionStatus(models.TextChoices):
    """Stored; what people see is the derived `Stage`."""

    DRAFT = "draft", "brouillon"
    SUBMITTED = "submitted", "déposée"
    SENT_BACK = "sent_back", "renvoyée au porteur"
    RETAINED = "retained", "retenue"
    DEFERRED = "deferred", "ajournée"
    REJECTED = "rejected", "rejetée"
    SUSPENDED = "suspended", "suspendue"
    ABANDONED = "abandoned", "abandonnée"
    CLOSED = "closed", "close"


OVER = (ActionStatus.CLOSED, ActionStatus.ABANDONED)
# Nobody is asked what they think of such a request.
NOT_APPRAISED = (ActionStatus.DRAFT, ActionStatus.SENT_BACK, *OVER)


class Stage(models.TextChoices):
    """Derived from facts by `ActionQuerySet.with_stage`; the values are the status badges' codes."""

    PREPARATION = "preparation", "Préparation"
    APPRAISAL = "instruction", "Instruction"
    PROGRAMMED = "programmee", "Programmée"
    UNDER_WAY = "encours", "En cours"
    REPORT = "bilan", "Bilan"
    CLOSED = "close", "Close"
    SUSPENDED = "suspendue", "Suspendue"
    REJECTED = "rejetee", "Rejetée"
    ABANDONED = "abandonnee", "Abandonnée"


class Step(models.TextChoices):
    """The seven amounts of a funding, in the order of the money chain."""

    REQUESTED = "requested", "demandé"
    PROPOSED = "proposed", "proposé"
    PROGRAMMED = "programmed", "programmé"
    GRANTED = "granted", "accordé"
    COMMITTED = "committed", "engagé"
    PAID = "paid", "versé"
    JUSTIFIED = "justified", "justifié"


class EntryKind(models.TextChoices):
    """Where an amount comes from."""

    ENTRY = "entry", "saisie"
    IMPORT = "import", "import d’un tableau"
    DECISION = "decision", "décision des pilotes"
    ACT = "act", "acte du financeur"
    PAYMENT = "payment", "versement"
    REVERSAL = "reversal", "annulation"


class Outcome(models.TextChoices):
    OPEN = "open", "en cours"
    REFUSED = "refused", "refusé"
    WITHDRAWN = "withdrawn", "retiré"
    CANCELLED = "cancelled", "annulé"


class ActKind(models.TextChoices):
    ORDER = "order", "arrêté ou décision de l’État"
    DELIBERATION = "deliberation", "délibération"
    FAMILY_FUND = "family_fund", "décision de la CAF"
    BOARD = "board", "vote du conseil d’administration"
    TAKEOVER = "takeover", "reprise d’un tableau existant"
    OTHER = "other", "autre acte"


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", "à régler"
    READY = "ready", "à confirmer"
    DONE = "done", "importé"
    ABANDONED = "abandoned", "abandonné"


class ExchangeKind(models.TextChoices):
    ADVICE = "advice", "conseil à un porteur"
    CALL = "call", "appel"
    VISIT = "visit", "visite"
    MEETING = "meeting", "réunion suivie"
    PARTNER = "partner", "rencontre partenaire"
    NATIONAL = "national", "réseau national des Cités éducatives"
    MAIL = "mail", "courriel ou courrier"


class Audience(models.TextChoices):
    """Who reads an exchange or a document, each circle holding the ones before."""

    TEAM = "team", "équipe projet"
    PILOTS = "pilots", "équipe et pilotes"
    NETWORK = "network", "équipe, pilotes et référents concernés"
    HOLDER = "holder", "équipe, pilotes, référents et porteur concernés"
    MEMBERS = "members", "tous les membres de la Cité"


# Who keeps the journal of exchanges and the library; the others read what is shared with them.
JOURNAL_ROLES = (Role.LEAD, Role.CO_LEAD, Role.PILOT, Role.FINANCE, Role.REFERENT, Role.INSTITUTION)


class LibraryKind(models.TextChoices):
    AGREEMENT = "agreement", "convention"
    CIRCULAR = "circular", "circulaire ou instruction"
    LETTER = "letter", "courrier"
    TOOL = "tool", "outil ou modèle"
    REPORT = "report", "rapport ou étude"
    TRAINING = "training", "support de formation"
    OTHER = "other", "autre document"


class Verdict(models.TextChoices):
    FAVOURABLE = "favourable", "favorable"
    RESERVED = "reserved", "favorable avec réserves"
    UNFAVOURABLE = "unfavourable", "défavorable"
    NONE = "none", "ne se prononce pas"
