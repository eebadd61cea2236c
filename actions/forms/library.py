from django import forms

from actions.forms.exchanges import audience_choices
from actions.forms.quoting import QuotingForm
from actions.models import Exchange, LibraryItem, LibraryVersion
from cite_educative.common.forms import DayField
from cite_educative.common.uploads import UploadField

LINKS = ("organisations", "actions")
FOLDED = {*LINKS, "add_organisation", "add_action"}


class LibraryItemForm(QuotingForm):
    """What a document is and who reads it; with its first file when the document is new."""

    LINKS = LINKS

    file = UploadField(label="Fichier")

    field_order = ("file",)

    class Meta:
        model = LibraryItem
        fields = ("kind", "title", "source", "dated_on", "summary", "audience", *LINKS, "exchange")
        field_classes = {"dated_on": DayField}
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "source": "Qui l’a écrit\u00a0: préfecture, ANCT, rectorat, une autre Cité…",
            "summary": "Deux ou trois lignes\u00a0: ce qu’il change, pour qui, à partir de quand.",
        }

    def __init__(self, *args, request, cite, origin=None, **kwargs):
        if origin:
            ticked = {name: [row.pk for row in rows] for name, rows in origin.chosen.items()}
            kwargs["initial"] = ticked | (kwargs.get("initial") or {})
        super().__init__(*args, request=request, cite=cite, origin=origin, **kwargs)
        row = self.instance
        if row.pk:
            del self.fields["file"]
        self.fields["audience"].choices = audience_choices(request.user, cite, row.audience if row.pk else "")
        if not row.pk and not self.initial.get("audience"):
            self.initial["audience"] = self.fields["audience"].choices[0][0]
        known = Exchange.objects.visible_to(request.user) | Exchange.objects.filter(pk=row.exchange_id)
        self.fields["exchange"].queryset = known.filter(cite=cite)
        self.fields["exchange"].widget = forms.HiddenInput()

    @property
    def is_unfolded(self):
        return self.is_bound and bool(FOLDED & set(self.errors))


class LibraryVersionForm(forms.ModelForm):
    file = UploadField(label="Fichier")

    class Meta:
        model = LibraryVersion
        fields = ("file", "comment")
        help_texts = {"comment": "Par exemple «\u00a0signée par les trois parties\u00a0»."}
