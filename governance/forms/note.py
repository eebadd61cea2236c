from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from actions.models import FundingSource
from cite_educative.common.forms import DayField, ManyChoiceField
from cite_educative.common.money import MoneyFormField
from governance.convocation_content import signatories_of
from governance.enums import Approval, NoteKind
from governance.figures import item_fundings
from governance.forms.meeting import helper
from governance.forms.minutes import ReceivedForm
from governance.forms.richtext import RichTextFormField
from partners.models import Mandate, Side
from partners.tables import mandate_quality

SPARE = 2  # blank sections at the end, to add some
HEAD = ("kind", "title", "addressee", "place", "signatories", "source", "request")
ENDING = ("proposal", "follow_up", "prints_positions")


class SectionsMixin:
    """`section-<n>-title` and `section-<n>-text`; emptying both takes a section out."""

    def add_sections(self, sections):
        sent = sum(1 for name in self.data if name.startswith("section-") and name.endswith("-title"))
        self.ranks = range(min(max(len(sections) + SPARE, sent), 30))
        padded = [*sections, *({"title": "", "text": ""} for _ in self.ranks)]
        for rank, section in zip(self.ranks, padded, strict=False):
            self.fields[f"section-{rank}-title"] = forms.CharField(
                label=f"Partie {rank + 1}, titre", required=False, max_length=120, initial=section["title"]
            )
            self.fields[f"section-{rank}-text"] = RichTextFormField(
                label=section["title"] or f"Partie {rank + 1}, texte",
                rows=6 if section["text"] else 3,
                initial=section["text"],
                help_text="",
            )

    @property
    def section_fields(self):
        return [{"title": self[f"section-{rank}-title"], "text": self[f"section-{rank}-text"]} for rank in self.ranks]

    @property
    def sections(self):
        written = [
            {part: self.cleaned_data.get(f"section-{rank}-{part}", "").strip() for part in ("title", "text")}
            for rank in self.ranks
        ]
        return [section for section in written if section["title"] or section["text"]]


