"""Written consultations: the text put to the pilots, its effects, its pieces, the answers."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils import timezone

from cite_educative.common.uploads import UploadField
from governance.enums import Verdict
from governance.figures import open_fundings
from governance.forms.decision import EffectsForm, css_of
from governance.forms.meeting import FrenchDateField
from governance.forms.richtext import RichTextFormField
from governance.models import Body


def _helper(*names):
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    if names:
        helper.layout = Layout(*names)
    return helper


class ConsultationForm(forms.Form):
    body = forms.ModelChoiceField(Body.objects.none(), label="Instance", empty_label=None)
    title = forms.CharField(label="Objet", max_length=200)
    deadline = FrenchDateField(label="Réponse attendue jusqu’au", help_text="Ce jour compris.")
    presentation = RichTextFormField(
        label="Ce qui est soumis aux pilotes",
        rows=8,
        required=True,
        error_messages={
            "required": "Écrivez ce qui est soumis aux pilotes\u00a0: pourquoi, et ce qui leur est demandé."
        },
    )
    text = forms.CharField(
        label="Texte de la décision proposée",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
        help_text="S’il est adopté, ce texte entre tel quel au registre.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, bodies, consultation=None, **kwargs):
        if consultation:
            decision = consultation.decision
            first = {name: getattr(consultation, name) for name in ("body", "deadline", "presentation", "version")}
            kwargs["initial"] = first | {"title": decision.title, "text": decision.text} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies
        self.helper = _helper()

    def clean_deadline(self):
        deadline = self.cleaned_data["deadline"]
        if deadline <= timezone.localdate():
            raise forms.ValidationError(
                "Choisissez une date à venir\u00a0: les pilotes doivent avoir le temps de répondre."
            )
        if deadline.year > timezone.localdate().year + 1:
            raise forms.ValidationError("Cette échéance est trop lointaine\u00a0: vérifiez l’année.")
        return deadline


class ConsultationEffectsForm(EffectsForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, consultation, **kwargs):
        super().__init__(*args, initial={"version": consultation.version}, **kwargs)
        actions = list(consultation.actions.select_related("holder").order_by("code", "pk"))
        fundings = list(open_fundings(action__in=actions))
        self.set_effects(actions, fundings, list(consultation.decision.effects.all()))
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", css_of(field.widget))


class PieceForm(forms.Form):
    title = forms.CharField(label="Intitulé", max_length=200, required=False)
    upload = UploadField(label="Pièce")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = _helper("upload", "title")

    @property
    def is_multipart(self):
        return True


class AnswerForm(forms.Form):
    """The own position."""

    verdict = forms.ChoiceField(label="Position", choices=Verdict, widget=forms.RadioSelect)
    comment = forms.CharField(
        label="Précision",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Attendue si vous êtes favorable avec réserve ou défavorable.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, answer, **kwargs):
        first = {name: getattr(answer, name) for name in ("verdict", "comment", "version")}
        super().__init__(*args, initial=first | kwargs.pop("initial", {}), **kwargs)
        self.helper = _helper()

    def clean(self):
        data = super().clean()
        reserved = data.get("verdict") in (Verdict.RESERVED, Verdict.UNFAVOURABLE)
        if reserved and not data.get("comment") and "comment" not in self.errors:
            self.add_error("comment", "Dites en une phrase quelle est la réserve, ou ce qui ne convient pas.")
        return data

    @property
    def said(self):
        return {name: value for name, value in self.cleaned_data.items() if name in self.fields}


class ReceivedAnswerForm(AnswerForm):
    """A position that the team received and enters for who gave it."""

    name = forms.CharField(label="Donnée par", max_length=200, help_text="Civilité, nom et qualité.")
    answered_on = FrenchDateField(label="Reçue le")
    received = forms.CharField(
        label="Reçue",
        max_length=160,
        help_text="Par exemple «\u00a0par courriel\u00a0» ou «\u00a0au téléphone\u00a0».",
    )

    field_order = ["name", "received", "answered_on", "verdict", "comment", "version"]

    def __init__(self, *args, answer, **kwargs):
        names = ("name", "received", "answered_on")
        super().__init__(*args, answer=answer, initial={name: getattr(answer, name) for name in names}, **kwargs)


class AskAnswersForm(forms.Form):
    """`askable`: (answer, person) pairs; those who have not answered are ticked."""

    recipients = forms.MultipleChoiceField(
        label="Destinataires",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un ou une destinataire."},
    )
    subject = forms.CharField(label="Objet", max_length=200)
    body = forms.CharField(
        label="Message",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="{lien} devient le lien personnel de chaque destinataire.",
    )

    def __init__(self, *args, askable, **kwargs):
        super().__init__(*args, **kwargs)
        self._pairs = {f"{answer.pk}-{person.pk}": (answer, person) for answer, person in askable if person.email}
        self.missing = [person for _, person in askable if not person.email]
        self.fields["recipients"].choices = [
            (key, f"{person.formal_name}, pour {answer.label}") for key, (answer, person) in self._pairs.items()
        ]
        self.initial.setdefault(
            "recipients", [key for key, (answer, _) in self._pairs.items() if answer.answered_on is None]
        )
        self.helper = _helper()

    def clean_body(self):
        """As browsers send it twice, in the form and in the preview, with the same line ends."""
        body = self.cleaned_data["body"].replace("\r\n", "\n").strip()
        if "{lien}" not in body:
            raise forms.ValidationError("Laissez {lien} dans le message\u00a0: c’est par là que l’on répond.")
        return body

    @property
    def asked(self):
        return [self._pairs[key] for key in self.cleaned_data["recipients"]]
