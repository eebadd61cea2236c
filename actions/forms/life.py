from datetime import timedelta

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from actions.block_fields import about_choices, about_words
from actions.blocks import blocks_of
from actions.comments import comment_audiences, own_organisations, quotable, readers_of
from actions.enums import CommentAudience
from actions.forms.fields import DayField, helper
from actions.forms.reminders import LetterForm
from cite_educative.common.forms import ManyChoiceField
from cite_educative.common.money import MoneyFormField
from partners.models import Organisation, Person


class MoveForm(forms.Form):
    """The day of the fact, for whom it is entered, and why."""

    happened_on = DayField(
        label="Fait le", help_text="Le jour où la chose s’est faite\u00a0; la date de saisie est gardée aussi."
    )
    said_by = forms.CharField(
        label="Saisi pour", max_length=200, required=False, help_text="Si c’est quelqu’un d’autre qui l’a décidé."
    )
    comment = forms.CharField(label="Motif", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)

    def __init__(self, *args, asks_reason, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["happened_on"].initial = timezone.localdate()
        self.fields["comment"].required = asks_reason
        self.fields["comment"].error_messages["required"] = (
            "Dites pourquoi\u00a0: celles et ceux qui liront la fiche plus tard en auront besoin."
        )
        self.helper = helper()


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi", max_length=300, help_text="Par exemple «\u00a0mauvaise action choisie\u00a0»."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class UndoForm(ReasonForm):
    """`seen`: the move that the user had before the eyes."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class DayForm(forms.Form):
    happened_on = DayField(label="La vraie date")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class CorrectionForm(forms.Form):
    amount = MoneyFormField(
        label="Le bon montant", required=False, help_text="Laissez vide s’il n’est en fait pas connu."
    )
    reason = forms.CharField(label="Pourquoi", max_length=300, help_text="Par exemple «\u00a0erreur de frappe\u00a0».")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class SendBackForm(LetterForm):
    """What is to be corrected, remark by remark, and the letter that says it, unless it is said otherwise."""

    REMARKS = 6

    must_leave = False

    def __init__(self, *args, action, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["recipients"] = [key for key, contact in self._contacts.items() if contact.person]
        self.fields["due_on"].label = "Redépôt attendu pour le"
        self.fields["body"].help_text += " [les remarques] deviendra leur liste."
        self.fields["due_on"].initial = timezone.localdate() + timedelta(days=10)
        blocks = [block for block in blocks_of(action) if not block.tab and block.key != "report"]
        choices = [("", "À choisir"), *about_choices(blocks)]
        for number in self._numbers:
            self.fields[f"about_{number}"] = forms.ChoiceField(
                label=f"Remarque {number}\u00a0: sur quoi", choices=choices, required=False
            )
            self.fields[f"remark_{number}"] = forms.CharField(
                label=f"Remarque {number}\u00a0: ce qui est à corriger",
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        to = [name for name in ("recipients", "other_name", "other_email") if name in self.fields]
        pairs = [
            Div(
                Div(f"about_{number}", css_class="col-md-5"),
                Div(f"remark_{number}", css_class="col-md-7"),
                css_class="row",
            )
            for number in self._numbers
        ]
        self.helper = helper(
            Layout(
                Fieldset("Ce qui est à corriger", *pairs),
                Fieldset("La lettre au porteur", "due_on", *to, "subject", "body"),
            )
        )

    @property
    def _numbers(self):
        return range(1, self.REMARKS + 1)

    def clean(self):
        cleaned = super().clean()
        for number in self._numbers:
            about, remark = cleaned.get(f"about_{number}"), cleaned.get(f"remark_{number}", "").strip()
            if remark and not about and f"about_{number}" not in self.errors:
                self.add_error(f"about_{number}", "Dites ce que cette remarque concerne.")
            if about and not remark:
                self.add_error(f"remark_{number}", "Écrivez ce qui est à corriger, ou videz la ligne.")
        return cleaned

    def words_of(self):
        return {
            "remarques": "\n".join(
                f"– {about_words(block, field)}\u00a0: {text}" for block, field, text in self.remarks
            )
        }

    @property
    def remarks(self):
        """`[(block, field or "", text)]` of the lines that were filled in."""
        told = [(self.cleaned_data[f"about_{n}"], self.cleaned_data[f"remark_{n}"].strip()) for n in self._numbers]
        return [(*about.partition(".")[::2], text) for about, text in told if about]


class CommentForm(forms.Form):
    """A comment, its circle and whom it is for; a person quoted must be one who will read it."""

    body = forms.CharField(label="Commentaire", max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    audience = forms.ChoiceField(label="Qui peut le lire", choices=())
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label="Institution", required=False, empty_label=None
    )
    mentions = ManyChoiceField(
        Person.objects.none(),
        label="À l’attention de",
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 4}),
        help_text="Ces personnes le trouveront dans «\u00a0Ce qui m’attend\u00a0».",
    )

    def __init__(self, *args, user, action, **kwargs):
        super().__init__(*args, **kwargs)
        self._action, self._user = action, user
        audiences = comment_audiences(user, action)
        self.fields["audience"].choices = [(one.value, one.label.capitalize()) for one in audiences]
        own = own_organisations(user, action)
        self.fields["organisation"].queryset = own
        self.fields["mentions"].queryset = quotable(user, action)
        names = ["body", "audience", "mentions"]
        if len(own) > 1:
            names.insert(2, "organisation")
        else:
            del self.fields["organisation"]
        self._only = own[0] if len(own) == 1 else None
        self.helper = helper(Layout(*names))

    def clean(self):
        cleaned = super().clean()
        audience = cleaned.get("audience")
        if audience == CommentAudience.INSTITUTION:
            cleaned["organisation"] = cleaned.get("organisation") or self._only
            if cleaned["organisation"] is None:
                self.add_error("organisation", "Dites laquelle de vos institutions le lira.")
        else:
            cleaned["organisation"] = None
        if audience and cleaned.get("mentions"):
            self._check_readers(audience, cleaned)
        return cleaned

    def _check_readers(self, audience, cleaned):
        organisations = [cleaned["organisation"]] if cleaned["organisation"] else []
        readers = set(readers_of(self._action, audience, organisations).values_list("pk", flat=True))
        others = [str(person) for person in cleaned["mentions"] if person.pk not in readers]
        if others:
            self.add_error(
                "mentions",
                ValidationError(
                    f"{', '.join(others)}\u00a0: hors du cercle choisi, ce commentaire ne s’y lirait pas."
                ),
            )


class BodyForm(forms.Form):
    body = forms.CharField(label="Texte", max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()
