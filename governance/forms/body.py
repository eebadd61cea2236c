from crispy_forms.helper import FormHelper
from django import forms

from cite_educative.common.forms import ManyChoiceField
from governance.enums import BodyKind
from governance.models import Body
from partners.enums import Role
from partners.models import Mandate

PRESETS = {
    BodyKind.TROIKA: ("Troïka", "TR"),
    BodyKind.STEERING: ("Comité de pilotage", "CP"),
    BodyKind.TECHNICAL: ("Comité technique", "CT"),
    BodyKind.NETWORK: ("Réseau des référents", "RR"),
    BodyKind.GROUP: ("Groupe de travail", "GT"),
}
SEATED = (Role.PILOT, Role.LEAD, Role.CO_LEAD)


class MandateChoice(ManyChoiceField):
    def label_from_instance(self, mandate):
        place = mandate.side.label if mandate.side_id else mandate.organisation.name
        quality = mandate.title or mandate.get_role_display()
        return f"{mandate.person.formal_name}, {quality} ({place})"


class BodyForm(forms.ModelForm):
    """Preset for a kind: its usual name and prefix, the pilots and the team ticked."""

    mandates = MandateChoice(
        Mandate.objects.none(),
        label="Membres",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Les membres siègent par leur mandat\u00a0: quand il prend fin, leur place aussi.",
    )

    class Meta:
        model = Body
        fields = ["kind", "label", "code", "prints_positions"]
        help_texts = {
            "code": "Deux à quatre lettres majuscules\u00a0: TR donne TR-2026-001.",
            "prints_positions": "Sinon, seuls les pilotes et l’équipe les lisent, à l’écran.",
        }

    def __init__(self, *args, cite, kind=BodyKind.TROIKA, **kwargs):
        label, code = PRESETS[kind]
        active = Mandate.objects.filter(cite=cite).active().in_protocol_order()
        seated = [m.pk for m in active if m.role in SEATED and m.substitute_of_id is None]
        kwargs["initial"] = {"kind": kind, "label": label, "code": code, "mandates": seated} | kwargs.get(
            "initial", {}
        )
        super().__init__(*args, **kwargs)
        self.instance.cite = cite
        self.fields["mandates"].queryset = active
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_code(self):
        return self.cleaned_data["code"].upper()
