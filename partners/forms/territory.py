import hashlib

from crispy_forms.layout import Fieldset
from django import forms

from cite_educative.common.forms import ManyChoiceField
from cite_educative.common.search import normalise
from cite_educative.common.spreadsheets.errors import MAX_FILE_BYTES, MEGABYTE
from partners.enums import PriorityNetwork, TerritoryKind
from partners.forms.layout import CHOOSE, NONE, helper
from partners.models import Commune, Neighbourhood, School
from partners.services.school_names import NATURES, typographic
from partners.validators import generation_of, validate_insee_code, validate_uai

GENERATIONS = ((2024, "2024 (codes QN)"), (2015, "2015 (codes QP)"))
SECTORS = ("public", "privé sous contrat", "privé")


class ReferenceForm(forms.ModelForm):
    """A row that several people and Cités share: refused when somebody changed it since the page was opened."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, cite, **kwargs):
        super().__init__(*args, **kwargs)
        self.cite = cite
        self._now = _fingerprint(self)
        self.initial["seen"] = self._now

    def clean_name(self):
        return typographic(self.cleaned_data["name"])

    def clean(self):
        answers = super().clean()
        if self.instance.pk and answers.pop("seen", "") != self._now:
            self.data = self.data.copy()
            self.data["seen"] = self._now
            raise forms.ValidationError(
                "Cette fiche a changé pendant que vous l’aviez ouverte\u00a0: relisez ce que vous avez saisi, "
                "puis enregistrez à nouveau pour le garder."
            )
        answers.pop("seen", None)
        return answers


def _fingerprint(form):
    values = sorted((name, str(value)) for name, value in form.initial.items() if name != "seen")
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def communes_nearby(cite, *own):
    """Communes of the Cité and those associated to them; every known one while the Cité has none."""
    pks = set(cite.communes.values_list("pk", flat=True)) | {commune.pk for commune in own}
    if not pks:
        return Commune.objects.all()
    return Commune.objects.filter(pk__in=pks) | Commune.objects.filter(parent__in=pks)


class CommuneForm(ReferenceForm):
    insee_code = forms.CharField(label="Code INSEE", max_length=5, validators=[validate_insee_code])

    class Meta:
        model = Commune
        fields = ("name", "insee_code", "parent", "population")
        help_texts = {"parent": "Pour une commune associée seulement, comme Saint-Pol-sur-Mer à Dunkerque."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Commune.objects.filter(parent__isnull=True).exclude(pk=self.instance.pk)
        self.fields["parent"].empty_label = NONE
        self.helper = helper(Fieldset("Commune", "name", "insee_code", "parent", "population"), "seen")

    def clean(self):
        answers = super().clean()
        code, parent = answers.get("insee_code"), answers.get("parent")
        same = Commune.objects.filter(insee_code=code, parent__isnull=True).exclude(pk=self.instance.pk).first()
        if code and parent is None and same:
            self.add_error(
                "insee_code",
                f"Le code {code} est déjà celui de {same}\u00a0: pour une commune associée, "
                "choisissez sa commune de rattachement.",
            )
        if parent and self.instance.pk and Commune.objects.filter(parent=self.instance).exists():
            self.add_error("parent", "Cette commune a elle-même des communes associées.")
        return answers


class NeighbourhoodForm(ReferenceForm):
    generation = forms.TypedChoiceField(label="Géographie prioritaire de", choices=GENERATIONS, coerce=int)

    class Meta:
        model = Neighbourhood
        fields = ("name", "code", "generation", "communes")
        field_classes = {"communes": ManyChoiceField}
        widgets = {"communes": forms.CheckboxSelectMultiple}
        help_texts = {"code": "QN05901M ou QP059001. Laissez vide tant que le code officiel n’est pas connu."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = self.instance.communes.all() if self.instance.pk else ()
        self.fields["communes"].queryset = communes_nearby(self.cite, *own)
        self.fields["communes"].required = False
        self.helper = helper(Fieldset("Quartier", "name", "code", "generation", "communes"), "seen")

    def clean_code(self):
        code = self.cleaned_data["code"].replace(" ", "").upper()
        if code and generation_of(code) is None:
            raise forms.ValidationError(
                "Ce code n’est pas celui d’un quartier\u00a0: il s’écrit QN05901M (géographie de 2024) "
                "ou QP059001 (géographie de 2015)."
            )
        same = Neighbourhood.objects.filter(code=code).exclude(pk=self.instance.pk).first() if code else None
        if same:
            raise forms.ValidationError(f"Le code {code} est déjà celui du quartier «\u00a0{same}\u00a0».")
        return code

    def clean(self):
        answers = super().clean()
        code, generation = answers.get("code"), answers.get("generation")
        if code and generation and generation_of(code) != generation:
            self.add_error("generation", f"Le code {code} est de la géographie de {generation_of(code)}.")
        if answers.get("name") and not code and self._is_known(answers):
            self.add_error(
                "name",
                f"Un quartier porte déjà ce nom dans la géographie de {generation}\u00a0: "
                "ajoutez-le au périmètre, ou donnez le code de celui-ci.",
            )
        return answers

    def _is_known(self, answers):
        rows = Neighbourhood.objects.filter(generation=answers.get("generation")).exclude(pk=self.instance.pk)
        written = normalise(answers["name"])
        return any(normalise(row.name) == written for row in rows.search(answers["name"]))


class SchoolForm(ReferenceForm):
    uai = forms.CharField(
        label="UAI",
        max_length=12,
        help_text="Sept chiffres et une lettre, par exemple 0590088A. La lettre se déduit des chiffres.",
    )
    kind = forms.ChoiceField(label="Nature")
    sector = forms.ChoiceField(label="Secteur", required=False)
    network = forms.ChoiceField(label="Éducation prioritaire", choices=PriorityNetwork.choices, required=False)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, help_text="En degrés, pour la carte.")
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180)

    class Meta:
        model = School
        fields = ("uai", "name", "kind", "sector", "commune", "network", "latitude", "longitude")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = self.instance if self.instance.pk else None
        kinds = dict.fromkeys([kind for _, kind in NATURES] + [known.kind if known else "autre"])
        sectors = dict.fromkeys([*SECTORS, *([known.sector] if known and known.sector else [])])
        self.fields["kind"].choices = [("", CHOOSE), *((kind, kind.capitalize()) for kind in kinds)]
        self.fields["sector"].choices = [("", "Non renseigné"), *((name, name.capitalize()) for name in sectors)]
        self.fields["commune"].queryset = communes_nearby(self.cite, *([known.commune] if known else []))
        self.fields["commune"].empty_label = CHOOSE
        self.helper = helper(
            Fieldset("Établissement", "uai", "name", "kind", "sector", "commune", "network"),
            Fieldset("Place sur la carte", "latitude", "longitude"),
            "seen",
        )

    def clean_uai(self):
        uai = self.cleaned_data["uai"].replace(" ", "").upper()
        validate_uai(uai)
        same = School.objects.filter(uai=uai).exclude(pk=self.instance.pk).first()
        if same:
            raise forms.ValidationError(
                f"L’UAI {uai} est déjà celui de «\u00a0{same}\u00a0»\u00a0: ajoutez-le au périmètre."
            )
        return uai


class TerritoryUploadForm(forms.Form):
    kind = forms.ChoiceField(label="Ce que contient le fichier", choices=[("", CHOOSE), *TerritoryKind.choices])
    file = forms.FileField(
        label="Fichier",
        help_text="CSV, Excel (.xlsx) ou LibreOffice (.ods), 20 Mo au plus\u00a0; GeoJSON pour les contours, 5 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.ods,.json,.geojson", "data-file-name": ""}),
        error_messages={
            "required": "Choisissez le fichier à importer.",
            "empty": "Ce fichier est vide. Vérifiez que vous avez choisi le bon fichier puis recommencez.",
            "missing": "Choisissez le fichier à importer.",
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper("kind", "file")

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(
                f"Ce fichier dépasse {MAX_FILE_BYTES // MEGABYTE}\u00a0Mo\u00a0: "
                "gardez les seules lignes de votre département puis recommencez."
            )
        return file


def mapping_from_post(post, reading, kind_fields):
    """The mapping that the page of columns sends; what is no field of the kind is ignored."""
    keys = {field.key for field in kind_fields}
    columns = {}
    for column in reading.columns:
        chosen = post.get(f"colonne-{column.index}", "")
        columns[str(column.index)] = chosen if chosen in keys else ""
    return {
        "columns": columns,
        "everywhere": "partout" in post,
        "attach": "rattacher" in post,
        "skip": False,
    }
