from django.db import models

from governance.enums import NoteKind
from governance.note_templates import shipped
from partners.models import Cite


class NoteTemplate(models.Model):
    """With what a Cité begins its notes of one kind; texts hold merge fields between braces."""

    cite = models.ForeignKey(Cite, on_delete=models.CASCADE, related_name="note_templates")
    kind = models.CharField("modèle", max_length=8, choices=NoteKind)
    request = models.TextField("ce qui est demandé", blank=True)
    # `[{"title", "text"}]`, the text as clean HTML; `services.save_note_template` is the only writer.
    sections = models.JSONField("parties", default=list)
    proposal = models.TextField("décision proposée", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "modèle de note"
        verbose_name_plural = "modèles de note"
        constraints = [models.UniqueConstraint(fields=["cite", "kind"], name="note_template_once_kind")]

    def __str__(self):
        return f"Modèle\u00a0: {self.get_kind_display()}"

    @classmethod
    def of(cls, cite, kind):
        """That of a Cité; the shipped one, not saved, when nobody changed it."""
        return cls.objects.filter(cite=cite, kind=kind).first() or cls(
            cite=cite, kind=kind, version=0, **shipped(kind)
        )
