"""The decision written in a meeting, with what it changes per action and funder, and the positions on demand."""

from dataclasses import dataclass

from django import forms

from actions.enums import ActionStatus
from cite_educative.common.money import MoneyFormField
from governance.enums import EffectKind
from governance.figures import is_programmed, item_fundings, planned_amounts
from governance.forms.position import NO_VERDICT
from governance.models import Decision
from governance.models.decision import REGISTER_NUMBER
from governance.note_content import decision_text
from governance.services import PlannedEffect
from governance.services.undoing import refusing_decisions
from governance.voices import voices

RETAIN, DEFER, REJECT, NONE = "retain", "defer", "reject", "none"
REOPEN, REOPEN_RETAIN = "reopen", "reopen_retain"
CHOICES = {
    ActionStatus.SUBMITTED: [(RETAIN, "Retenir"), (DEFER, "Ajourner"), (REJECT, "Rejeter"), (NONE, "Sans effet")],
    ActionStatus.DEFERRED: [(RETAIN, "Retenir"), (REJECT, "Rejeter"), (NONE, "Sans effet")],
    ActionStatus.RETAINED: [(RETAIN, "Programmer"), (NONE, "Sans effet")],
}
PROGRAMMING = (RETAIN, REOPEN_RETAIN)
STATUS_EFFECTS = {DEFER: EffectKind.DEFER, REJECT: EffectKind.REJECT}


@dataclass(frozen=True)
class Line:
    """One action of the item as a row of the form: its choice, then (funding, field) for each source that is asked."""

    action: object
    choice: object
    amounts: list
    refused_by: object = None


class EffectsForm(forms.Form):
    """What a decision will change, action by action. Subclasses call `set_effects` once their fields are there."""

    def set_effects(self, actions, fundings, effects):
        """`effects`: those already written; None proposes the usual ones."""
        self.actions, self._effects = actions, effects
        self.fundings = [funding for funding in fundings if is_programmed(funding)]
        self.defaults = planned_amounts(self.fundings)
        self.refusing = refusing_decisions(self.actions)
        self._add_action_fields()

    def _choices(self, action):
        if action.status == ActionStatus.REJECTED:
            return [(NONE, "Reste refusée"), (REOPEN, "Rouvrir l’instruction"), (REOPEN_RETAIN, "Rouvrir et retenir")]
        return CHOICES.get(action.status, [(NONE, "Sans effet")])

    def _first_choice(self, action, amounts):
        if action.status == ActionStatus.REJECTED:
            kinds = {effect.kind for effect in self._effects or () if effect.action_id == action.pk}
            return REOPEN_RETAIN if EffectKind.RETAIN in kinds else REOPEN if kinds else NONE
        if self._effects is None:
            asked = not amounts or any(self.defaults[funding.pk] is not None for funding in amounts)
            return RETAIN if asked and action.status in CHOICES else NONE
        kinds = {effect.kind for effect in self._effects if effect.action_id == action.pk}
        for choice, kind in STATUS_EFFECTS.items():
            if kind in kinds:
                return choice
        return RETAIN if kinds else NONE

    def _first_amount(self, funding):
        if self._effects is None:
            is_refused = funding.action.status == ActionStatus.REJECTED
            return None if is_refused else self.defaults[funding.pk]
        return next((effect.after for effect in self._effects if effect.funding_id == funding.pk), None)

    def _add_action_fields(self):
        for action in self.actions:
            mine = [funding for funding in self.fundings if funding.action_id == action.pk]
            self.fields[f"choice-{action.pk}"] = forms.ChoiceField(
                label=f"Suite donnée à {action}",
                choices=self._choices(action),
                initial=self._first_choice(action, mine),
            )
            for funding in mine:
                self.fields[f"amount-{funding.pk}"] = MoneyFormField(
                    label=f"Montant à programmer, {action.code}, {funding.source.label}",
                    required=False,
                    initial=self._first_amount(funding),
                )

    @property
    def lines(self):
        return [
            Line(
                action,
                self[f"choice-{action.pk}"],
                [
                    (funding, self[f"amount-{funding.pk}"])
                    for funding in self.fundings
                    if funding.action_id == action.pk
                ],
                self.refusing.get(action.pk),
            )
            for action in self.actions
        ]

    def planned(self):
        """`{funding pk: Decimal}` of what the form as it is would programme; unreadable amounts are left out."""
        chosen = {action.pk: self._value(f"choice-{action.pk}") for action in self.actions}
        amounts = {
            funding.pk: self._amount(funding) for funding in self.fundings if chosen[funding.action_id] in PROGRAMMING
        }
        return {pk: amount for pk, amount in amounts.items() if amount is not None}

    def _value(self, name):
        return (
            self.data.get(self.add_prefix(name))
            if self.is_bound
            else self.get_initial_for_field(self.fields[name], name)
        )

    def _amount(self, funding):
        value = self._value(f"amount-{funding.pk}")
        if value in (None, ""):
            return None
        try:
            return self.fields[f"amount-{funding.pk}"].clean(value)
        except forms.ValidationError:
            return None

    def effects(self):
        """The `PlannedEffect`s of a valid form, statuses first."""
        found = []
        for action in self.actions:
            choice = self.cleaned_data[f"choice-{action.pk}"]
            if choice in STATUS_EFFECTS:
                found.append(PlannedEffect(STATUS_EFFECTS[choice], action))
            elif choice in (REOPEN, REOPEN_RETAIN):
                found.append(PlannedEffect(EffectKind.REOPEN, action, reopens=self.refusing.get(action.pk)))
            if choice in PROGRAMMING:
                found += self._retained(action)
        return found

    def _retained(self, action):
        if action.status != ActionStatus.RETAINED:
            yield PlannedEffect(EffectKind.RETAIN, action)
        for funding in self.fundings:
            amount = self.cleaned_data.get(f"amount-{funding.pk}")
            if funding.action_id == action.pk and amount is not None:
                yield PlannedEffect(EffectKind.PROGRAMME, action, funding, amount)

    def clean(self):
        data = super().clean()
        self._check_refused(data)
        return data

    def _check_refused(self, data):
        for action in self.actions:
            amounts = (data.get(f"amount-{row.pk}") for row in self.fundings if row.action_id == action.pk)
            is_left = action.status == ActionStatus.REJECTED and data.get(f"choice-{action.pk}") == NONE
            if is_left and any(amount is not None for amount in amounts):
                earlier = self.refusing.get(action.pk)
                by = f" par {earlier.reference}" if earlier else ""
                self.add_error(
                    f"choice-{action.pk}",
                    f"{action} a été refusée{by}\u00a0: choisissez «\u00a0Rouvrir et retenir\u00a0» pour lui programmer un montant, "
                    "ou effacez-le.",
                )


