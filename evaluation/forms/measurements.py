"""The grid of figures as one form: the texts of each row, read row by row."""

from django import forms

from evaluation.enums import Certainty
from evaluation.numbers import NBSP, UNKNOWN, FigureError, percent_of, read_figure, says_unknown
from evaluation.services import Figure

PARTS = ("numerator", "denominator")
SIZES = {"value": 12, "numerator": 12, "denominator": 12}
LABELS = {"value": "valeur", "numerator": "numérateur", "denominator": "dénominateur"}


class GridForm(forms.Form):
    """`rows` are the `GridRow` that this person may write. `figures` are those to keep, once the form is valid.

    `told` are sentences about what was read otherwise than written.
    """

    said_by = forms.CharField(
        label="Reçu de",
        max_length=200,
        required=False,
        help_text="Qui vous a transmis ces chiffres, quand ce ne sont pas les vôtres.",
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def __init__(self, data=None, *, rows, with_source=False):
        super().__init__(data)
        self.rows, self.told = rows, []
        if not with_source:
            del self.fields["said_by"]
        for row in rows:
            self._add(row)

    def _add(self, row):
        typed = row.typed
        for name in PARTS if row.indicator.is_share else ("value",):
            attrs = {
                "class": "form-control chiffre",
                "size": SIZES[name],
                "inputmode": "decimal",
                "autocomplete": "off",
            }
            self.fields[self.name(row, name)] = forms.CharField(
                label=f"{row.full_label}, {LABELS[name]}",
                max_length=60,
                required=False,
                initial=typed[name],
                widget=forms.TextInput(attrs=attrs),
                error_messages={"max_length": "Ce n’est pas un nombre\u00a0: écrivez par exemple 1\u00a0234,5."},
            )
        self.fields[self.name(row, "certainty")] = forms.ChoiceField(
            label=f"{row.full_label}, connaissance",
            choices=Certainty.choices,
            required=False,
            initial=typed["certainty"],
            widget=forms.Select(attrs={"class": "form-select"}),
            error_messages={"invalid_choice": "Choisissez compté, estimé ou non connu."},
        )
        self.fields[self.name(row, "comment")] = forms.CharField(
            label=f"{row.full_label}, précision",
            max_length=300,
            required=False,
            initial=typed["comment"],
            widget=forms.TextInput(attrs={"class": "form-control"}),
        )
        self.fields[self.name(row, "version")] = forms.IntegerField(
            required=False, initial=row.version, widget=forms.HiddenInput
        )

    @staticmethod
    def name(row, field):
        return f"{row.key}-{field}"

    def clean(self):
        cleaned = super().clean()
        self.figures = [figure for row in self.rows for figure in self._read(row, cleaned)]
        return cleaned

    def _read(self, row, cleaned):
        """The figure of one row, or nothing when nothing is said there; a row that was not sent is left alone."""
        if self.name(row, "version") not in self.data:
            return
        texts = {name: cleaned.get(self.name(row, name)) or "" for name in ("value", *PARTS, "comment")}
        certainty = cleaned.get(self.name(row, "certainty"))
        certainty = Certainty.COUNTED if certainty == "" else certainty
        first = "numerator" if row.indicator.is_share else "value"
        if certainty is None or any(self.name(row, name) in self.errors for name in ("value", *PARTS)):
            return
        written = [name for name in ("value", *PARTS) if texts[name].strip()]
        unknown = [name for name in written if says_unknown(texts[name])]
        if unknown:
            self.told.append(
                f"{row.full_label}{NBSP}: «{NBSP}{texts[unknown[0]].strip()}{NBSP}» est lu «{NBSP}{UNKNOWN}{NBSP}»."
            )
            certainty, written = Certainty.UNKNOWN, []
        if certainty == Certainty.UNKNOWN and written:
            self._refuse(
                row,
                first,
                f"Ce chiffre est dit «{NBSP}{UNKNOWN}{NBSP}»{NBSP}: videz la case, ou dites-le compté ou estimé.",
            )
        elif certainty == Certainty.UNKNOWN:
            yield self._figure(row, cleaned, texts, {"value": None}, certainty)
        elif written:
            parts = self._parts(row, texts)
            if parts is not None:
                yield self._figure(row, cleaned, texts, parts, certainty)
        else:
            self._check_blank(row, first, texts)

    def _check_blank(self, row, first, texts):
        if row.measurement is not None or self._version(row):
            self._refuse(
                row, first, f"Un chiffre est tenu ici{NBSP}: écrivez-le, ou dites-le «{NBSP}{UNKNOWN}{NBSP}»."
            )
        elif texts["comment"].strip():
            self._refuse(
                row,
                first,
                f"Une précision sans chiffre{NBSP}: écrivez le chiffre, ou dites-le «{NBSP}{UNKNOWN}{NBSP}».",
            )

    def _parts(self, row, texts):
        """The value of a row, with what it divides for a share; None, and errors beside the cells, when one is wrong."""
        unit = row.indicator.unit
        if not row.indicator.is_share:
            value = self._number(row, "value", texts, unit)
            return None if value is None else {"value": value}
        numbers = {name: self._number(row, name, texts, unit, share=False) for name in PARTS}
        if None in numbers.values():
            return None
        try:
            return {"value": percent_of(**numbers), **numbers}
        except FigureError as error:
            return self._refuse(row, "numerator", str(error))

    def _number(self, row, name, texts, unit, *, share=True):
        try:
            number = read_figure(texts[name], unit, share=share)
        except FigureError as error:
            return self._refuse(row, name, str(error))
        if number is None:
            return self._refuse(
                row, name, f"Il manque le {LABELS[name]}{NBSP}: une part se tient avec les deux nombres."
            )
        return number

    def _refuse(self, row, name, sentence):
        self.add_error(self.name(row, name), sentence)

    def _version(self, row):
        return self.cleaned_data.get(self.name(row, "version")) or 0

    def _figure(self, row, cleaned, texts, parts, certainty):
        return Figure(
            row.indicator,
            row.period,
            place=row.place,
            category=row.category,
            certainty=certainty,
            comment=texts["comment"].strip(),
            version=self._version(row),
            **parts,
        )
