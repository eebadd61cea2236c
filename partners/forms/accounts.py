from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm

from cite_educative.common.forms import ManyChoiceField
from partners.models import Person

SHORTEST_IDLE, LONGEST_IDLE = 30, 1095  # days
CODE_INPUT = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
PASSWORD_INPUT = {"autocomplete": "current-password"}


class NewPasswordForm(SetPasswordForm):
    """The first password, or another one: typed twice, checked by the validators of the settings."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = "Mot de passe"
        self.fields["new_password2"].label = "Le même, une seconde fois"


class OwnPasswordForm(PasswordChangeForm):
    field_order = ("old_password", "new_password1", "new_password2")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Mot de passe actuel"


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label="Courriel", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class CurrentPasswordForm(forms.Form):
    """Asks who is at the keyboard to prove that it is still the holder."""

    password = forms.CharField(
        label="Mot de passe actuel", strip=False, widget=forms.PasswordInput(attrs=PASSWORD_INPUT)
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self):
        password = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError("Ce n’est pas votre mot de passe actuel.")
        return password


class NewEmailForm(CurrentPasswordForm):
    email = forms.EmailField(
        label="Nouvelle adresse", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    field_order = ("email", "password")

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if email == self.user.email.lower():
            raise forms.ValidationError("C’est déjà l’adresse de votre compte.")
        return email


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code de votre téléphone",
        max_length=20,
        help_text="Six chiffres, renouvelés toutes les trente secondes.",
        widget=forms.TextInput(attrs=CODE_INPUT | {"inputmode": "numeric"}),
    )


class AnyCodeForm(CodeForm):
    """A recovery code does as well."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="Les six chiffres de votre téléphone, ou l’un de vos codes de secours.",
        widget=forms.TextInput(attrs=CODE_INPUT | {"autofocus": True}),
    )


class RemovalForm(CurrentPasswordForm):
    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="Les six chiffres de votre téléphone, ou l’un de vos codes de secours.",
        widget=forms.TextInput(attrs=CODE_INPUT),
    )


class SecurityForm(forms.Form):
    requires_second_factor = forms.BooleanField(
        label="Exiger un second facteur",
        required=False,
        help_text="Des chefs et cheffes de projet, du co-pilotage opérationnel et des responsables financiers. À leur "
        "prochaine page, ils et elles devront le mettre en place avec leur téléphone.",
    )
    idle_days = forms.IntegerField(
        label="Fermer un compte après tant de jours sans connexion",
        required=False,
        min_value=SHORTEST_IDLE,
        max_value=LONGEST_IDLE,
        help_text=f"De {SHORTEST_IDLE} à {LONGEST_IDLE} jours\u00a0; vide\u00a0: jamais. Un courriel prévient quatorze jours "
        "avant. Qui agit dans plusieurs Cités garde le plus long des délais.",
    )


class InvitationsForm(forms.Form):
    people = ManyChoiceField(
        label="Personnes à inviter",
        queryset=Person.objects.none(),
        error_messages={"required": "Choisissez au moins une personne."},
    )

    def __init__(self, *args, queryset, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = queryset
