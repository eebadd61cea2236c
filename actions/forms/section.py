"""One section of the sheet as a short form: fields of the action, publics with their numbers, texts."""

import copy
from collections import defaultdict

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms import modelform_factory

from actions.block_fields import PUBLICS
from actions.enums import PublicKind, TextKey
from actions.forms.fields import DayField, describe, helper
from actions.models import Action, Axis, Call, Objective, Scheme, Theme
from actions.permissions import can_choose_holder
from actions.services import section_mark
from cite_educative.common.forms import ManyChoiceField
from partners.models import Commune, Neighbourhood, Organisation, Person, School

TENFOLD = 10
MANY = ("themes", "schemes", "communes", "neighbourhoods", "schools")
HELP = {
    "holder": "L’organisme qui demande la subvention. S’il manque, ajoutez-le d’abord aux partenaires.",
    "contact": "Qui répond de l’action au quotidien. Son nom et ses coordonnées se lisent dans la partie publiée.",
    "call": "Laissez vide pour l’ingénierie ou un projet mené par la Cité elle-même.",
    "school_year": "Par exemple 2026-2027. À remplir si l’action suit l’année scolaire.",
    "axis": "Il se déduit de l’objectif quand vous en choisissez un.",
    "scope": "Une action intercommunale concerne toutes les communes de la Cité.",
    "audience": "Qui, quel âge, combien\u00a0: par exemple «\u00a060 collégiens de 4e et 3e\u00a0». Aucun nom d’enfant.",
    "expected_reach": "Personnes différentes, sur toute la durée de l’action.",
    "places": "Par exemple «\u00a0maison de quartier du Courghain\u00a0».",
    "period_text": "Ce que disait le document d’origine, s’il n’y avait pas de dates précises.",
    "external_ref": "Le numéro de la demande dans Dauphin, dès qu’il est connu.",
    "total_cost": "Toutes les charges de l’action, en euros.",
}
TEXT_HELP = {
    TextKey.NEED: "Ce qui a été constaté, par qui, et pour qui cela pose problème.",
    TextKey.MAINSTREAM: "Ce que les politiques ordinaires apportent (postes, heures, locaux), ou pourquoi elles n’y suffisent pas.",
    TextKey.GOALS: "Un à trois objectifs, chacun par un verbe d’action, qu’on pourra évaluer.",
    TextKey.RESULTS: "Ce qui aura changé à la fin, et pour combien de personnes.",
    TextKey.METHOD: "Les étapes, la fréquence et la durée.",
    TextKey.OUTREACH: "Comment le public est repéré et invité, surtout celui qu’on ne voit pas d’habitude.",
    TextKey.PARTNERS: "Qui fait quoi\u00a0: pilote, co-porteur, associé, financeur.",
    TextKey.SCHOOL_LINK: "Avec quelle école ou quel établissement l’action a été construite, et avec quelle fonction.",
    TextKey.MEANS: "Postes, bénévoles, intervenants, locaux, matériel.",
    TextKey.EVALUATION: "Les indicateurs, leur cible, et la façon de les relever.",
    TextKey.COMMUNICATION: "Mention de la Cité éducative, supports, accords pour les images.",
}