class DecisionForm(EffectsForm):
    title = forms.CharField(label="Objet", max_length=200)
    text = forms.CharField(label="Texte de la décision", widget=forms.Textarea(attrs={"rows": 4}), max_length=5000)
    is_agreed = forms.BooleanField(label="Décision prise en accord entre les pilotes", required=False, initial=True)
    replaces = forms.CharField(
        label="Annule et remplace la décision",
        max_length=24,
        required=False,
        help_text="Son numéro, par exemple TR-2026-003. Ce qu’elle avait changé est rendu, sauf ce qui est décidé ici.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, item, decision=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.item, self.decision = item, decision
        self.voices = voices(item.meeting.body.cite)
        self._first_values()
        actions = list(item.actions.select_related("holder").order_by("code", "pk"))
        self.set_effects(actions, item_fundings(item), self._written())
        self._add_position_fields()
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", css_of(field.widget))

    # --- What is shown first --------------------------------------------------------------------

    def _first_values(self):
        decision = self.decision
        if decision:
            names = ("title", "text", "is_agreed", "version")
            first = {name: getattr(decision, name) for name in names}
            first["replaces"] = decision.replaces.reference if decision.replaces_id else ""
        else:
            note = getattr(self.item, "note", None)
            text = decision_text(note) if note else ratification_text(self.item)
            first = {"title": note.title if note else self.item.title, "text": text}
        self.initial = first | self.initial

    def _written(self):
        """What was decided here; what is given back is worked out again."""
        if self.decision is None:
            return None
        return [effect for effect in self.decision.effects.all() if not effect.gives_back]

    def _add_position_fields(self):
        positions = {}
        if self.decision:
            positions = {(row.side_id, row.organisation_id): row for row in self.decision.positions.all()}
        for voice in self.voices:
            row = positions.get((voice.side.pk, voice.organisation.pk if voice.organisation else None))
            self.fields[f"verdict-{voice.key}"] = forms.ChoiceField(
                label=f"Position de {voice.label}",
                choices=NO_VERDICT,
                required=False,
                initial=row.verdict if row else "",
            )
            self.fields[f"comment-{voice.key}"] = forms.CharField(
                label=f"Précision de {voice.label}",
                max_length=300,
                required=False,
                initial=row.comment if row else "",
            )
        self.has_positions = bool(positions)

    # --- What the template draws ----------------------------------------------------------------

    @property
    def position_rows(self):
        return [(voice, self[f"verdict-{voice.key}"], self[f"comment-{voice.key}"]) for voice in self.voices]

    # --- What was decided -----------------------------------------------------------------------

    def clean(self):
        data = super().clean()
        if not data.get("is_agreed") and not self.positions:
            self.add_error(
                None,
                "Sans accord entre les pilotes, saisissez la position d’au moins l’un d’eux, ou cochez l’accord.",
            )
        return data

    def clean_replaces(self):
        """The decision of that number, of the Cité; None without a number."""
        written = self.cleaned_data["replaces"].strip()
        if not written:
            return None
        found = REGISTER_NUMBER.fullmatch(written)
        cite = self.item.meeting.body.cite_id
        earlier = (
            found
            and Decision.objects.select_related("body", "cancelled_by__body")
            .filter(body__cite=cite, body__code__iexact=found[1], year=found[2], number=found[3])
            .first()
        )
        if not earlier:
            raise forms.ValidationError(
                "Aucune décision de la Cité ne porte ce numéro. Écrivez-le comme au registre, par exemple TR-2026-003."
            )
        return earlier

    @property
    def positions(self):
        rows = []
        for voice in self.voices:
            verdict = self.cleaned_data.get(f"verdict-{voice.key}")
            if verdict:
                comment = self.cleaned_data.get(f"comment-{voice.key}", "")
                rows.append(
                    {"side": voice.side, "organisation": voice.organisation, "verdict": verdict, "comment": comment}
                )
        return rows

    @property
    def is_agreed_now(self):
        """Positions that are all favourable still are positions: they are kept, and printed if the body says so."""
        return self.cleaned_data["is_agreed"] and not self.positions


def ratification_text(item):
    """What ratifies the written consultation brought to the meeting by this point, "" when there is none."""
    consultation = getattr(item, "ratifies", None)
    if consultation is None:
        return ""
    return f"La décision {consultation.decision.reference}, prise par consultation écrite, est ratifiée."


def css_of(widget):
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"
