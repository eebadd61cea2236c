from django.db import models

from partners.enums import Role


class NationalObjective(models.TextChoices):
    """The three national objectives of the Cités éducatives (vademecum, 2019)."""

    SCHOOL = "school", "Conforter le rôle de l’école"
    CONTINUITY = "continuity", "Promouvoir la continuité éducative"
    HORIZONS = "horizons", "Ouvrir le champ des possibles"


class LabelCriterion(models.TextChoices):
    """The nine criteria by which experts read a request for the label (call of 2024-2025): nine sections."""

    PERIMETER = "perimetre", "Périmètre"
    DIAGNOSIS = "diagnostic", "Diagnostic"
    OBJECTIVES = "objectifs", "Objectifs"
    GOVERNANCE = "gouvernance", "Gouvernance"
    STEERING = "pilotage", "Pilotage"
    ACTION_PLAN = "plan", "Plan d’action"
    MEANS = "moyens", "Moyens"
    IDENTITY = "identite", "Identité"
    QUALITY = "qualite", "Démarche qualité"


class BornIn(models.TextChoices):
    """Where the requests of a call are filed first."""

    DAUPHIN = "dauphin", "dans Dauphin"
    HERE = "here", "ici"


class Scope(models.TextChoices):
    COMMUNAL = "communal", "communale"
    INTERCOMMUNAL = "intercommunal", "intercommunale"


class RequestKind(models.TextChoices):
    """As CERFA 12156 and Dauphin ask it."""

    FIRST = "first", "première demande"
    RENEWAL = "renewal", "renouvellement"
    CHANGED = "changed", "renouvellement modifié"
    MULTIYEAR = "multiyear", "demande pluriannuelle"


class IntercommunalRole(models.TextChoices):
    """What the intercommunality does for an action held by it or by others."""

    LED = "led", "pilotée par l’intercommunalité"
    SUPPORTED = "supported", "soutenue par l’intercommunalité"


class PublicKind(models.TextChoices):
    """Whom an action aims at: age bands as the revue de projet counts them, then adults."""

    AGE_0_3 = "0-3", "0-3 ans"
    AGE_3_6 = "3-6", "3-6 ans"
    AGE_6_11 = "6-11", "6-11 ans"
    AGE_11_15 = "11-15", "11-15 ans"
    AGE_15_18 = "15-18", "15-18 ans"
    AGE_18_25 = "18-25", "18-25 ans"
    PARENTS = "parents", "parents"
    PROFESSIONALS = "professionals", "professionnels"


AGE_BANDS = tuple(kind for kind in PublicKind if kind not in (PublicKind.PARENTS, PublicKind.PROFESSIONALS))


class TextKey(models.TextChoices):
    """The free texts of a sheet, one row each."""

    NEED = "need", "contexte et besoin repéré"
    GOALS = "goals", "objectifs"
    RESULTS = "results", "résultats attendus"
    METHOD = "method", "étapes et modalités"
    OUTREACH = "outreach", "repérage et mobilisation du public"
    PARTNERS = "partners", "partenaires et rôle de chacun"
    SCHOOL_LINK = "school_link", "co-construction avec l’école"
    MEANS = "means", "moyens humains et matériels"
    MAINSTREAM = "mainstream", "droit commun mobilisé"
    EVALUATION = "evaluation", "indicateurs et méthode d’évaluation"
    COMMUNICATION = "communication", "communication"


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
    AGREEMENT = "agreement", "convention signée"
    STATEMENT = "statement", "compte rendu accepté"
    PAYMENT = "payment", "versement"
    REVERSAL = "reversal", "annulation"


class BudgetSide(models.TextChoices):
    """The two columns of the budget of an action."""

    CHARGE = "charge", "charges"
    INCOME = "income", "produits"


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


class LetterKind(models.TextChoices):
    """What a letter of notification tells its holder."""

    FAVOURABLE = "favourable", "favorable"
    UNFAVOURABLE = "unfavourable", "défavorable"
    DEFERRED = "deferred", "d’ajournement"


class AgreementState(models.TextChoices):
    """A "convention": written, issued with its number to be signed, signed of all, or given up."""

    DRAFT = "draft", "en préparation"
    ISSUED = "issued", "à la signature"
    SIGNED = "signed", "signée"
    CANCELLED = "cancelled", "abandonnée"

    @classmethod
    def told(cls):
        """Those that its holder reads."""
        return cls.ISSUED, cls.SIGNED


