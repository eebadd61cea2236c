"""What is already there: which planned action is which action of the Cité, and what would change in it."""

from collections import defaultdict

from django.db.models import Q

from actions.imports.words import quoted
from actions.models import Action, Funding
from cite_educative.common.search import normalise
from cite_educative.common.spreadsheets import Field


def compare(plan, remembered):
    """Sets `existing` and the changes of every planned action and funding, in place."""
    known = Known(plan, remembered)
    for find in (known.by_code, known.by_reference, known.by_memory, known.by_name):
        for action in plan.actions:
            if action.existing is None:
                known.claim(action, find(action))
    for action in plan.actions:
        if action.existing is not None:
            _compare_action(action, by_memory=action.key in known.from_memory)
            known.warn_of_holder(action)
        for funding in action.fundings.values():
            _compare_funding(action, funding)


class Known:
    """The actions that the file may speak of, read once. Each is claimed by one planned action at most."""

    def __init__(self, plan, remembered):
        self.remembered, self.claimed, self.from_memory = remembered, set(), set()
        codes = {line.get(Field.CODE) for line in plan.lines} - {""}
        refs = {action.external_ref for action in plan.actions} - {""}
        wanted = Q(call=plan.call) if plan.call.pk else Q(pk__in=[])
        wanted |= Q(external_ref__in=refs) | Q(code__in=codes)
        found = (
            Action.objects.filter(wanted, cite=plan.cite).order_by("pk").prefetch_related("communes", "neighbourhoods")
        )
        self.actions = {action.pk: action for action in found}
        self.fundings = defaultdict(dict)
        for funding in Funding.objects.filter(action__in=self.actions).select_related("act").order_by("pk"):
            self.fundings[funding.action_id][funding.source_id, funding.budget_year] = funding
        self._index(plan)

    def _index(self, plan):
        self.codes, self.refs = {}, defaultdict(list)
        self.funding_refs, self.names = defaultdict(list), defaultdict(list)
        for action in self.actions.values():
            self.codes[action.code] = action
            if action.external_ref:
                self.refs[normalise(action.external_ref), action.budget_year].append(action)
            if action.call_id == plan.call.pk:
                self.names[action.holder_id, normalise(action.title), action.budget_year].append(action)
            for funding in self.fundings[action.pk].values():
                if funding.external_ref:
                    self.funding_refs[funding.source_id, funding.budget_year, funding.external_ref].append(action)

    def claim(self, planned, action):
        if action is None or action.pk in self.claimed:
            return
        self.claimed.add(action.pk)
        planned.existing = action
        for funding in planned.fundings.values():
            if funding.source.source:
                funding.existing = self.fundings[action.pk].get((funding.source.source.pk, funding.year))

    def by_code(self, planned):
        """The code column may hold the codes given here; any other numbering is the file's own."""
        codes = {line.get(Field.CODE) for line in planned.lines} - {""}
        return self.codes.get(codes.pop()) if len(codes) == 1 else None

    def by_reference(self, planned):
        if planned.key[0] == "ref":
            found = self.refs.get((normalise(planned.external_ref), planned.year), [])
            if len(found) == 1:
                return found[0]
        for funding in planned.fundings.values():
            if funding.ref and funding.source.source:
                for action in self.funding_refs.get((funding.source.source.pk, funding.year, funding.ref), []):
                    if action.holder_id == _pk(planned.holder) and normalise(action.title) == normalise(planned.title):
                        return action
        return None

    def by_memory(self, planned):
        action = self.actions.get(self.remembered.get(planned.name))
        if action and action.pk not in self.claimed:
            self.from_memory.add(planned.key)
            return action
        return None

    def by_name(self, planned):
        found = [
            action
            for action in self.names.get((_pk(planned.holder), normalise(planned.title), planned.year), [])
            if action.pk not in self.claimed and self._may_be(planned, action)
        ]
        if len(found) > 1:
            planned.lines[0].errors.append(
                f"Plusieurs actions de l’appel s’appellent {quoted(planned.title)} pour ce porteur "
                f"({', '.join(action.code for action in found)})\u00a0: ajoutez leur code dans le fichier."
            )
        return found[0] if len(found) == 1 else None

    def _may_be(self, planned, action):
        if planned.external_ref and action.external_ref and planned.external_ref != action.external_ref:
            return False
        for funding in planned.fundings.values():
            mine = funding.source.source and self.fundings[action.pk].get((funding.source.source.pk, funding.year))
            if mine and funding.ref and mine.external_ref and mine.external_ref != funding.ref:
                return False
        numbers = {f.act.number for f in self.fundings[action.pk].values() if f.act and f.act.number}
        wanted = {funding.act[0] for funding in planned.fundings.values() if funding.act[0]}
        by_article = any(line.get(Field.GROUP) for line in planned.lines)
        return not (by_article and numbers and wanted and not numbers & wanted)

    @staticmethod
    def warn_of_holder(planned):
        if planned.existing.holder_id != _pk(planned.holder):
            planned.lines[0].warnings.append(
                f"Le porteur {quoted(planned.holder.name)} n’est pas celui de la fiche {planned.existing.code}\u00a0: "
                "la fiche garde le sien."
            )


def _pk(holder):
    return holder.organisation.pk if holder.organisation else None


def _compare_action(planned, by_memory):
    action, wanted = planned.existing, dict(planned.fields)
    if planned.external_ref and not action.external_ref:
        wanted["external_ref"] = planned.external_ref
    if not by_memory and any(line.get(Field.TITLE) for line in planned.lines):
        wanted["title"] = planned.title
    planned.changes = {
        name: (getattr(action, name), value) for name, value in wanted.items() if getattr(action, name) != value
    }
    _keep_dates_in_order(planned)
    for name, places in (("communes", planned.communes), ("neighbourhoods", planned.neighbourhoods)):
        present = set(getattr(action, name).all())
        added = [place for place in places if place not in present]
        if added:
            planned.new_many[name] = added


def _keep_dates_in_order(planned):
    """A date of the file that would contradict the other one of the sheet is left aside."""
    dates = {
        name: planned.changes.get(name, (None, getattr(planned.existing, name)))[1]
        for name in ("starts_on", "ends_on")
    }
    if dates["starts_on"] and dates["ends_on"] and dates["starts_on"] > dates["ends_on"]:
        for name in dates:
            if planned.changes.pop(name, None):
                planned.lines[0].warnings.append(
                    "La date du fichier contredit l’autre date de la fiche\u00a0: laissée de côté."
                )


def _compare_funding(planned, funding):
    existing = funding.existing
    before = {step: getattr(existing, step) if existing else None for step in funding.amounts}
    funding.changes = {
        step: (before[step], amount) for step, amount in funding.amounts.items() if before[step] != amount
    }
    funding.new_ref = bool(existing and funding.ref and not existing.external_ref)
    act = existing.act if existing else None
    if "granted" in funding.changes and act and act.kind != "takeover":
        planned.lines[0].warnings.append(
            f"Le montant accordé par l’acte {quoted(act)} sera remplacé par celui du fichier."
        )
