"""Writing a plan: the only module of the import that writes. Call it in a transaction that holds the Cité."""

from django.utils import timezone

from actions.enums import ActKind, Step
from actions.imports.figures import new_holders
from actions.imports.structures import ActKey
from actions.models import Action, FunderAct, Funding, FundingSource
from actions.services.bulk import FundingChange, file_actions, record_amounts, retain_granted, update_actions
from actions.services.money import save_source
from cite_educative.common.search import normalise
from partners.enums import OrganisationKind, Part
from partners.models import Organisation
from partners.services import create_organisation
from partners.services.organisations import create_organisations

KINDS = (
    (OrganisationKind.SCHOOL, ("college", "lycee", "ecole")),
    (OrganisationKind.COMMUNE, ("ville", "mairie", "commune")),
    (OrganisationKind.INTERCOMMUNALITY, ("communaute", "metropole")),
    (OrganisationKind.PUBLIC_BODY, ("ccas", "caisse", "ehpad")),
)
FUNDER_KINDS = {
    "state_direct": OrganisationKind.STATE,
    "state_carrier": OrganisationKind.STATE,
    "commune": OrganisationKind.COMMUNE,
    "intercommunality": OrganisationKind.INTERCOMMUNALITY,
    "school_fund": OrganisationKind.SCHOOL,
    "family_fund": OrganisationKind.FAMILY_FUND,
    "other": OrganisationKind.OTHER,
}


def kind_of(name):
    """From the first word of a name; an association unless it says otherwise."""
    first = normalise(name).split(" ", 1)[0]
    return next((kind for kind, words in KINDS if first in words), OrganisationKind.ASSOCIATION)


class Writer:
    def __init__(self, plan, run, actor):
        self.plan, self.run, self.actor = plan, run, actor
        self.today = timezone.localdate()
        self.acts = {}

    def write(self):
        self._holders()
        self._sources()
        self._actions()
        self._fundings()
        entries = self._amounts()
        retain_granted(entries, actor=self.actor)

    def _holders(self):
        refs = new_holders(self.plan)
        rows = [
            {
                "name": ref.name,
                "siret": ref.siret,
                "rna": ref.rna if _is_rna(ref.rna) else "",
                "kind": kind_of(ref.name),
            }
            for ref in refs
        ]
        made = create_organisations(actor=self.actor, cite=self.plan.cite, part=Part.HOLDER, rows=rows)
        for ref, organisation in zip(refs, made, strict=True):
            ref.organisation = organisation

    def _sources(self):
        refs = {}
        for action in self.plan.actions:
            for funding in action.fundings.values():
                if funding.source.source is None:
                    refs[funding.source.key] = funding.source
        first = FundingSource.objects.filter(cite=self.plan.cite).count() + 1
        for order, ref in enumerate(refs.values(), start=first):
            source = FundingSource(
                cite=self.plan.cite,
                organisation=self._funder(ref),
                label=ref.label,
                short_label=ref.label[:30],
                circuit=ref.circuit,
                order=order,
            )
            ref.source = save_source(source, actor=self.actor)

    def _funder(self, ref):
        wanted = normalise(ref.organisation)
        for organisation in Organisation.objects.in_cite(self.plan.cite).order_by("pk"):
            if normalise(organisation.name) == wanted:
                return organisation
        return create_organisation(
            actor=self.actor,
            cite=self.plan.cite,
            part=Part.FUNDER,
            name=ref.organisation,
            kind=FUNDER_KINDS.get(ref.circuit, OrganisationKind.OTHER),
        )

    def _actions(self):
        created = [action for action in self.plan.actions if action.existing is None]
        rows = [
            Action(
                cite=self.plan.cite,
                call=self.plan.call,
                budget_year=action.year,
                title=action.title,
                holder=action.holder.organisation,
                external_ref=action.external_ref,
                **action.fields,
            )
            for action in created
        ]
        on = min(self.plan.call.closes_on or self.today, self.today)
        many = [{"communes": action.communes, "neighbourhoods": action.neighbourhoods} for action in created]
        updated = [action for action in self.plan.actions if action.existing and (action.changes or action.new_many)]
        file_actions(rows, many, actor=self.actor, on=on, run=self.run)
        for action, row in zip(created, rows, strict=True):
            action.saved = row
        for action in self.plan.actions:
            if action.existing is not None:
                action.saved = action.existing
        if updated:
            self._update(updated)

    def _update(self, updated):
        changes = [
            (action.existing, {name: after for name, (_, after) in action.changes.items()}, action.new_many)
            for action in updated
        ]
        update_actions(changes, actor=self.actor, run=self.run)

    def _fundings(self):
        """The new rows; those with an amount are saved with it by `record_amounts`."""
        missing = []
        for action, funding in self._planned():
            if funding.existing is None:
                funding.existing = Funding(
                    action=action.saved,
                    source=funding.source.source,
                    budget_year=funding.year,
                    in_kind=funding.in_kind,
                    external_ref=funding.ref,
                )
                if not funding.changes:
                    missing.append(funding.existing)
        Funding.objects.bulk_create(missing, batch_size=500)
        renamed = []
        for _, funding in self._planned():
            if funding.new_ref:
                funding.existing.external_ref = funding.ref
                renamed.append(funding.existing)
        Funding.objects.bulk_update(renamed, ["external_ref"], batch_size=500)

    def _planned(self):
        for action in self.plan.actions:
            for funding in action.fundings.values():
                yield action, funding

    def _amounts(self):
        changes = []
        for _, funding in self._planned():
            for step, (_, amount) in funding.changes.items():
                changes.append(self._change(funding, Step(step), amount))
        return record_amounts(changes, actor=self.actor, import_run=self.run)

    def _change(self, funding, step, amount):
        if step != Step.GRANTED:
            reference = funding.commitment if step == Step.COMMITTED else ""
            return FundingChange(funding.existing, step, amount, self.today, reference)
        act = self._act(funding)
        return FundingChange(funding.existing, step, amount, act.decided_on or self.today, str(act), act)

    def _act(self, funding):
        """The take-over act of this funder, file and number: one per import, found again by the next ones."""
        organisation = funding.source.source.organisation
        number, decided_on = funding.act[0][:80], funding.act[1]
        key = ActKey(organisation.pk, number, decided_on)
        if key not in self.acts:
            fields = {
                "cite": self.plan.cite,
                "organisation": organisation,
                "kind": ActKind.TAKEOVER,
                "number": number,
                "decided_on": decided_on,
                "call": self.plan.call,
                "label": self.plan.filename[:200],
            }
            known = FunderAct.objects.filter(**fields).order_by("pk").first()
            self.acts[key] = known or FunderAct.objects.create(created_by=self.actor, **fields)
        return self.acts[key]


def _is_rna(text):
    return len(text) == 10 and text[0] == "W" and text[1:].isdigit()
