from itertools import groupby

from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone

from cite_educative.common.dates import date_fr
from cite_educative.common.forms import ManyChoiceField
from governance.enums import BodyKind, QuorumRule, Rhythm, StepFact
from governance.models import Body
from governance.presets import PRESETS
from partners.enums import Role
from partners.models import Mandate

LONGEST_AHEAD = 365


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
    """Preset for a kind: its usual name and prefix, and ticked, those who usually sit there."""

    mandates = MandateChoice(
        Mandate.objects.none(),
        label="Membres",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Les membres siègent par leur mandat\u00a0: quand il prend fin, leur place aussi.",
    )

    class Meta:
        model = Body
        fields = ["kind", "label", "code", "prints_positions", "silence_agrees"]
        help_texts = {
            "code": "Deux à quatre lettres majuscules\u00a0: TR donne TR-2026-001.",
            "prints_positions": "Sinon, seuls les pilotes et l’équipe les lisent, à l’écran.",
            "silence_agrees": "Imprimé dans le texte soumis aux pilotes. Sinon, une réponse qui manque ne vaut rien.",
        }

    def __init__(self, *args, cite, kind=BodyKind.TROIKA, **kwargs):
        preset = PRESETS[kind]
        active = Mandate.objects.filter(cite=cite).active().in_protocol_order()
        seated = [one.pk for one in active if one.role in preset.seated and one.substitute_of_id is None]
        first = {"kind": kind, "label": preset.label, "code": preset.code, "mandates": seated}
        kwargs["initial"] = first | kwargs.get("initial", {})
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


class SettingsForm(forms.ModelForm):
    """What a body is, decides and asks for. The steps of its preparation are a formset besides."""

    presiding = MandateChoice(
        Mandate.objects.none(),
        label="Présidence",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Plusieurs membres président ensemble\u00a0; ils sont cités dans l’ordre protocolaire.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Body
        fields = [
            *("label", "code", "competence", "rhythm_every", "rhythm_unit", "presiding"),
            *("quorum_rule", "quorum_number", "required_sides", "prints_positions", "silence_agrees"),
        ]
        field_classes = {"required_sides": ManyChoiceField}
        widgets = {
            "competence": forms.Textarea(attrs={"rows": 3}),
            "required_sides": forms.CheckboxSelectMultiple,
        }
        help_texts = BodyForm.Meta.help_texts | {
            "competence": "Ce qu’elle décide, ou sur quoi elle donne son avis.",
            "rhythm_every": "Par exemple 6, avec semaines. Vide\u00a0: rythme libre.",
            "quorum_number": "Seulement pour le quorum «\u00a0un nombre de membres\u00a0».",
            "required_sides": "Un représentant de chacun doit être là. L’absence de quorum avertit, sans rien empêcher.",
        }

    def __init__(self, *args, is_numbered, **kwargs):
        super().__init__(*args, **kwargs)
        body = self.instance
        self.initial["version"] = body.version
        self.initial["presiding"] = list(body.members.filter(presides=True).values_list("mandate", flat=True))
        members = Mandate.objects.filter(memberships__body=body, substitute_of__isnull=True)
        self.fields["presiding"].queryset = members.active().in_protocol_order()
        self.fields["required_sides"].queryset = body.cite.sides.all()
        self.fields["rhythm_unit"].choices = [("", "rythme libre"), *Rhythm.choices]
        self.fields["quorum_rule"].choices = [("", "aucun quorum"), *QuorumRule.choices]
        if is_numbered:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = "Des décisions portent déjà ce préfixe\u00a0: il ne change plus."
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_code(self):
        return self.cleaned_data["code"].upper()


class StepForm(forms.Form):
    """One line; emptied, its step is removed."""

    key = forms.IntegerField(widget=forms.HiddenInput, required=False)
    label = forms.CharField(label="Étape", max_length=120, required=False)
    days_before = forms.IntegerField(label="Jours avant", min_value=0, max_value=LONGEST_AHEAD, required=False)
    fact = forms.ChoiceField(
        label="Faite quand", choices=[("", "une personne la coche"), *StepFact.choices], required=False
    )

    def clean(self):
        data = super().clean()
        if data.get("label") and data.get("days_before") is None and "days_before" not in self.errors:
            self.add_error("days_before", "Dites combien de jours avant la réunion.")
        if data.get("days_before") is not None and not data.get("label"):
            self.add_error("label", "Donnez un nom à cette étape, ou videz sa ligne.")
        return data


class BaseStepFormSet(forms.BaseFormSet):
    @property
    def steps(self):
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("label")]


StepFormSet = forms.formset_factory(StepForm, formset=BaseStepFormSet, extra=2, max_num=12, absolute_max=12)


def step_values(body):
    return [
        {"key": step.pk, "label": step.label, "days_before": step.days_before, "fact": step.fact}
        for step in body.steps.all()
    ]
