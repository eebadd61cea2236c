from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html

from actions.circuits import CIRCUITS, step_words
from actions.enums import ActKind, Step
from actions.forms.fields import DayField, helper
from actions.forms.versions import VersionedForm
from actions.models import Envelope, FunderAct, FundingSource
from actions.permissions import can_enter_amounts, can_enter_request
from actions.services.money import ENTERED_BY_HAND
from cite_educative.common.dates import BudgetYearFormField
from cite_educative.common.money import MoneyFormField
from partners.models import Organisation, Side

RECEIVED_HELP = (
    "Si vous saisissez pour quelqu’un d’autre\u00a0: par exemple «\u00a0courriel de la préfecture du 3 mars\u00a0»."
)


def enterable_steps(user, action, source):
    """Which amounts of this source the user may enter by hand for this action, in the order of the chain."""
    if can_enter_amounts(user, source):
        return [step for step in Step if step in ENTERED_BY_HAND and step in source.steps]
    if can_enter_request(user, action) and Step.REQUESTED in source.steps:
        return [Step.REQUESTED]
    return []


class AmountForm(forms.Form):
    """One amount entered by hand. `steps_by_source` maps each source the user may enter for to its steps."""

    source = forms.ModelChoiceField(FundingSource.objects.none(), label="Financeur", empty_label="À choisir")
    budget_year = BudgetYearFormField(label="Exercice", help_text="L’année civile du budget qui paie.")
    step = forms.ChoiceField(
        label="Montant",
        help_text="Le programmé vient d’une décision des pilotes, l’accordé de l’acte du financeur\u00a0: ni l’un ni "
        "l’autre ne se saisit ici.",
    )
    amount = MoneyFormField(label="Somme en euros", required=False, help_text="Par exemple 12 500 ou 12 500,50.")
    withdraw = forms.BooleanField(label="Retirer ce montant\u00a0: il redevient inconnu", required=False)
    on = DayField(label="Date du fait", help_text="Le jour de la demande, du versement…, pas celui de la saisie.")
    reference = forms.CharField(label="Référence", required=False, max_length=160)
    received = forms.CharField(label="Reçu de, comment", required=False, max_length=160, help_text=RECEIVED_HELP)

    def __init__(self, *args, steps_by_source, **kwargs):
        super().__init__(*args, **kwargs)
        self.steps_by_source = {source.pk: steps for source, steps in steps_by_source.items()}
        self.fields["source"].queryset = FundingSource.objects.filter(pk__in=self.steps_by_source)
        offered = {step for steps in self.steps_by_source.values() for step in steps}
        self.fields["step"].choices = [(step.value, step.label.capitalize()) for step in Step if step in offered]
        origin = Fieldset("D’où vient ce montant", "reference", "received")
        self.helper = helper(Layout("source", "budget_year", "step", "amount", "withdraw", "on", origin))

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError("Cette date n’est pas encore arrivée\u00a0: indiquez le jour où le fait a eu lieu.")
        return day

    def clean(self):
        cleaned = super().clean()
        source, step = cleaned.get("source"), cleaned.get("step")
        if source and step and step not in self.steps_by_source[source.pk]:
            self.add_error("step", f"Ce montant ne se saisit pas pour «\u00a0{source}\u00a0».")
        if "amount" in cleaned and cleaned["amount"] is None and not cleaned.get("withdraw"):
            self.add_error("amount", "Écrivez la somme, ou cochez la case pour retirer le montant.")
        if cleaned.get("withdraw") and cleaned.get("amount") is not None:
            self.add_error("withdraw", "Videz la somme pour retirer le montant, ou décochez la case.")
        return cleaned


class ActForm(forms.ModelForm):
    """A funder's act and what it grants to each of `actions`, one money field each (`grant-<pk>`)."""

    received = forms.CharField(label="Reçu de, comment", required=False, max_length=160, help_text=RECEIVED_HELP)

    class Meta:
        model = FunderAct
        fields = ("kind", "number", "decided_on", "label")
        field_classes = {"decided_on": DayField}
        help_texts = {
            "number": "Tel qu’il est écrit sur l’acte. Sans numéro, deux saisies font deux actes.",
            "decided_on": "Le jour de la signature ou du vote.",
            "label": "Par exemple «\u00a0Programmation 2026 de la Cité éducative\u00a0».",
        }

    def __init__(self, *args, actions, source, **kwargs):
        super().__init__(*args, **kwargs)
        self.actions = actions
        kinds = [choice for choice in ActKind.choices if choice[0] != ActKind.TAKEOVER]
        self.fields["kind"].choices = kinds
        self.fields["kind"].initial = source.granted_by
        self.fields["decided_on"].required = True
        for action in actions:
            self.fields[f"grant-{action.pk}"] = MoneyFormField(
                label=f"Accordé à {action}", required=False, widget=forms.TextInput(attrs={"class": "form-control"})
            )
        self.helper = helper(Layout("kind", "number", "decided_on", "label", "received"))

    def clean_decided_on(self):
        day = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise ValidationError("Cet acte n’est pas encore pris\u00a0: indiquez le jour de la signature ou du vote.")
        return day

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not self.grants:
            raise ValidationError("Écrivez ce que l’acte accorde à une action au moins (0 pour un refus).")
        return cleaned

    @property
    def grants(self):
        """`[(action, amount)]` of the lines that were filled in."""
        amounts = ((action, self.cleaned_data.get(f"grant-{action.pk}")) for action in self.actions)
        return [(action, amount) for action, amount in amounts if amount is not None]


