from crispy_forms.layout import Fieldset
from django import forms
from django.utils import timezone

from cite_educative.common.forms import DayField, ManyChoiceField
from cite_educative.common.uploads import IMAGES, MEGABYTE, PDF, UploadField
from partners.enums import Role
from partners.forms.layout import NONE, date_input, helper
from partners.forms.people import IdentityFields, PersonChoiceField
from partners.models import Commune, Mandate, Organisation, Person, Seat, Side

LETTERS = (*PDF, ".docx", *IMAGES, ".odt")
LARGEST_LETTER = 10 * MEGABYTE
LETTER_HELP = "PDF, document Word (.docx) ou LibreOffice (.odt), image\u00a0; 10\u00a0Mo au plus."
# Grouped as people look for them.
ROLE_CHOICES = (
    ("Troïka", (Role.PILOT,)),
    ("Équipe de la Cité", (Role.LEAD, Role.CO_LEAD, Role.FINANCE)),
    ("Réseau des référents", (Role.REFERENT, Role.INSTITUTION)),
    ("Autres", (Role.HOLDER, Role.PARTNER, Role.EVALUATOR, Role.READER)),
)
TITLE_HELP = "Telle qu’elle s’imprime\u00a0: «\u00a0adjointe au maire\u00a0»."
NO_END = "Dernier jour du mandat. Vide s’il n’a pas de terme."


class SeatChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, seat):
        return f"{seat.side} – {seat}"


class TitularChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, mandate):
        return f"{mandate.person.formal_name} – {mandate.seat or mandate.organisation}"


class MandateForm(IdentityFields):
    """Who acts, for whom, where and from when; the person is chosen or described."""

    role = forms.ChoiceField(
        label="Rôle",
        choices=[(group, [(role, role.label) for role in roles]) for group, roles in ROLE_CHOICES],
        initial=Role.PILOT,
        help_text="Il donne les droits, du premier au dernier jour du mandat. Co-pilotage opérationnel\u00a0: "
        "coordination de l’Éducation nationale, collège chef de file. Référent d’institution\u00a0: CAF, IEN, "
        "Département.",
    )
    organisation = forms.ModelChoiceField(
        label="Organisme au nom duquel la personne agit",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="Celui du siège",
        help_text="Celui du mandat, pas toujours l’employeur.",
    )
    title = forms.CharField(label="Qualité", max_length=160, required=False, help_text=TITLE_HELP)
    seat = SeatChoiceField(
        label="Siège de la Troïka",
        queryset=Seat.objects.none(),
        required=False,
        empty_label=NONE,
        help_text="Il donne le collège et l’organisme\u00a0: une seule de ces trois réponses suffit.",
    )
    substitute_of = TitularChoiceField(
        label="Suppléance de",
        queryset=Mandate.objects.none(),
        required=False,
        empty_label="Personne",
        help_text="Pour un suppléant ou une suppléante\u00a0: le siège est celui du titulaire, et les deux mandats "
        "finissent ensemble.",
    )
    side = forms.ModelChoiceField(
        label="Collège",
        queryset=Side.objects.none(),
        required=False,
        empty_label=NONE,
        help_text="Pour un membre de la Troïka sans siège attitré.",
    )
    communes = ManyChoiceField(
        label="Communes suivies",
        queryset=Commune.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Une ou plusieurs.",
    )
    person = PersonChoiceField(
        label="Personne déjà connue", queryset=Person.objects.none(), required=False, empty_label="Une autre personne"
    )
    starts_on = DayField(label="Du", widget=date_input(), initial=timezone.localdate)
    ends_on = DayField(label="Au", widget=date_input(), required=False, help_text=NO_END)

    def __init__(self, *args, cite, user, **kwargs):
        super().__init__(*args, **kwargs)
        pilots = Mandate.objects.visible_to(user).active().filter(cite=cite, role=Role.PILOT)
        self.fields["seat"].queryset = Seat.objects.open().filter(side__cite=cite).select_related("side")
        self.fields["side"].queryset = cite.sides.all()
        self.fields["substitute_of"].queryset = pilots.filter(substitute_of__isnull=True).in_protocol_order()
        self.fields["organisation"].queryset = Organisation.objects.in_cite(cite)
        self.fields["communes"].queryset = cite.communes.all()
        # A mandate opens contacts: nobody is offered whom the user knows as a mere member of another Cité.
        people = Person.objects.visible_to(user).known_in(cite, *user.access.led)
        self.fields["person"].queryset = people.in_protocol_order(cite)
        self.helper = helper(
            Fieldset("Qui agit", "person", *self.IDENTITY),
            Fieldset("À quel titre", "role", "organisation", "title"),
            Fieldset("Pour la Troïka seulement", "seat", "substitute_of", "side"),
            Fieldset("Pour un référent ou une référente de commune", "communes"),
            Fieldset("Dates", "starts_on", "ends_on"),
        )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("person") is None and "person" not in self.errors:
            self.require_identity("À remplir, ou choisissez une personne déjà connue.")
        return cleaned

    def arguments(self):
        """For `services.appoint`."""
        arguments = {name: value for name, value in self.cleaned_data.items() if name not in self.IDENTITY}
        return arguments | {"identity": self.identity()}


class MandateEndForm(forms.Form):
    ends_on = DayField(
        label="Dernier jour du mandat",
        widget=date_input(),
        initial=timezone.localdate,
        help_text="Les suppléances de ce mandat finissent avec lui.",
    )


class MandateEditForm(forms.Form):
    """What may be corrected; another person, role or organisation is another mandate."""

    title = forms.CharField(label="Qualité", max_length=160, required=False, help_text=TITLE_HELP)
    communes = ManyChoiceField(
        label="Communes suivies",
        queryset=Commune.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    starts_on = DayField(label="Du", widget=date_input())
    ends_on = DayField(label="Au", widget=date_input(), required=False, help_text=NO_END)
    rank = forms.IntegerField(
        label="Rang protocolaire",
        min_value=1,
        max_value=9999,
        help_text="Parmi ceux du même collège ou du même rôle. L’ordre d’ensemble se règle à la page «\u00a0Ordre "
        "protocolaire\u00a0».",
    )

    def __init__(self, *args, mandate, **kwargs):
        initial = {name: getattr(mandate, name) for name in ("title", "starts_on", "ends_on", "rank")}
        kwargs["initial"] = initial | {"communes": mandate.communes.all()}
        super().__init__(*args, **kwargs)
        if mandate.role == Role.REFERENT or mandate.communes.exists():
            self.fields["communes"].queryset = mandate.cite.communes.all()
        else:
            del self.fields["communes"]


class LetterField(UploadField):
    def clean(self, data, initial=None):
        try:
            return super().clean(data, initial)
        except forms.ValidationError as error:
            if error.code == "ending":
                raise forms.ValidationError(
                    f"Ce fichier n’est pas une lettre. Formats possibles\u00a0: {LETTER_HELP}"
                ) from error
            raise


class MissionLetterForm(forms.Form):
    file = LetterField(label="Lettre de mission", allowed=LETTERS, max_size=LARGEST_LETTER, help_text=LETTER_HELP)
    signed_on = DayField(label="Signée le", required=False)

    def clean_signed_on(self):
        signed_on = self.cleaned_data["signed_on"]
        if signed_on and signed_on > timezone.localdate():
            raise forms.ValidationError("Cette date est à venir\u00a0: déposez la lettre une fois signée.")
        return signed_on
