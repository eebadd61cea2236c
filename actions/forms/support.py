from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from actions.enums import Audience
from actions.forms.fields import DayField, helper
from actions.forms.versions import VersionedForm
from actions.models import ActionPiece, Call, ExpectedPiece
from cite_educative.common.uploads import UploadField


class ExpectedForm(VersionedForm):
    class Meta:
        model = ExpectedPiece
        fields = ("label", "help_text", "is_required", "associations_only", "order")
        help_texts = {
            "label": "Par exemple «\u00a0RIB\u00a0» ou «\u00a0Autorisation d’occupation de la salle\u00a0».",
            "help_text": "Ce que le porteur lira sous l’intitulé.",
            "is_required": "Sinon elle est proposée, et son absence ne se signale pas.",
            "associations_only": "Une commune ou un établissement n’est alors pas relancé pour elle.",
            "order": "Sa place dans la liste.",
        }


class CopyForm(forms.Form):
    """Which call of the same Cité to take the list from."""

    source = forms.ModelChoiceField(Call.objects.none(), label="Appel à copier", empty_label="À choisir")

    def __init__(self, *args, calls, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = calls
        self.helper = helper()


def checked_past(day):
    if day and day > timezone.localdate():
        raise ValidationError("Cette date n’est pas encore arrivée\u00a0: indiquez le jour de la réception.")
    return day


class PieceForm(forms.ModelForm):
    """A file, or the note that a piece came another way. The audience is the team's to choose."""

    upload = UploadField(label="Fichier", required=False)

    class Meta:
        model = ActionPiece
        fields = ("expected", "title", "audience", "received_from", "received_how", "received_on")
        field_classes = {"received_on": DayField}
        labels = {"expected": "Ce document est", "received_from": "Reçu de", "received_how": "Comment"}
        help_texts = {
            "title": "À remplir si ce n’est aucune des pièces de la liste.",
            "received_from": "Par exemple «\u00a0Mme Prévost, présidente\u00a0».",
            "received_how": "Par exemple «\u00a0par courriel\u00a0» ou «\u00a0remise en main propre\u00a0».",
        }

    def __init__(self, *args, expected, is_team, **kwargs):
        super().__init__(*args, **kwargs)
        fields = self.fields
        fields["expected"].queryset = ExpectedPiece.objects.filter(pk__in=[row.pk for row in expected])
        fields["expected"].empty_label = "Un autre document"
        fields["title"].required = False
        fields["audience"].choices = [
            (Audience.HOLDER, "L’équipe, les pilotes, les référents concernés et le porteur"),
            (Audience.TEAM, "L’équipe projet seule"),
        ]
        if not is_team:
            for name in ("audience", "received_from", "received_how", "received_on"):
                del fields[name]
            fields["upload"].required = True
            self.helper = helper(Layout("expected", "title", "upload"))
            return
        otherwise = Fieldset("Reçu autrement que par ce site", "received_from", "received_how", "received_on")
        self.helper = helper(Layout("expected", "title", "upload", "audience", otherwise))

    def clean_received_on(self):
        return checked_past(self.cleaned_data["received_on"])

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("expected") and not cleaned.get("title"):
            self.add_error("title", "Dites ce qu’est ce document.")
        no_file = not cleaned.get("upload") and "upload" not in self.errors
        if no_file and not (cleaned.get("received_from") or cleaned.get("received_how")):
            self.add_error("upload", "Joignez un fichier, ou dites plus bas de qui et comment vous l’avez reçu.")
        if cleaned.get("expected") and cleaned.get("audience") == Audience.TEAM:
            self.add_error("audience", "Une pièce demandée au porteur reste lisible par lui.")
        return cleaned

    def validate_constraints(self):
        """Done by the service."""

    def _get_validation_exclusions(self):
        """The service checks the whole row; here only what was typed."""
        typed = set(self.fields) - {"title"}
        return {each.name for each in self._meta.model._meta.fields} - typed


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=240,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Le porteur le lira, avec la pièce. Par exemple «\u00a0Le RIB est celui d’une autre structure\u00a0».",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class PiecesByLinkForm(forms.Form):
    """One file field for each piece asked; `uploads` is what was joined."""

    def __init__(self, *args, expected, **kwargs):
        super().__init__(*args, **kwargs)
        self._expected = {f"piece-{row.pk}": row for row in expected}
        for name, row in self._expected.items():
            formats = UploadField().help_text
            words = f"{row.help_text} {formats}" if row.help_text else formats
            self.fields[name] = UploadField(label=row.label, required=len(self._expected) == 1, help_text=words)
        self.helper = helper()

    @property
    def uploads(self):
        return {row: self.cleaned_data[name] for name, row in self._expected.items() if self.cleaned_data.get(name)}

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not self.uploads:
            raise ValidationError("Joignez au moins un fichier.")
        return cleaned
