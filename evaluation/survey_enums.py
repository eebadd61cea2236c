from django.db import models


class Audience(models.TextChoices):
    FAMILIES = "families", "familles"
    YOUNG = "young", "jeunes"
    PROFESSIONALS = "professionals", "professionnels"


class ItemKind(models.TextChoices):
    """How one question of a survey is answered."""

    SINGLE = "single", "un seul choix"
    SEVERAL = "several", "plusieurs choix"
    SCALE_4 = "scale_4", "échelle de 1 à 4"
    SCALE_5 = "scale_5", "échelle de 1 à 5"
    TEXT = "text", "réponse libre, courte"

    @property
    def scale(self):
        """The usual words of its grades, from 1; none for what is no scale."""
        return {
            ItemKind.SCALE_4: ("Pas du tout", "Plutôt non", "Plutôt oui", "Tout à fait"),
            ItemKind.SCALE_5: ("Pas du tout", "Plutôt non", "Ni oui ni non", "Plutôt oui", "Tout à fait"),
        }.get(self, ())


class SurveyState(models.TextChoices):
    """Told by its dates and by what the team did; never stored."""

    DRAFT = "draft", "brouillon"
    UPCOMING = "upcoming", "publié, pas encore ouvert"
    OPEN = "open", "ouvert"
    CLOSED = "closed", "clos"
