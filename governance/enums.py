from django.db import models


class BodyKind(models.TextChoices):
    STEERING = "steering", "comité de pilotage"
    TECHNICAL = "technical", "comité technique"
    TROIKA = "troika", "Troïka"
    NETWORK = "network", "réseau des référents"
    GROUP = "group", "groupe de travail"
    FUNDERS = "funders", "conférence des financeurs"
    REVIEW = "review", "revue de projet"


class Rhythm(models.TextChoices):
    """How often a body meets; blank for one that is convened when it is needed."""

    WEEK = "week", "semaines"
    MONTH = "month", "mois"


class QuorumRule(models.TextChoices):
    """Of the seats of members, substitutes not counted; blank for a body that needs none."""

    NUMBER = "number", "un nombre de membres"
    THIRD = "third", "au moins un tiers des membres"
    HALF = "half", "au moins la moitié des membres"
    TWO_THIRDS = "two_thirds", "au moins deux tiers des membres"


class StepFact(models.TextChoices):
    """What says by itself that a step of the preparation is done; blank for one that a person ticks."""

    NOTES = "notes", "toutes les notes sont émises"
    CONVOCATION = "convocation", "la réunion est convoquée"
    DOSSIER = "dossier", "le dossier est envoyé"


class ProposalStatus(models.TextChoices):
    WAITING = "waiting", "à examiner"
    ACCEPTED = "accepted", "inscrite"
    POSTPONED = "postponed", "remise à plus tard"
    DECLINED = "declined", "non retenue"


class MeetingStatus(models.TextChoices):
    PLANNED = "planned", "planifiée"
    CONVENED = "convened", "convoquée"
    IN_PROGRESS = "in_progress", "en séance"
    HELD = "held", "tenue"
    CLOSED = "closed", "close"
    PUBLISHED = "published", "publiée"
    CANCELLED = "cancelled", "annulée"
    POSTPONED = "postponed", "reportée"


class ItemKind(models.TextChoices):
    INFORMATION = "information", "pour information"
    DISCUSSION = "discussion", "pour échange"
    DECISION = "decision", "pour décision"


class Presence(models.TextChoices):
    PRESENT = "present", "présent"
    EXCUSED = "excused", "excusé"
    ABSENT = "absent", "absent"
    REPRESENTED = "represented", "représenté"
    GUEST = "guest", "invité"


class NoticeKind(models.TextChoices):
    """To whom the outcome of a meeting is told."""

    MEMBERS = "members", "membres de l’instance"
    HOLDERS = "holders", "porteurs concernés"


class Reply(models.TextChoices):
    """What somebody answers to a convocation; each value is the `Presence` that it announces."""

    PRESENT = "present", "présent"
    EXCUSED = "excused", "excusé"
    REPRESENTED = "represented", "représenté"


class ConvocationLetter(models.TextChoices):
    """What a message about a convocation does."""

    CONVENES = "convenes", "convoque"
    REMINDS = "reminds", "rappelle"
    CANCELS = "cancels", "annule"


class DecisionStatus(models.TextChoices):
    DRAFT = "draft", "en cours de rédaction"
    ADOPTED = "adopted", "adoptée"
    CANCELLED = "cancelled", "annulée"


class ConsultationStatus(models.TextChoices):
    DRAFT = "draft", "en préparation"
    OPEN = "open", "ouverte"
    ADOPTED = "adopted", "adoptée"
    REFUSED = "refused", "non adoptée"
    CANCELLED = "cancelled", "annulée"


class AnswerHow(models.TextChoices):
    ACCOUNT = "account", "dans l’application"
    LINK = "link", "par le lien envoyé"
    ENTERED = "entered", "enregistrée par l’équipe"


class Verdict(models.TextChoices):
    FAVOURABLE = "favourable", "favorable"
    RESERVED = "reserved", "favorable avec réserve"
    UNFAVOURABLE = "unfavourable", "défavorable"
    ABSTAINED = "abstained", "ne se prononce pas"


class EffectKind(models.TextChoices):
    """What a decision changes. `PROGRAMME` bears on a funding, the others on an action."""

    PROGRAMME = "programme", "programme"
    RETAIN = "retain", "retient"
    DEFER = "defer", "ajourne"
    REJECT = "reject", "rejette"
    REOPEN = "reopen", "rouvre l’instruction de"


class NoteStatus(models.TextChoices):
    DRAFT = "draft", "en préparation"
    ISSUED = "issued", "émise"


class NoteKind(models.TextChoices):
    TROIKA = "troika", "note à la Troïka"
    COPIL = "copil", "note au comité de pilotage"
    REPORT = "report", "rapport au conseil et projet de délibération"
    LETTER = "letter", "courrier"


class NoteStage(models.TextChoices):
    """Where the working text stands; the versions already issued do not follow it."""

    WRITING = "writing", "en rédaction"
    REVIEW = "review", "en relecture"
    VALIDATED = "validated", "validée"


class Approval(models.TextChoices):
    AWAITED = "awaited", "attendue"
    APPROVED = "approved", "approuvée"
    CHANGES = "changes", "modifications demandées"


class PaperKind(models.TextChoices):
    """What a meeting is prepared with."""

    CONVOCATION = "convocation", "convocation"
    DOSSIER = "dossier", "dossier de séance"
    MEMBERS = "members", "dossier sans les montants"
    SLIDES = "slides", "présentation"
    SIGN_IN = "sign_in", "feuille d’émargement"


class MinutesState(models.TextChoices):
    DRAFT = "draft", "en rédaction"
    REVIEW = "review", "en relecture"
    VALIDATED = "validated", "validé"
    PUBLISHED = "published", "publié"


class ReviewState(models.TextChoices):
    AWAITED = "awaited", "attendu"
    CLEAN = "clean", "relu sans remarque"
    REMARKS = "remarks", "relu avec remarques"
    VALIDATED = "validated", "validé"


class RemarkState(models.TextChoices):
    OPEN = "open", "à traiter"
    TAKEN = "taken", "prise en compte"
    DECLINED = "declined", "non retenue"


class SignedKind(models.TextChoices):
    MINUTES = "minutes", "procès-verbal signé"
    ATTENDANCE = "attendance", "feuille d’émargement signée"


class Support(models.TextChoices):
    POSTER = "poster", "affiche"
    SOCIAL = "social", "réseau social"
    PRESS = "press", "presse"
    LETTER = "letter", "lettre"
    EVENT = "event", "événement"
    VIDEO = "video", "vidéo"
    SITE = "site", "site"
    OTHER = "other", "autre"


class CommunicationState(models.TextChoices):
    IDEA = "idea", "idée"
    DRAFTING = "drafting", "en préparation"
    ASKED = "asked", "accord demandé"
    READY = "ready", "prêt"
    DONE = "done", "diffusé"
    DROPPED = "dropped", "abandonné"


class PressAnswer(models.TextChoices):
    GIVEN = "given", "donné"
    REFUSED = "refused", "refusé"


class Execution(models.TextChoices):
    """Where the execution of an adopted decision stands; derived (`governance.execution`), never stored."""

    TO_DO = "to_do", "à exécuter"
    UNDER_WAY = "under_way", "en exécution"
    EXECUTED = "executed", "exécutée"
    NONE = "none", "ratification, sans exécution propre"
    CANCELLED = "cancelled", "annulée"


class PointStatus(models.TextChoices):
    OPEN = "open", "à faire"
    DONE = "done", "faite"
    DROPPED = "dropped", "abandonnée"