class EnvelopeForm(forms.ModelForm):
    """With its lock: `asked_version` is that of the envelope shown, 0 when there was none."""

    LINKS = ()

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Envelope
        fields = ("provisional", "notified", "notified_on", "notified_reference", "carried_over")
        field_classes = {"notified_on": DayField}
        help_texts = {
            "provisional": "Ce qui est attendu, avant que le financeur ne l’annonce par écrit.",
            "notified": "Ce que le financeur a annoncé par écrit.",
            "notified_reference": "Par exemple «\u00a0courrier de la préfecture n° 2026-114\u00a0».",
        }

    def __init__(self, *args, request, cite, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else 0
        self.helper = helper()

    @property
    def row_fields(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def asked_version(self):
        return self.cleaned_data["version"] or 0

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("notified") is not None:
            for name, words in (("notified_on", "sa date"), ("notified_reference", "l’acte qui l’annonce")):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, f"Un montant notifié a besoin de preuve\u00a0: indiquez {words}.")
        return cleaned

    def _get_validation_exclusions(self):
        """The service checks the whole row; here only what was typed."""
        return {field.name for field in self._meta.model._meta.fields} - set(self.fields)

    def validate_constraints(self):
        """Done by the service, and said above in the user's words."""


class SourceForm(VersionedForm):
    """A line and its own way of money. No step ticked: those of the circuit."""

    used_steps = forms.MultipleChoiceField(
        label="Étapes utilisées",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Une étape décochée n’est plus montrée ni demandée nulle part pour cette ligne. Tout décocher reprend "
        "les étapes habituelles du circuit.",
    )

    class Meta:
        model = FundingSource
        fields = (
            *("organisation", "label", "short_label", "detail", "circuit", "used_steps", "act_kind"),
            *("pays_ourselves", "accounting_code", "carrier", "side", "order", "is_active"),
        )
        help_texts = {
            "organisation": "S’il manque, ajoutez-le d’abord aux partenaires.",
            "label": "Par exemple «\u00a0État – P147\u00a0» ou «\u00a0Ville de Grande-Synthe\u00a0».",
            "short_label": "Pour les tableaux étroits.",
            "detail": "Par exemple «\u00a0crédits politique de la ville\u00a0».",
            "circuit": "Le chemin habituel de cet argent\u00a0; les étapes ci-dessous le précisent.",
            "act_kind": "Lui seul accorde. Vide\u00a0: celui du circuit.",
            "pays_ourselves": "Cochez si l’argent passe par notre comptable\u00a0: un versement au-dessus de ce qui est accordé "
            "ou engagé est alors refusé. Sinon il est seulement signalé dans les contrôles.",
            "accounting_code": "Ce que l’état pour mandatement imprime, par exemple «\u00a065748 / 420\u00a0».",
            "carrier": "Quand l’État verse à une structure qui reverse\u00a0: intercommunalité, commune, caisse des écoles.",
            "side": "Ce pilote pourra saisir les montants de cette ligne.",
            "order": "La place de la ligne dans les tableaux.",
            "is_active": "Décochez pour ne plus proposer cette ligne\u00a0; rien de ce qui est saisi ne disparaît.",
        }

    def __init__(self, *args, cite, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].label = "Organisme qui finance"
        self.fields["organisation"].queryset = Organisation.objects.in_cite(cite)
        self.fields["organisation"].empty_label = "À choisir"
        self.fields["carrier"].queryset = Organisation.objects.in_cite(cite)
        self.fields["carrier"].empty_label = "Aucune"
        self.fields["side"].queryset = Side.objects.filter(cite=cite)
        self.fields["side"].empty_label = "Aucun"
        kinds = [choice for choice in ActKind.choices if choice[0] != ActKind.TAKEOVER]
        self.fields["act_kind"].choices = [("", "Celui du circuit"), *kinds]
        self.fields["used_steps"].choices = [(step.value, self._step_label(step)) for step in Step]
        if not self.is_bound and self.instance.circuit:
            self.initial["used_steps"] = [str(step) for step in self.instance.steps]
            self.initial["act_kind"] = self.instance.granted_by
        self.helper = helper(
            Layout(
                "version",
                Fieldset("Qui finance", "organisation", "label", "short_label", "detail", "order", "is_active"),
                Fieldset("Le chemin de l’argent", "circuit", "used_steps", "act_kind"),
                Fieldset("Qui paie, qui répond", "carrier", "pays_ourselves", "accounting_code", "side"),
            )
        )

    def _step_label(self, step):
        source = self.instance
        words = step_words(step, act_kind=source.granted_by if source.circuit else None, side=source.side)
        return format_html("<strong>{}</strong>, {}", step.label.capitalize(), words)

    def clean(self):
        cleaned = super().clean()
        circuit = CIRCUITS.get(cleaned.get("circuit"))
        if circuit and circuit.has_carrier and not cleaned.get("carrier") and "carrier" not in self.errors:
            self.add_error("carrier", "Dites quelle structure porte les crédits de l’État sur cette ligne.")
        return cleaned
