from datetime import date

from django import forms

from actions.quoting import quotable_actions, quotable_organisations, quotable_persons
from cite_educative.common.dates import date_fr
from cite_educative.common.forms import ManyChoiceField, read_key
from cite_educative.common.money import MoneyField, euros
from partners.context import current_year
from partners.models import Person

NOTHING = "–"
ADDED = {"persons": "add_person", "organisations": "add_organisation", "actions": "add_action"}


def boxes(label):
    return ManyChoiceField(label=label, queryset=None, required=False, widget=forms.CheckboxSelectMultiple)


def adding(label, empty_label):
    return forms.ModelChoiceField(label=label, queryset=None, required=False, empty_label=empty_label)


class QuotingForm(forms.ModelForm):
    """A form whose row quotes persons, organisations and actions: the relevant ones as boxes, the others in a list.

    `origin` (`quoting.Origin`) proposes; with `short`, there are no lists. What the user may not see among the
    links of an existing row is neither shown nor lost.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    persons = boxes("Personnes")
    organisations = boxes("Organismes")
    actions = boxes("Actions")
    add_person = adding("Ajouter une personne", "Aucune de plus")
    add_organisation = adding("Ajouter un organisme", "Aucun de plus")
    add_action = adding("Ajouter une action", "Aucune de plus")

    LINKS = ()

    def __init__(self, *args, request, cite, origin=None, short=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.cite, self.user, self._year = cite, request.user, int(current_year(request))
        self.fields["version"].initial = self.instance.version
        self._kept = {}
        proposed = origin.proposed if origin else {}
        for name in ADDED.keys() - set(self.LINKS):
            del self.fields[name], self.fields[ADDED[name]]
        for name in self.LINKS:
            self._offer(name, proposed.get(name, []), short=short)

    def _quotable(self, name):
        if name == "persons":
            return quotable_persons(self.user, self.cite)
        if name == "organisations":
            return quotable_organisations(self.user, self.cite)
        actions = quotable_actions(self.user, self.cite)
        return actions.filter(budget_year__gte=self._year - 1) | actions.filter(pk__in=self._ticked(name))

    def _offer(self, name, proposed, *, short):
        field, added = self.fields[name], self.fields[ADDED[name]]
        queryset = self._quotable(name)
        if self.instance.pk:
            queryset = self._with_linked(name, queryset)
        if name == "persons":
            queryset = queryset.in_protocol_order(self.cite)
        field.queryset = added.queryset = queryset
        if short:
            del self.fields[ADDED[name]]
            field.choices = [(row.pk, label_of(row)) for row in proposed]
            return
        ticked = self._ticked(name) | {row.pk for row in proposed}
        rows = list(queryset)
        field.choices = [(row.pk, label_of(row)) for row in rows if row.pk in ticked]
        others = [(row.pk, label_of(row)) for row in rows if row.pk not in ticked]
        added.choices = [("", added.empty_label), *others]

    def _with_linked(self, name, queryset):
        linked = list(getattr(self.instance, name).all())
        keys = [row.pk for row in linked]
        queryset = queryset | queryset.model.objects.visible_to(self.user).filter(pk__in=keys)
        shown = set(queryset.filter(pk__in=keys).values_list("pk", flat=True))
        self._kept[name] = [row for row in linked if row.pk not in shown]
        return queryset

    def _ticked(self, name):
        values = self.data.getlist(name) if self.is_bound else self.initial.get(name) or ()
        return {getattr(value, "pk", None) or read_key(str(value)) for value in values}

    def clean(self):
        cleaned = super().clean()
        for name in self.LINKS:
            more = cleaned.pop(ADDED[name], None)
            rows = {*(cleaned.get(name) or ()), *self._kept.get(name, ()), *([more] if more else ())}
            cleaned[name] = sorted(rows, key=lambda row: row.pk)
        return cleaned

    @property
    def row_fields(self):
        """What the services take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def with_added(self):
        """The values typed so far, with what the lists name now ticked, for the same form again."""
        data = self.data
        initial = {name: data.get(name) for name in self.fields if name not in (*self.LINKS, *ADDED.values())}
        for name in self.LINKS:
            initial[name] = [*data.getlist(name), data.get(ADDED[name], "")]
        action = self.fields["actions"].queryset.filter(pk=read_key(data.get("add_action", ""))).first()
        if action:
            initial["organisations"].append(action.holder_id)
        return initial


def label_of(row):
    """Persons by their last name first, as a list is searched by keyboard."""
    if isinstance(row, Person):
        return f"{row.last_name} {row.first_name}" + (f", {row.function}" if row.function else "")
    return str(row)


def compared(form, current):
    """What the user wrote beside what is stored now, field by field, for the conflict page."""
    rows = []
    for name, mine in form.row_fields.items():
        theirs = getattr(current, name)
        if name in form.LINKS:
            mine, theirs = _named(form.fields[name].queryset, mine, theirs.all())
        elif isinstance(current._meta.get_field(name), MoneyField):
            mine, theirs = euros(mine), euros(theirs)
        else:
            choices = dict(current._meta.get_field(name).flatchoices)
            mine, theirs = (_written(choices.get(value, value)) for value in (mine, theirs))
        rows.append({"label": form.fields[name].label, "mine": mine, "theirs": theirs, "different": mine != theirs})
    return rows


def _named(queryset, *sides):
    """The rows of each side that the user may see, in one text."""
    shown = {row.pk: label_of(row) for row in queryset.filter(pk__in=[row.pk for side in sides for row in side])}
    return [", ".join(sorted(shown[row.pk] for row in side if row.pk in shown)) or NOTHING for side in sides]


def _written(value):
    if isinstance(value, date):
        return date_fr(value)
    return str(value) if value not in (None, "") else NOTHING
