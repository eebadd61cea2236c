"""Forms around minutes: heading, one paragraph, remarks and answers of the sides, letters, reopening, signed scans."""

from crispy_forms.layout import Layout
from django import forms
from django.utils import timezone

from cite_educative.common.forms import DayField, ManyChoiceField
from cite_educative.common.uploads import IMAGES, PDF, UploadField
from governance.enums import RemarkState, ReviewState, SignedKind
from governance.forms.letter import LetterForm
from governance.forms.meeting import helper
from governance.forms.richtext import RichTextFormField
from partners.models import Side

CHANNELS = [(word, word) for word in ("courriel", "courrier", "téléphone", "oral")]
RECEIVED = ("received_from", "received_by", "received_on")


class MinutesHeadingForm(forms.Form):
    chair = forms.CharField(
        label="Séance présidée par",
        max_length=200,
        required=False,
        help_text="Civilité, nom et qualité, comme ils doivent être imprimés.",
    )
    secretary = forms.CharField(label="Secrétariat de séance", max_length=200, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class ParagraphForm(forms.Form):
    text = RichTextFormField(label="Texte du paragraphe", rows=9, max_length=50_000)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, paragraph, **kwargs):
        first = {"text": paragraph.text, "version": paragraph.version}
        super().__init__(*args, initial=first, **kwargs)
        self.helper = helper()


class ReceivedForm(forms.Form):
    """What is entered for a side says from whom it came; the side itself has nothing to say of it."""

    received_from = forms.CharField(
        label="Reçu de",
        max_length=160,
        error_messages={"required": "Dites de qui vient cette réponse\u00a0: elle sera montrée comme reçue."},
    )
    received_by = forms.ChoiceField(label="Par", choices=CHANNELS)
    received_on = DayField(label="Le", initial=timezone.localdate)

    def __init__(self, *args, for_a_side, **kwargs):
        super().__init__(*args, **kwargs)
        if not for_a_side:
            for name in RECEIVED:
                del self.fields[name]
        self.helper = helper()

    @property
    def origin(self):
        return {name: self.cleaned_data[name] for name in RECEIVED if name in self.cleaned_data}


class ReviewForm(ReceivedForm):
    state = forms.ChoiceField(
        label="Réponse",
        choices=[choice for choice in ReviewState.choices if choice[0] != ReviewState.AWAITED],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez la réponse."},
    )
    field_order = ("state",)


class RemarkForm(ReceivedForm):
    """`sides`: those for which the user may write; a choice is shown when there are several."""

    side = forms.ModelChoiceField(Side.objects.none(), label="Remarque de", empty_label="choisir un pilote")
    text = forms.CharField(
        label="Remarque",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Dites ce qui doit changer, et si possible les mots que vous proposez.",
    )
    field_order = ("side", "text")

    def __init__(self, *args, sides, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["side"].queryset = sides
        only = list(sides)
        if len(only) == 1:
            self.fields["side"].initial = only[0].pk
            self.fields["side"].empty_label = None


class SettleForm(forms.Form):
    state = forms.ChoiceField(
        label="Suite donnée",
        choices=[choice for choice in RemarkState.choices if choice[0] != RemarkState.OPEN],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez la suite donnée."},
    )
    answer = forms.CharField(
        label="En un mot",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Obligatoire quand la remarque n’est pas retenue. Le pilote le lit.",
    )

    def __init__(self, *args, remark, **kwargs):
        first = {} if remark.is_open else {"state": remark.state, "answer": remark.answer}
        super().__init__(*args, initial=first, **kwargs)
        self.helper = helper()


class SendForm(LetterForm):
    """Who reads again, for when, and the letter; nobody ticked: the text goes by another channel."""

    due_on = DayField(
        label="Relecture attendue pour le",
        error_messages={"required": "Dites pour quel jour la relecture est attendue."},
    )
    sides = ManyChoiceField(
        Side.objects.none(),
        label="Pilotes qui relisent",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un pilote qui relit."},
    )
    layout = ("due_on", "sides", "subject", "body")

    def __init__(self, *args, cite, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["recipients"].required = False
        self.fields["sides"].queryset = cite.sides.order_by("order", "pk")
        self.initial.setdefault("sides", [side.pk for side in self.fields["sides"].queryset])


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label="Ce qui est corrigé",
        max_length=300,
        help_text="La nouvelle version le mentionnera, et citera celle qu’elle remplace.",
        error_messages={"required": "Dites ce qui est corrigé\u00a0: la nouvelle version le mentionnera."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()


class MeetingFileForm(forms.Form):
    kind = forms.ChoiceField(label="Nature", choices=SignedKind)
    upload = UploadField(label="Le document signé", allowed=(*PDF, *IMAGES))
    signed_by = forms.CharField(
        label="Signé par",
        max_length=300,
        help_text="Les signataires, dans l’ordre des signatures. Pour un émargement\u00a0: «\u00a0les présents\u00a0».",
        error_messages={"required": "Dites qui a signé."},
    )
    signed_on = DayField(label="Signé le", error_messages={"required": "Dites quand le document a été signé."})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper()
        self.helper.add_layout(Layout("kind", "upload", "signed_by", "signed_on"))

    @property
    def is_multipart(self):
        return True
