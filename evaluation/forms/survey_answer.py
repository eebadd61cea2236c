"""The form that anybody fills without an account, made from the items of a survey.

Against robots, and without asking anybody else: a signed form that is good for one response, a field that people do not
see, a least time to fill it. No cookie: the signed form is what a token against forged requests would be.
"""

import secrets

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from evaluation.models.surveys import LONGEST_TEXT

LEAST_SECONDS, VALID_SECONDS = 3, 24 * 3600
SALT = "evaluation.survey"
NAMES_NOBODY = "Ne nommez personne\u00a0: ni vous, ni un enfant, ni un adulte."
NO_ANSWER = "Je ne réponds pas à cette question"
TOO_FAST = "Le questionnaire a été envoyé très vite. Relisez vos réponses, puis envoyez-les de nouveau."
TOO_OLD = "Cette page était ouverte depuis longtemps. Vos réponses sont toujours là\u00a0: envoyez-les de nouveau."
NOT_SENT = "Vos réponses ne sont pas parties. Elles sont toujours là\u00a0: envoyez-les de nouveau."
EMPTY = "Répondez au moins à une question."
CHECK = {"class": "form-check-input"}


def new_form_token(survey):
    """Signed and dated; `AnswerForm` reads the key in it."""
    return signing.TimestampSigner(salt=SALT).sign(f"{survey.pk}.{secrets.token_urlsafe(12)}")


class AnswerForm(forms.Form):
    """One field an item, `q<key of the item>`. Once valid, `answers` is what `SurveyResponse` keeps and `key` the form's own.

    `form_token` is what the page sends back: the one received while it is good, or a new one.
    """

    formulaire = forms.CharField(required=False)
    site_web = forms.CharField(required=False)

    def __init__(self, *args, survey, **kwargs):
        super().__init__(*args, **kwargs)
        self.survey, self.items = survey, list(survey.items.all())
        self.key, self.form_token = "", new_form_token(survey)
        for item in self.items:
            self.fields[f"q{item.pk}"] = _field(item)

    def renew(self):
        """For a form that was sent already."""
        self.form_token = new_form_token(self.survey)

    @property
    def questions(self):
        """(item, bound field), in order."""
        return [(item, self[f"q{item.pk}"]) for item in self.items]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("site_web"):
            raise ValidationError(NOT_SENT)
        self.key = self._read_key(cleaned.get("formulaire", ""))
        if not self.errors and not self.answers:
            raise ValidationError(EMPTY)
        return cleaned

    def _read_key(self, token):
        signer = signing.TimestampSigner(salt=SALT)
        try:
            survey, _, key = signer.unsign(token, max_age=VALID_SECONDS).partition(".")
        except signing.SignatureExpired:
            raise ValidationError(TOO_OLD) from None
        except signing.BadSignature:
            raise ValidationError(NOT_SENT) from None
        if survey != str(self.survey.pk):
            raise ValidationError(NOT_SENT)
        self.form_token = token
        if _is_younger(signer, token):
            raise ValidationError(TOO_FAST, code="fast")
        return key

    @property
    def answers(self):
        given = {str(item.pk): self.cleaned_data.get(f"q{item.pk}") for item in self.items}
        return {key: _kept(value) for key, value in given.items() if value not in (None, "", [])}


def _is_younger(signer, token):
    try:
        signer.unsign(token, max_age=LEAST_SECONDS)
    except signing.SignatureExpired:
        return False
    return True


def _kept(value):
    return sorted({int(rank) for rank in value}) if isinstance(value, list) else value


def _field(item):
    required = item.is_required
    if item.is_text:
        return forms.CharField(
            label=item.label,
            required=required,
            max_length=LONGEST_TEXT,
            help_text=f"{NAMES_NOBODY} {LONGEST_TEXT} caractères au plus.",
            widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
            error_messages={"required": "Écrivez quelques mots."},
        )
    ranks = [(str(rank), choice) for rank, choice in enumerate(item.choice_list, start=1)]
    unknown = "Ce choix n’est pas proposé. Choisissez dans la liste."
    if item.takes_several:
        return forms.MultipleChoiceField(
            label=item.label,
            required=required,
            choices=ranks,
            help_text="Plusieurs réponses possibles.",
            widget=forms.CheckboxSelectMultiple(attrs=CHECK),
            error_messages={"required": "Choisissez au moins une réponse.", "invalid_choice": unknown},
        )
    return forms.TypedChoiceField(
        label=item.label,
        required=required,
        choices=ranks if required else [*ranks, ("", NO_ANSWER)],
        coerce=int,
        widget=forms.RadioSelect(attrs=CHECK),
        error_messages={"required": "Choisissez une réponse.", "invalid_choice": unknown},
    )
