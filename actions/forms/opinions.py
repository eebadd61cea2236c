from crispy_forms.layout import Fieldset, Layout
from django import forms

from actions.enums import Score, Verdict
from actions.forms.fields import DayField, helper
from actions.forms.reminders import LetterForm
from actions.forms.support import checked_past
from actions.models import Opinion
from cite_educative.common.money import MoneyFormField

WHO_READS = "L’équipe et les pilotes le liront, jamais le porteur."
USUAL_QUESTION = "Que pensez-vous de cette demande, et quel montant vous semble juste\u00a0?"


class AskForm(LetterForm):
    """`choices`: (opinion not saved, words) of each person that may be asked."""

    question = forms.CharField(
        label="Ce que vous demandez", max_length=2000, initial=USUAL_QUESTION, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, contacts=[opinion for opinion, _ in choices], **kwargs)
        if choices:
            words = [words for _, words in choices]
            keys = [key for key, _ in self.fields["recipients"].choices]
            self.fields["recipients"].choices = list(zip(keys, words, strict=True))
        self.fields["other_name"].label = "Expert ou experte, ou autre personne"
        self.fields["body"].help_text += " [votre question] deviendra ce que vous demandez."
        to = [name for name in ("recipients", "other_name", "other_email") if name in self.fields]
        self.helper = helper(
            Layout(
                Fieldset("À qui", *to),
                Fieldset("Quoi", "question", "due_on"),
                Fieldset("Le message", "subject", "body"),
            )
        )

    @property
    def asked(self):
        """Unsaved opinions, one a recipient."""
        return [row if isinstance(row, Opinion) else Opinion(name=row.name, email=row.email) for row in self.chosen]

    def words_of(self):
        return {"question": self.cleaned_data["question"]}


class AnswerForm(forms.Form):
    """The answer itself; `answer` holds fields of `Opinion`, `scores` the grid of the call when it has one."""

    WHO = ()  # legend and fields that say whose opinion it is

    verdict = forms.ChoiceField(label="Avis", choices=Verdict, widget=forms.RadioSelect)
    comment = forms.CharField(
        label="Motifs",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=WHO_READS,
    )
    advised = MoneyFormField(
        label="Montant conseillé, tous financeurs", required=False, help_text="Si vous souhaitez en proposer un."
    )

    def __init__(self, *args, criteria=(), **kwargs):
        """`criteria`: those of the call's grid, none when it has none."""
        super().__init__(*args, **kwargs)
        self._criteria = {f"critere-{criterion.pk}": criterion for criterion in criteria}
        for name, criterion in self._criteria.items():
            self.fields[name] = forms.TypedChoiceField(
                label=criterion.label,
                required=False,
                coerce=int,
                empty_value=None,
                choices=[("", "Pas de note"), *((value, f"{value} – {label}") for value, label in Score.choices)],
                help_text=criterion.help_text,
            )
        who = [Fieldset(*self.WHO)] if self.WHO else []
        grid = [Fieldset("La grille : chaque note est facultative", *self._criteria)] if self._criteria else []
        self.helper = helper(Layout(*who, Fieldset("L’avis", "verdict", "comment", "advised"), *grid))

    @property
    def scores(self):
        """`{criterion: score}` of those that were scored."""
        given = {criterion: self.cleaned_data[name] for name, criterion in self._criteria.items()}
        return {criterion: score for criterion, score in given.items() if score is not None}

    def clean_advised(self):
        advised = self.cleaned_data["advised"]
        if advised is not None and advised < 0:
            raise forms.ValidationError("Un montant conseillé ne peut pas être négatif.")
        return advised

    @property
    def answer(self):
        return {name: self.cleaned_data[name] for name in ("verdict", "comment", "advised")}


class ReceivedForm(AnswerForm):
    """An opinion that the team received and enters for who gave it."""

    WHO = ("La réponse reçue", "given_on", "given_how")

    given_on = DayField(label="Rendu le")
    given_how = forms.CharField(
        label="Reçu",
        max_length=160,
        help_text="Par exemple «\u00a0par courriel du 3 mars\u00a0» ou «\u00a0au téléphone\u00a0».",
    )

    def clean_given_on(self):
        return checked_past(self.cleaned_data["given_on"])

    @property
    def answer(self):
        return {**super().answer, **{name: self.cleaned_data[name] for name in ("given_on", "given_how")}}


class EnterForm(ReceivedForm):
    """An opinion that nobody asked here."""

    WHO = ("Qui", "name", "on_behalf", "given_on", "given_how")

    name = forms.CharField(label="Qui l’a rendu", max_length=200)
    on_behalf = forms.ChoiceField(label="Pour", required=False)

    def __init__(self, *args, sides, sources, **kwargs):
        super().__init__(*args, **kwargs)
        self._rows = {f"side-{side.pk}": ("side", side) for side in sides}
        self._rows |= {f"source-{source.pk}": ("source", source) for source in sources}
        named = [(key, str(row)) for key, (_, row) in self._rows.items()]
        self.fields["on_behalf"].choices = [("", "En son nom propre"), *named]

    @property
    def answer(self):
        concerned = dict([self._rows[self.cleaned_data["on_behalf"]]]) if self.cleaned_data["on_behalf"] else {}
        return {**super().answer, "name": self.cleaned_data["name"], **concerned}
