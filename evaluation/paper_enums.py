from django.db import models


class PaperKind(models.TextChoices):
    """What the Cité gives to be read of its years."""

    ONE_PAGE = "one_page", "page des élus"
    REPORT = "report", "rapport annuel"
    BALANCE = "balance", "bilan du label"


class ReportSection(models.TextChoices):
    """The chapters of the annual report, in their order."""

    PRESENTATION = "presentation", "Le territoire et la Cité"
    GOVERNANCE = "gouvernance", "La gouvernance de l’année"
    PLAN = "plan", "Le plan d’actions"
    MONEY = "moyens", "Les moyens"
    EVALUATION = "evaluation", "Les publics et les résultats"
    COMMUNICATION = "communication", "La communication"
    PERSPECTIVES = "perspectives", "Les perspectives"
