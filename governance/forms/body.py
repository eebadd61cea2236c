from itertools import groupby

from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone

from cite_educative.common.dates import date_fr
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


class GroupedMandates(forms.models.ModelChoiceIterator):
    """By side, then by role: the mandates come in protocol order."""

    def __iter__(self):
        for label, mandates in groupby(self.queryset, _group):
            yield label, [self.choice(mandate) for mandate in mandates]


def _group(mandate):
    if mandate.role == Role.PILOT:
        return mandate.side.label
    label = mandate.get_role_display()
    return label[0].upper() + label[1:]


class MandateChoice(ManyChoiceField):
    iterator = GroupedMandates

    def label_from_instance(self, mandate):
        quality = mandate.title or mandate.role_label
        notes = [mandate.organisation.name]
        if mandate.substitute_of_id:
            notes.append("suppléance")
        if mandate.starts_on > timezone.localdate():
            notes.append(f"à compter du {date_fr(mandate.starts_on)}")
        return f"{mandate.person.formal_name}, {quality} ({', '.join(notes)})"


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


class MembersForm(forms.Form):
    """Who sits in a body, today or soon; those whose mandate is over have left by themselves."""

    mandates = MandateChoice(
        Mandate.objects.none(),
        label="Membres",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Les membres siègent par leur mandat\u00a0: quand il prend fin, leur place aussi. Retirer un membre "
        "n’efface rien des réunions passées.",
    )

    def __init__(self, *args, candidates, seated, **kwargs):
        super().__init__(*args, initial={"mandates": seated}, **kwargs)
        self.fields["mandates"].queryset = candidates