class SectionForm(forms.ModelForm):
    """Use `section_form(block)`. `mark` is the section as it was when the form was opened."""

    mark = forms.CharField(widget=forms.HiddenInput)
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    block = None

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        action, cite = self.instance, self.instance.cite
        self.asks_again = False
        self.remarks = defaultdict(list)
        self.fields["mark"].initial = section_mark(action, self.block)
        self._choose(user, cite)
        self._add_publics(action)
        bodies = {text.key: text.body for text in action.texts.all()}
        for key in self.block.texts:
            self.fields[f"text_{key}"] = forms.CharField(
                label=TextKey(key).label.capitalize(),
                help_text=TEXT_HELP[key],
                required=False,
                max_length=20000,
                initial=bodies.get(key, ""),
                widget=forms.Textarea(attrs={"rows": 6}),
            )
        shown = [name for name in self.fields if name not in ("mark", "confirmed")]
        self.helper = helper(Layout("mark", *shown))

    def _choose(self, user, cite):
        """What each list offers: rows of the Cité, those in use and the ones chosen already."""
        action = self.instance
        rows = {
            "holder": Organisation.objects.in_cite(cite),
            "contact": Person.objects.filter(mandates__cite=cite).distinct(),
            "call": Call.objects.visible_to(user).filter(cite=cite),
            "axis": Axis.objects.of_cite(cite).visible_to(user),
            "objective": Objective.objects.filter(axis__programme__cite=cite).visible_to(user),
            "themes": Theme.objects.filter(cite=cite).filter(is_active=True),
            "schemes": Scheme.objects.filter(cite=cite).filter(is_active=True),
            "communes": Commune.objects.filter(cites=cite),
            "neighbourhoods": Neighbourhood.objects.filter(cites=cite),
            "schools": School.objects.filter(cites=cite),
        }
        if not can_choose_holder(user, cite):
            own = user.access.held.get(cite.pk, ())
            self._keep_once_filed("call", "budget_year")
            rows["holder"] = Organisation.objects.filter(pk__in=own)
            rows["contact"] = rows["contact"].filter(mandates__organisation__in=own)
        for name in ("themes", "schemes"):
            chosen = getattr(action, name).values("pk")
            rows[name] = type(action)._meta.get_field(name).related_model.objects.filter(pk__in=chosen) | rows[name]
        for name, queryset in rows.items():
            if name in self.fields:
                self.fields[name].queryset = queryset if name in MANY else _with_current(queryset, action, name)
                if name not in MANY:
                    self.fields[name].empty_label = "À choisir" if name == "holder" else "Aucun"

    def _keep_once_filed(self, *names):
        """A sheet sent back is corrected; only the team makes it answer another call."""
        for name in names:
            if name in self.fields and self.instance.submitted_on:
                self.fields[name].disabled = True
                self.fields[name].help_text = "La fiche a déjà été déposée\u00a0: seule l’équipe le change."

    def _add_publics(self, action):
        if "publics" not in self.block.fields:
            return
        known = {public.kind: public for public in action.publics.all()}
        for kind in PublicKind:
            row = known.get(kind)
            self.fields[f"public_{kind}"] = forms.BooleanField(
                label=kind.label.capitalize(), required=False, initial=row is not None
            )
            self.fields[f"expected_{kind}"] = forms.IntegerField(
                label=f"{kind.label.capitalize()}\u00a0: combien",
                required=False,
                min_value=0,
                max_value=1_000_000,
                initial=row.expected if row else None,
            )

    def place_remarks(self, remarks):
        """Keep each remark for the field it is about, which it then describes; returns those on the whole section."""
        self.remarks = defaultdict(list)
        for remark in remarks:
            self.remarks[remark["field"]].append(remark)
        for name in set(self.remarks) & set(self.fields):
            describe(self, name)
        left = [name for name in self.remarks if name not in {*self.fields, PUBLICS}]
        return [remark for name in left for remark in self.remarks[name]]

    @property
    def own_fields(self):
        """`[(bound field, remarks)]`."""
        return [(self[name], self.remarks[name]) for name in self.Meta.fields]

    @property
    def text_fields(self):
        return [(self[f"text_{key}"], self.remarks[f"text_{key}"]) for key in self.block.texts]

    @property
    def publics_remarks(self):
        return self.remarks[PUBLICS]

    @property
    def publics_rows(self):
        if "publics" not in self.block.fields:
            return []
        return [(self[f"public_{kind}"], self[f"expected_{kind}"]) for kind in PublicKind]

    def clean(self):
        cleaned = super().clean()
        self._deduce_axis(cleaned)
        sentence = self._tenfold(cleaned)
        if sentence and not cleaned.get("confirmed"):
            self.asks_again = True
            self.add_error("expected_reach", ValidationError(sentence, code="tenfold"))
        return cleaned

    def _deduce_axis(self, cleaned):
        objective, axis = cleaned.get("objective"), cleaned.get("axis")
        if objective and axis is None:
            cleaned["axis"] = objective.axis
        elif objective and axis != objective.axis:
            self.add_error("objective", f"Cet objectif relève de l’axe «\u00a0{objective.axis}\u00a0».")

    def _tenfold(self, cleaned):
        """Ten times more than last year, or than the publics add up to, is asked again, never refused."""
        expected = cleaned.get("expected_reach")
        if not expected:
            return ""
        last = self.instance.renews.expected_reach if self.instance.renews else None
        if last and expected > TENFOLD * last:
            return (
                f"Vous attendez {expected} personnes, la fiche de l’an dernier en attendait {last}. "
                "Si c’est bien le nombre, enregistrez une seconde fois."
            )
        added = sum(cleaned.get(f"expected_{kind}") or 0 for kind in PublicKind)
        if added and expected > TENFOLD * added:
            return (
                f"Vous attendez {expected} personnes, et les publics n’en font que {added} ensemble. "
                "Si c’est bien le nombre, enregistrez une seconde fois."
            )
        return ""

    @property
    def answers(self):
        """What `save_section` takes."""
        data = self.cleaned_data
        names = [name for name in self.block.fields if name in self._meta.fields]
        fields = {name: data[name] for name in names}
        if "objective" in fields:
            fields["axis"] = data["axis"]
        publics = None
        if "publics" in self.block.fields:
            publics = {
                kind: data[f"expected_{kind}"]
                for kind in PublicKind
                if data[f"public_{kind}"] or data[f"expected_{kind}"] is not None
            }
        texts = {key: data[f"text_{key}"] for key in self.block.texts}
        return {"mark": data["mark"], "fields": fields, "texts": texts, "publics": publics}


