from django.db import models


class BodyKind(models.TextChoices):
    STEERING = "steering", "comité de pilotage"
    TECHNICAL = "technical", "comité technique"
    TROIKA = "troika", "Troïka"
    NETWORK = "network", "réseau des référents"
    GROUP = "group", "groupe de travail"


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


class DecisionStatus(models.TextChoices):
    DRAFT = "draft", "en cours de rédaction"
    ADOPTED = "adopted", "adoptée"
    CANCELLED = "cancelled", "annulée"


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
