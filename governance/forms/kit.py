from django import forms
from django.db.models import Exists, OuterRef

from actions.models import FundingSource
from cite_educative.common.uploads import IMAGES, PDF, UploadField
from governance.forms.communication import VersionedForm
from governance.models import FunderMention, KitFile
from partners.models import Organisation

KINDS = (("logo", "logo (image)"), ("charter", "charte graphique (PDF ou image)"))


class MentionForm(VersionedForm):
    """One funder of the Cité and the words that it wants."""

    class Meta:
        model = FunderMention
        fields = ("organisation", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"text": "Recopiez-la de la convention ou de la charte, mot pour mot."}

    def __init__(self, *args, cite, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["organisation"]
            return
        sources = FundingSource.objects.filter(cite=cite, organisation=OuterRef("pk"))
        said = FunderMention.objects.filter(cite=cite, organisation=OuterRef("pk"))
        funders = Organisation.objects.filter(Exists(sources)).exclude(Exists(said))
        self.fields["organisation"].queryset = funders.order_by("name", "pk")


class KitFileForm(forms.ModelForm):
    kind = forms.ChoiceField(label="Nature", choices=KINDS)
    file = UploadField(label="Fichier", allowed=(*IMAGES, *PDF))

    field_order = ("kind", "side", "title", "file")

    class Meta:
        model = KitFile
        fields = ("side", "title", "file")
        help_texts = {"title": "Par exemple «\u00a0logo en couleurs\u00a0»."}

    def __init__(self, *args, cite, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["side"].queryset = cite.sides.order_by("order")
        self.fields["side"].empty_label = "la Cité éducative elle-même"
        self.fields["title"].required = True

    def clean(self):
        cleaned = super().clean()
        file = cleaned.get("file")
        if cleaned.get("kind") == "logo" and file and file.name.lower().endswith(PDF):
            self.add_error("file", "Un logo est une image\u00a0: déposez un fichier PNG, JPEG ou WebP.")
        return cleaned