def _with_current(queryset, action, name):
    """What somebody else chose stays chosen, whatever this user may choose."""
    found = Q(pk__in=queryset.order_by().values("pk")) | Q(pk=getattr(action, f"{name}_id"))
    return queryset.model._default_manager.filter(found)


def section_form(block):
    """The form class of a block of `actions.blocks`."""
    names = [name for name in block.fields if name != "publics"]
    widgets = {name: forms.CheckboxSelectMultiple for name in MANY if name in names}
    widgets |= {"summary": forms.Textarea(attrs={"rows": 7})} if "summary" in names else {}
    classes = {name: DayField for name in ("starts_on", "ends_on") if name in names}
    classes |= {name: ManyChoiceField for name in MANY if name in names}
    made = modelform_factory(
        Action,
        form=SectionForm,
        fields=names,
        widgets=widgets,
        field_classes=classes,
        help_texts={name: HELP[name] for name in names if name in HELP},
    )
    made.block = block
    return made


def open_section(block, action, *, user, data=None, initial=None):
    return section_form(block)(data, instance=copy.copy(action), user=user, initial=initial)


def drafted(block, content):
    """What a draft held, as the form of the block reads it; a box that it does not hold was not ticked."""
    boxes = (forms.CheckboxInput, forms.CheckboxSelectMultiple)
    fields = section_form(block).base_fields
    unticked = {name: [] if name in MANY else False for name in fields if isinstance(fields[name].widget, boxes)}
    if "publics" in block.fields:
        unticked |= {f"public_{kind}": False for kind in PublicKind}
    return unticked | {name: values if name in MANY else values[-1] for name, values in content.items() if values}


class RenewForm(forms.Form):
    budget_year = forms.IntegerField(label="Pour l’exercice", min_value=2000, max_value=2100)
    call = forms.ModelChoiceField(
        Call.objects.none(), label="En réponse à l’appel", required=False, empty_label="Aucun pour l’instant"
    )

    def __init__(self, *args, calls, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["call"].queryset = calls
        self.helper = helper()