class StatementState(models.TextChoices):
    """A "compte rendu financier": being written, handed in, to be corrected, or accepted."""

    DRAFT = "draft", "en préparation"
    FILED = "filed", "déposé"
    SENT_BACK = "sent_back", "à corriger"
    ACCEPTED = "accepted", "accepté"


class PaymentKind(models.TextChoices):
    SINGLE = "single", "versement unique"
    ADVANCE = "advance", "acompte"
    BALANCE = "balance", "solde"
    REFUND = "refund", "reversement du porteur"


class ExpenseNature(models.TextChoices):
    """What a line pays itself."""

    ENGINEERING = "engineering", "ingénierie"
    COMMUNICATION = "communication", "communication"
    TRANSPORT = "transport", "transport"
    EVALUATION = "evaluation", "évaluation"
    OWN_ACTION = "own_action", "action menée en propre"
    SCHOOL_FUND = "school_fund", "fonds du collège"
    OTHER = "other", "autre"


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


class Score(models.IntegerChoices):
    """How a request answers one criterion of its call; no middle, so that one has to choose."""

    WEAK = 1, "insuffisant"
    PARTIAL = 2, "à préciser"
    GOOD = 3, "satisfaisant"
    STRONG = 4, "très satisfaisant"


class MainstreamKind(models.TextChoices):
    """In what an ordinary policy takes part in an action."""

    EUROS = "euros", "euros"
    HOURS = "hours", "heures"
    FTE = "fte", "temps de travail (ETP)"
    PREMISES = "premises", "locaux"
    EQUIPMENT = "equipment", "matériel ou transport"
    OTHER = "other", "autre"


class Valuation(models.TextChoices):
    """Whether the euros were spent, or say what something else is worth."""

    CASH = "cash", "versé ou dépensé"
    VALUED = "valued", "valorisé (estimation)"


class Verdict(models.TextChoices):
    FAVOURABLE = "favourable", "favorable"
    RESERVED = "reserved", "favorable avec réserves"
    UNFAVOURABLE = "unfavourable", "défavorable"
    NONE = "none", "ne se prononce pas"


class Weather(models.TextChoices):
    """How an action goes, in the words of who carries it."""

    NOT_STARTED = "not_started", "pas commencée"
    ON_TRACK = "on_track", "se déroule comme prévu"
    DIFFICULTY = "difficulty", "rencontre une difficulté"
    DONE = "done", "terminée"


# Steps in which an action is followed: it was retained and is not over.
FOLLOWED_STAGES = (Stage.PROGRAMMED, Stage.UNDER_WAY, Stage.REPORT, Stage.SUSPENDED)


class CommentAudience(models.TextChoices):
    """Who reads a comment on an action; the last one is closed to everybody else, the team included."""

    TEAM = "team", "équipe projet"
    PILOTS = "pilots", "équipe et pilotes"
    HOLDER = "holder", "équipe, pilotes, référents concernés et porteur"
    INSTITUTION = "institution", "mon institution seule"


class PlanDocument(models.TextChoices):
    """What is printed of a year's plan."""

    CATALOGUE = "catalogue", "catalogue des actions"
    POSTER = "poster", "plan de l’année en un A3"
    LEAFLET = "leaflet", "plaquette pour le public"


class SchoolZone(models.TextChoices):
    """The three zones of the national school calendar."""

    A = "A", "zone A (Besançon, Bordeaux, Clermont-Ferrand, Dijon, Grenoble, Limoges, Lyon, Poitiers)"
    B = (
        "B",
        "zone B (Aix-Marseille, Amiens, Lille, Nancy-Metz, Nantes, Nice, Normandie, Orléans-Tours, Reims, Rennes, Strasbourg)",
    )
    C = "C", "zone C (Créteil, Montpellier, Paris, Toulouse, Versailles)"


class ExportKind(models.TextChoices):
    """Which of the State's tools a table comes out of."""

    DAUPHIN = "dauphin", "Dauphin"
    OSIRIS = "osiris", "OSIRIS"
    GISPRO = "gispro", "GISPRO"


class DifferenceState(models.TextChoices):
    OPEN = "open", "à traiter"
    ACCEPTED = "accepted", "repris dans la fiche"
    KEPT = "kept", "notre valeur gardée"
    RESOLVED = "resolved", "résolu par le nouvel export"
