from django.db import models


class QuestionKind(models.TextChoices):
    """What an answer is: `ReviewAnswer.value` is stored as this kind says."""

    TEXT = "text", "texte"
    INTEGER = "integer", "nombre entier"
    NUMBER = "number", "nombre"
    PERCENT = "percent", "pourcentage"
    EUROS = "euros", "euros"
    DATE = "date", "date"
    YES_NO = "yes_no", "oui ou non"
    CHOICE = "choice", "choix"
    SCALE = "scale", "échelle"
    LIST = "list", "liste"
    TABLE = "table", "tableau"


class ReviewState(models.TextChoices):
    OPEN = "open", "en cours"
    FROZEN = "frozen", "figée"


class AnswerState(models.TextChoices):
    TODO = "todo", "à faire"
    DRAFT = "draft", "en rédaction"
    VALIDATED = "validated", "validée"
    UNANSWERED = "unanswered", "sans réponse"

    @classmethod
    def settled(cls):
        """What a review may be frozen with: an answer that was agreed, or its absence, acknowledged."""
        return cls.VALIDATED, cls.UNANSWERED