class NoteForm(SectionsMixin, forms.Form):
    kind = forms.ChoiceField(
        label="Nature du document", choices=NoteKind, help_text="Elle change la mise en page, pas les textes."
    )
    title = forms.CharField(label="Titre", max_length=200)
    addressee = forms.CharField(
        label="À qui il s’adresse",
        max_length=300,
        required=False,
        help_text="Pour un rapport, l’assemblée\u00a0; pour un courrier, le nom, la qualité et l’adresse.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    place = forms.CharField(label="Fait à", max_length=100, required=False, help_text="La ville, avant la date.")
    signatories = ManyChoiceField(
        Mandate.objects.none(),
        label="Signataires",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Sans signataire, le courrier porte le nom de qui l’émet.",
    )
    source = forms.ModelChoiceField(
        FundingSource.objects.none(),
        label="Ligne votée par le conseil",
        required=False,
        empty_label="toutes les lignes du point",
        help_text="Le rapport n’attribue que les montants de cette ligne.",
    )
    request = forms.CharField(
        label="Ce qui est demandé",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1500,
        help_text="Une phrase\u00a0: la décision attendue et son coût. C’est ce que lit qui n’a qu’une minute.",
    )
    proposal = forms.CharField(
        label="Décision proposée",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=3000,
        required=False,
        help_text="Le texte exact qui serait adopté\u00a0; il est repris en séance.",
    )
    follow_up = RichTextFormField(label="Suites", rows=4, help_text="Qui fait quoi ensuite. Une ligne par tiret.")
    prints_positions = forms.BooleanField(
        label="Imprimer les positions déjà connues de chaque pilote",
        required=False,
        help_text="Les motifs ne sont pas imprimés. Qui lit la note lira ces positions.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, item, first, is_new, **kwargs):
        """`first`: what the form begins with, its sections too; the kind of a note not saved yet is not asked."""
        kwargs["initial"] = {name: value for name, value in first.items() if name != "sections"}
        super().__init__(*args, **kwargs)
        lines = item_fundings(item).order_by().values("source")
        self.fields["source"].queryset = FundingSource.objects.filter(pk__in=lines)
        self._keep_parts_of(self.data.get("kind") or first["kind"], item.meeting)
        if is_new:
            self.fields["kind"].widget = forms.HiddenInput()
        self.add_sections(first["sections"])
        self.helper = _part(*(name for name in HEAD if name in self.fields))
        self.ending = _part(*ENDING, "version")

    def _keep_parts_of(self, kind, meeting):
        """A letter has a place and signatories, another document the line that a council votes."""
        if kind == NoteKind.LETTER:
            del self.fields["source"]
            signatories = [mandate.pk for mandate in signatories_of(meeting)]
            self.fields["signatories"].queryset = Mandate.objects.filter(pk__in=signatories).in_protocol_order()
            self.fields["signatories"].label_from_instance = signature_label
        else:
            del self.fields["place"], self.fields["signatories"]

    @property
    def fields_of_note(self):
        written = {name: self.cleaned_data[name] for name in (*HEAD, *ENDING) if name in self.fields}
        return written | {"sections": self.sections}


def signature_label(mandate):
    return f"{mandate.person.formal_name}, {mandate_quality(mandate)}"


def _part(*names):
    made = FormHelper()
    made.form_tag = False
    made.disable_csrf = True
    made.add_layout(Layout(*names))
    return made


class NoteTemplateForm(SectionsMixin, forms.Form):
    request = forms.CharField(
        label="Ce qui est demandé", widget=forms.Textarea(attrs={"rows": 3}), max_length=1500, required=False
    )
    proposal = forms.CharField(
        label="Décision proposée", widget=forms.Textarea(attrs={"rows": 6}), max_length=3000, required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, template, **kwargs):
        first = {"request": template.request, "proposal": template.proposal, "version": template.version}
        super().__init__(*args, initial=first, **kwargs)
        self.add_sections(template.sections)
        self.helper, self.ending = _part("version", "request"), _part("proposal")


class NoteSendForm(forms.Form):
    """Who reads the note again, and for when: sides, or persons who read the amounts."""

    due_on = DayField(
        label="Relecture attendue pour le",
        error_messages={"required": "Dites pour quel jour la relecture est attendue."},
    )
    sides = ManyChoiceField(Side.objects.none(), label="Pilotes", widget=forms.CheckboxSelectMultiple, required=False)
    mandates = ManyChoiceField(
        Mandate.objects.none(), label="Personnes", widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args, sides, mandates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sides"].queryset, self.fields["mandates"].queryset = sides, mandates
        self.helper = helper()


class NoteAnswerForm(ReceivedForm):
    state = forms.ChoiceField(
        label="Réponse",
        choices=[(Approval.APPROVED, "j’approuve la note"), (Approval.CHANGES, "je demande des modifications")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez la réponse."},
    )
    remark = forms.CharField(
        label="Ce qui doit changer",
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="La partie concernée, et si possible les mots que vous proposez.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = ("state", "remark")


class OptionForm(forms.Form):
    label = forms.CharField(label="Option", max_length=160, required=False)
    interest = forms.CharField(
        label="Intérêt", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    risk = forms.CharField(label="Risque", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    cost = MoneyFormField(label="Coût", required=False)
    is_proposed = forms.BooleanField(label="Proposée", required=False)

    def clean(self):
        data = super().clean()
        filled = any(data.get(name) not in (None, "", False) for name in ("interest", "risk", "cost", "is_proposed"))
        if filled and not data.get("label"):
            self.add_error("label", "Donnez un nom à cette option, ou videz sa ligne.")
        return data


class BaseOptionFormSet(forms.BaseFormSet):
    @property
    def options(self):
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("label")]


OptionFormSet = forms.formset_factory(OptionForm, formset=BaseOptionFormSet, extra=3, max_num=20, absolute_max=20)


def option_values(note):
    names = ("label", "interest", "risk", "cost", "is_proposed")
    return list(note.options.values(*names)) if note else []
