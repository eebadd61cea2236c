from crispy_forms.helper import FormHelper
from django import forms

from governance.models import Body, Decision


class RegisterPrintForm(forms.Form):
    body = forms.ModelChoiceField(Body.objects.none(), label="Instance", empty_label=None)
    year = forms.TypedChoiceField(
        label="Année civile",
        coerce=int,
        error_messages={
            "invalid_choice": "Aucune décision n’a été adoptée cette année-là\u00a0: choisissez-en une autre."
        },
    )

    def __init__(self, *args, bodies, **kwargs):
        super().__init__(*args, **kwargs)
        decided = Decision.objects.filter(body__in=bodies, year__isnull=False).order_by()
        self.fields["body"].queryset = bodies.filter(pk__in=decided.values("body"))
        years = decided.order_by("-year").values_list("year", flat=True).distinct()
        self.fields["year"].choices = [(year, str(year)) for year in years]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
