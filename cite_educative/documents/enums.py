from django.db import models


class Format(models.TextChoices):
    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"
    XLSX = "xlsx", "Excel"
    PPTX = "pptx", "PowerPoint"


class State(models.TextChoices):
    QUEUED = "queued", "En attente"
    RENDERING = "rendering", "En préparation"
    READY = "ready", "Prêt"
    FAILED = "failed", "En échec"


PENDING = (State.QUEUED, State.RENDERING)
