"""The "bilan" as its holder fills it, each cell told apart; what shows it; what the team answers."""

from django import forms
from django.core.exceptions import ValidationError

from actions.forms.fields import helper
from cite_educative.common.uploads import IMAGES, OFFICE, PDF, UploadField
from evaluation.enums import Category, Certainty, EvidenceKind, GoalReached, Measure, Public, Unit
from evaluation.models import ActionReport, ReportEvidence, ReportGoal, ReportReach
from evaluation.numbers import FigureError, number_text, percent_of, read_figure, says_unknown

NBSP = "\u00a0"
TEXTS = ("implementation", "publics", "places", "results", "difficulties", "lessons")
HOW = [("", "à préciser"), *Certainty.choices]
MOST = 1_000_000
TENFOLD = 10
SPARE_GOALS, MOST_GOALS = 2, 12
EVERYBODY, COMINGS = (Measure.PERSONS, Category.ALL), (Measure.PARTICIPATIONS, Category.ALL)
AGES = tuple(part for part in Category if part.value[0].isdigit())
GROUPS = (
    ("sexe", "Filles et garçons, quartiers", (Category.FEMALE, Category.MALE, Category.QPV)),
    ("age", "Par âge", AGES),
    ("public", "Enfants, jeunes, adultes", tuple(Public)),
)
CELLS = (EVERYBODY, COMINGS, *((Measure.PERSONS, part) for _, _, parts in GROUPS for part in parts))
LABELS = {
    EVERYBODY: "Personnes touchées, chacune comptée une fois",
    COMINGS: "Participations, si vous les comptez",
}
NOT_KNOWN = f"«{NBSP}Non connu{NBSP}» se choisit à côté{NBSP}: laissez cette case vide."


class FigureField(forms.Field):
    """A `Decimal`, None for a blank. What cannot be read is told, never guessed."""

    def __init__(self, unit, *, share=True, **kwargs):
        super().__init__(required=False, **kwargs)
        self.unit, self.share = unit, share

    def to_python(self, value):
        text = str(value or "")
        if text and says_unknown(text):
            raise ValidationError(NOT_KNOWN)
        try:
            found = read_figure(text, self.unit, share=self.share)
        except FigureError as error:
            raise ValidationError(str(error)) from error
        if found is not None and self.unit in (Unit.PERSONS, Unit.PARTICIPATIONS) and found > MOST:
            raise ValidationError(f"{number_text(found)}{NBSP}: c’est plus d’un million, vérifiez les chiffres.")
        return found


def key_of(cell):
    return f"{cell[0]}-{cell[1]}"


