from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils import timezone

from actions.forms.fields import helper
from actions.forms.versions import VersionedForm
from actions.models import Action
from cite_educative.common.forms import ManyChoiceField
from evaluation.enums import Breakdown, Nature
from evaluation.forms.fields import FigureField, people_of
from evaluation.forms.questions import offered_themes, theme_boxes
from evaluation.models import EvaluationQuestion, Indicator
from evaluation.services.indicators import OF_COMPUTATION

TARGET = "target-"
# What is shown together, with its title.
PARTS = (
    ("L’indicateur", ("code", "name", "level", "nature", "definition")),
    (
        "Comment il se mesure",
        ("unit", "numerator_label", "denominator_label", "source", "open_data_id", "frequency", "breakdowns"),
    ),
    ("Ce qu’il éclaire", ("questions", "themes", "actions")),
    ("Départ, lecture et suivi", ("baseline", "baseline_told", "trend", "owner")),
)


class ActionBoxes(ManyChoiceField):
    def label_from_instance(self, action):
        return f"{action.code or 'sans code'}, {action.title}"


class IndicatorForm(VersionedForm):
    """With one field a year for the targets. What tells how a figure is computed is not asked of a computed one."""

    breakdowns = forms.MultipleChoiceField(
        label="Ventilations", choices=Breakdown, required=False, widget=forms.CheckboxSelectMultiple
    )
    baseline = FigureField(label="Valeur de départ")
    questions = ManyChoiceField(
        label="Questions éclairées",
        queryset=EvaluationQuestion.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    themes = theme_boxes()
    actions = ActionBoxes(
        label="Actions mesurées",
        queryset=Action.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text="Seulement s’il ne vaut que pour elles. Pour en choisir plusieurs, gardez la touche Ctrl (ou ⌘) enfoncée.",
    )

    class Meta:
        model = Indicator
        fields = [name for _, names in PARTS for name in names]
        widgets = {"definition": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "code": "Court et à vous\u00a0: par exemple «\u00a0E4\u00a0».",
            "definition": "Ce qui est compté, et ce qui ne l’est pas.",
            "numerator_label": "Pour une part\u00a0: ce qui est compté.",
            "denominator_label": "Pour une part\u00a0: ce à quoi on le rapporte.",
            "source": "D’où vient le chiffre, et qui le tient.",
            "open_data_id": "Le nom du jeu, pour un indicateur repris de données ouvertes.",
            "breakdowns": "Ce que la grille de saisie demandera en plus de l’ensemble.",
            "baseline": "Laissez vide si elle n’est pas connue\u00a0: vide n’est pas zéro.",
            "baseline_told": "Par exemple «\u00a0rentrée 2024, enquête de l’observatoire\u00a0».",
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        row = self.instance
        for name in ("breakdowns", "baseline"):
            self.fields[name].help_text = self._meta.help_texts[name]
        self.is_computed = row.pk is not None and row.nature == Nature.COMPUTED
        for name in OF_COMPUTATION if self.is_computed else ():
            self.fields.pop(name, None)
        if not self.is_computed:
            self.fields["nature"].choices = [one for one in Nature.choices if one[0] != Nature.COMPUTED]
        self._offer(user, row)
        self._add_targets(row)
        self._lay_out()

    def _offer(self, user, row):
        fields, saved = self.fields, row.pk is not None
        questions = EvaluationQuestion.objects.visible_to(user).filter(cite=row.cite)
        asked = questions.filter(is_active=True)
        fields["questions"].queryset = asked | questions.filter(pk__in=row.questions.values("pk")) if saved else asked
        fields["themes"].queryset = offered_themes(row)
        actions = Action.objects.visible_to(user).filter(cite=row.cite)
        self._kept = list(row.actions.exclude(pk__in=actions.values("pk"))) if saved else []
        recent = actions.filter(budget_year__gte=timezone.localdate().year - 1)
        recent = recent | actions.filter(pk__in=row.actions.values("pk")) if saved else recent
        fields["actions"].queryset = recent.distinct().order_by("-budget_year", "code", "title", "pk")
        fields["owner"].queryset = people_of(row.cite, row.owner_id)
        fields["owner"].empty_label = "personne pour l’instant"

    def _add_targets(self, row):
        known = dict(row.targets.values_list("year", "value")) if row.pk else {}
        self.years = sorted({*label_years(row.cite), *known})
        for year in self.years:
            self.fields[f"{TARGET}{year}"] = FigureField(label=f"Cible {year}", initial=known.get(year))

    def _lay_out(self):
        parts = [(title, [name for name in names if name in self.fields]) for title, names in PARTS] + [
            ("Cibles, année par année", [f"{TARGET}{year}" for year in self.years])
        ]
        self.helper = helper(Layout("version", *[Fieldset(title, *names) for title, names in parts if names]))

    @property
    def saved_with(self):
        cleaned = self.cleaned_data
        return {
            **super().saved_with,
            "targets": {year: cleaned[f"{TARGET}{year}"] for year in self.years},
            "questions": cleaned["questions"],
            "themes": cleaned["themes"],
            "actions": [*cleaned["actions"], *self._kept],
        }

    def stored_besides(self, current):
        known = dict(current.targets.values_list("year", "value"))
        return {f"{TARGET}{year}": known.get(year) for year in self.years}


def label_years(cite):
    """The civil years that the label touches; this one alone while its dates are unknown."""
    first, last = cite.label_starts_on, cite.label_ends_on
    if first is None or last is None:
        return [timezone.localdate().year]
    return list(range(first.year, last.year + 1))