class ReportForm(forms.ModelForm):
    """`n-<cell>` is a number and `how-<cell>` how it is known; `goal-<rank>-<name>` one objective.

    A number tenfold what was announced is asked again, never refused.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ActionReport
        fields = (*TEXTS, "said_by")
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in TEXTS}
        help_texts = {"said_by": "Le nom et la qualité de qui vous l’a dit, si vous l’écrivez pour le porteur."}

    def __init__(self, *args, rows, goals, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = {(row.measure, row.category): row for row in rows}
        spare = min(SPARE_GOALS, max(MOST_GOALS - len(goals), 0))
        self.kept_goals = [*goals, *(ReportGoal() for _ in range(spare))]
        self.asks_again = False
        self.fields["version"].initial = self.instance.version
        for cell in CELLS:
            self._add_cell(cell)
        for rank, goal in enumerate(self.kept_goals):
            self._add_goal(rank, goal)

    def _add_cell(self, cell):
        row, unit = self.rows.get(cell), Unit.PERSONS if cell[0] == Measure.PERSONS else Unit.PARTICIPATIONS
        label = LABELS.get(cell) or (row or ReportReach(category=cell[1])).get_category_display().capitalize()
        known = row is not None and row.reached is not None
        self.fields[f"n-{key_of(cell)}"] = FigureField(
            unit, label=label, initial=number_text(row.reached) if known else ""
        )
        self.fields[f"how-{key_of(cell)}"] = forms.ChoiceField(
            label=f"{label}{NBSP}: comment ce nombre est connu",
            choices=HOW,
            required=False,
            initial=row.certainty if row else "",
        )

    def _add_goal(self, rank, goal):
        self.fields[f"goal-{rank}-reached"] = forms.ChoiceField(
            label="Est-il atteint\u00a0?",
            choices=[("", "à dire"), *GoalReached.choices],
            required=False,
            initial=goal.reached,
        )
        self.fields[f"goal-{rank}-comment"] = forms.CharField(
            label="Précision", max_length=500, required=False, initial=goal.comment
        )
        if goal.indicator is None:
            self.fields[f"goal-{rank}-label"] = forms.CharField(
                label="Objectif", max_length=300, required=False, initial=goal.label
            )
            return
        indicator = goal.indicator
        for name, label in figures_of(indicator).items():
            value = getattr(goal, name)
            self.fields[f"goal-{rank}-{name}"] = FigureField(
                indicator.unit,
                share=name == "value",
                label=label,
                initial="" if value is None else number_text(value, 4),
            )
        self.fields[f"goal-{rank}-how"] = forms.ChoiceField(
            label="Comment ce chiffre est connu",
            choices=[one for one in Certainty.choices if one[0] != Certainty.UNKNOWN],
            required=False,
            initial=goal.certainty,
        )

    # --- What the page draws ------------------------------------------------------------------------

    @property
    def essentials(self):
        return [self._cell(EVERYBODY), self._cell(COMINGS)]

    @property
    def groups(self):
        """Those that hold a number to confirm, or a fault, are open."""
        found = []
        for key, label, parts in GROUPS:
            cells = [self._cell((Measure.PERSONS, part)) for part in parts]
            is_open = any(cell["number"].value() or cell["number"].errors for cell in cells)
            found.append({"key": key, "label": label, "cells": cells, "is_open": is_open})
        return found

    def _cell(self, cell):
        row = self.rows.get(cell)
        planned = row.planned if row else None
        return {
            "number": self[f"n-{key_of(cell)}"],
            "how": self[f"how-{key_of(cell)}"],
            "planned": "" if planned is None else number_text(planned),
        }

    @property
    def goal_rows(self):
        """(those there are, those that may be added)."""
        rows = self._goal_rows()
        kept = [row for row, goal in zip(rows, self.kept_goals, strict=True) if goal.label]
        return kept, rows[len(kept) :]

    @property
    def adds_goals(self):
        """Whether one is being added."""
        return any(row["label"].value() or row["label"].errors for row in self.goal_rows[1])

    def _goal_rows(self):
        return [
            {
                "rank": rank + 1,
                "label": None if goal.indicator else self[f"goal-{rank}-label"],
                "indicator": goal.indicator,
                "target": goal.target,
                "reached": self[f"goal-{rank}-reached"],
                "comment": self[f"goal-{rank}-comment"],
                "figures": [self[f"goal-{rank}-{name}"] for name in figures_of(goal.indicator)],
                "how": self[f"goal-{rank}-how"] if goal.indicator else None,
            }
            for rank, goal in enumerate(self.kept_goals)
        ]

    # --- What is wrong ------------------------------------------------------------------------------

    def clean(self):
        cleaned = super().clean()
        for cell in CELLS:
            self._check_cell(cell, cleaned)
        self._check_parts(cleaned)
        for rank, goal in enumerate(self.kept_goals):
            self._check_goal(rank, goal, cleaned)
        self._check_tenfold(cleaned)
        return cleaned

    def _number(self, cell, cleaned):
        return cleaned.get(f"n-{key_of(cell)}")

    def _check_cell(self, cell, cleaned):
        name, how = f"n-{key_of(cell)}", cleaned.get(f"how-{key_of(cell)}")
        number = cleaned.get(name)
        if number is not None and how == Certainty.UNKNOWN:
            self.add_error(
                name,
                "Un nombre est écrit\u00a0: choisissez «\u00a0compté\u00a0» ou «\u00a0estimé\u00a0», ou effacez-le.",
            )
        elif number is None and name not in self.errors and how in (Certainty.COUNTED, Certainty.ESTIMATED):
            self.add_error(name, "Écrivez le nombre, ou choisissez «\u00a0non connu\u00a0».")

    def _check_parts(self, cleaned):
        """A part is never more than the whole, nor parts that exclude each other more than it together."""
        whole = self._number(EVERYBODY, cleaned)
        comings = self._number(COMINGS, cleaned)
        if whole is None:
            return
        if comings is not None and comings < whole:
            self.add_error(
                f"n-{key_of(COMINGS)}",
                f"{number_text(comings)} participations pour {number_text(whole)} personnes\u00a0: chacune est venue au moins "
                "une fois, il y en a au moins autant.",
            )
        for _, _, parts in GROUPS:
            for part in parts:
                number = self._number((Measure.PERSONS, part), cleaned)
                if number is not None and number > whole:
                    self.add_error(
                        f"n-{Measure.PERSONS}-{part}", f"C’est plus que l’ensemble, qui est de {number_text(whole)}."
                    )
        self._check_sum((Category.FEMALE, Category.MALE), whole, cleaned)
        self._check_sum(AGES, whole, cleaned)

    def _check_sum(self, parts, whole, cleaned):
        numbers = {part: self._number((Measure.PERSONS, part), cleaned) for part in parts}
        told = {part: number for part, number in numbers.items() if number is not None}
        if sum(told.values()) > whole and all(number <= whole for number in told.values()):
            for part in told:
                self.add_error(
                    f"n-{Measure.PERSONS}-{part}",
                    f"Ensemble, ces nombres font {number_text(sum(told.values()))}, plus que les {number_text(whole)} "
                    "personnes touchées.",
                )

    def _check_goal(self, rank, goal, cleaned):
        if goal.indicator is None:
            told = cleaned.get(f"goal-{rank}-reached") or cleaned.get(f"goal-{rank}-comment")
            if told and not cleaned.get(f"goal-{rank}-label"):
                self.add_error(f"goal-{rank}-label", "Écrivez cet objectif, ou videz sa ligne.")
        elif goal.indicator.is_share:
            self._check_share(rank, cleaned)

    def _check_share(self, rank, cleaned):
        names = [f"goal-{rank}-numerator", f"goal-{rank}-denominator"]
        numerator, denominator = (cleaned.get(name) for name in names)
        blank = [name for name in names if cleaned.get(name) is None and name not in self.errors]
        if len(blank) == 1:
            self.add_error(blank[0], "Les deux nombres vont ensemble\u00a0: écrivez celui-ci, ou effacez l’autre.")
        elif numerator is not None and denominator is not None:
            try:
                cleaned[f"goal-{rank}-value"] = percent_of(numerator, denominator)
            except FigureError as error:
                self.add_error(names[0], str(error))

    def _check_tenfold(self, cleaned):
        row, whole = self.rows.get(EVERYBODY), self._number(EVERYBODY, cleaned)
        if not (row and row.planned and whole and whole > TENFOLD * row.planned) or cleaned.get("confirmed"):
            return
        self.asks_again = True
        sentence = (
            f"Vous comptez {number_text(whole)} personnes, la fiche en attendait {number_text(row.planned)}. "
            "Si c’est bien le nombre, enregistrez une seconde fois."
        )
        self.add_error(None, ValidationError(sentence, code="tenfold"))

    # --- What is written ----------------------------------------------------------------------------

    @property
    def written_reach(self):
        """Rows not saved: what is told of each part, and what was planned of it."""
        found = []
        for cell in CELLS:
            number, how = self._number(cell, self.cleaned_data), self.cleaned_data.get(f"how-{key_of(cell)}", "")
            planned = self.rows[cell].planned if cell in self.rows else None
            if number is not None or how or planned is not None or cell == EVERYBODY:
                how = how or (Certainty.COUNTED if number is not None else "")
                reached = None if number is None else int(number)
                found.append(
                    ReportReach(measure=cell[0], category=cell[1], planned=planned, reached=reached, certainty=how)
                )
        return found

    @property
    def written_goals(self):
        """Rows not saved; an objective whose words are erased goes."""
        found = []
        for rank, goal in enumerate(self.kept_goals):
            label = goal.label if goal.indicator else self.cleaned_data[f"goal-{rank}-label"]
            if not label:
                continue
            told = {
                name: self.cleaned_data.get(f"goal-{rank}-{name}") for name in ("value", "numerator", "denominator")
            }
            found.append(
                ReportGoal(
                    label=label,
                    target=goal.target,
                    indicator=goal.indicator,
                    reached=self.cleaned_data[f"goal-{rank}-reached"],
                    comment=self.cleaned_data[f"goal-{rank}-comment"],
                    certainty=self.cleaned_data.get(f"goal-{rank}-how") or Certainty.COUNTED,
                    **told,
                )
            )
        return found


def figures_of(indicator):
    """{field: label} of what a report says of an indicator; {} without one."""
    if indicator is None:
        return {}
    if indicator.is_share:
        return {
            "numerator": indicator.numerator_label.capitalize(),
            "denominator": indicator.denominator_label.capitalize(),
        }
    return {"value": f"Valeur, en {indicator.get_unit_display()}"}


class EvidenceForm(forms.ModelForm):
    upload = UploadField(label="Photo ou document", allowed=(*PDF, *IMAGES, *OFFICE), required=False)

    class Meta:
        model = ReportEvidence
        fields = ("kind", "title", "quote", "shows_nobody", "consent")
        widgets = {"quote": forms.Textarea(attrs={"rows": 3})}
        labels = {"title": "Légende, ou qui parle", "quote": "La parole, mot pour mot"}
        help_texts = {
            "title": "Par exemple «\u00a0La fête du livre\u00a0» ou «\u00a0une mère d’élève\u00a0»\u00a0: aucun nom d’enfant ni de famille.",
            "quote": "Pour une parole recueillie seulement.",
            "consent": "Les accords pour les images s’enregistrent dans les paramètres de la Cité.",
        }

    field_order = ("kind", "upload", "quote", "title", "shows_nobody", "consent")

    def __init__(self, *args, consents, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["consent"].queryset = consents
        self.fields["consent"].empty_label = "Aucun"
        self.helper = helper()

    @property
    def is_multipart(self):
        return True

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == EvidenceKind.VERBATIM:
            if not cleaned.get("quote"):
                self.add_error("quote", "Écrivez la parole recueillie.")
        elif not cleaned.get("upload") and "upload" not in self.errors:
            self.add_error("upload", "Joignez la photo ou le document.")
        needs = cleaned.get("kind") in (EvidenceKind.PHOTO, EvidenceKind.VERBATIM)
        if needs and not cleaned.get("shows_nobody") and not cleaned.get("consent"):
            self.add_error(
                "shows_nobody", "Dites que personne n’y est reconnaissable, ou choisissez l’accord qui l’autorise."
            )
        return cleaned


class RemarksForm(forms.Form):
    remarks = forms.CharField(
        label="Ce qui est à reprendre",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Dites ce qui est à reprendre\u00a0: le porteur le lira."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class ReportReminderForm(forms.Form):
    subject = forms.CharField(label="Objet", max_length=150)
    body = forms.CharField(label="Message", max_length=5000, widget=forms.Textarea(attrs={"rows": 12}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()
