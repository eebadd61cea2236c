from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.utils.functional import cached_property

from actions.enums import AgreementState, EntryKind, Outcome, Step
from actions.models.action import Action
from actions.models.imports import ImportRun
from actions.models.sources import FunderAct, FundingSource, NotificationRelease
from cite_educative.common.dates import BudgetYearField
from cite_educative.common.money import MoneyField
from partners.models import Organisation


def released():
    """A condition on fundings: whether holders may know what the source answered."""
    releases = NotificationRelease.objects.filter(
        Q(call__isnull=True) | Q(call=OuterRef("action__call")),
        source=OuterRef("source"),
        budget_year=OuterRef("budget_year"),
    )
    return Exists(releases)


class FundingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The rows; which of their amounts may be read is `actions.money.readable`."""
        return self.filter(action__in=Action.objects.visible_to(user))

    def in_cash(self):
        """In-kind contributions stay outside every default sum."""
        return self.filter(in_kind=False)

    def agreeable(self):
        """Cash that was granted and that no agreement holds, drafted ones included."""
        held = [state for state in AgreementState if state != AgreementState.CANCELLED]
        return self.in_cash().filter(granted__gt=0).exclude(agreement_lines__agreement__state__in=held)

    def with_release(self):
        """Adds `is_released`: whether holders may know what this source answered."""
        return self.annotate(is_released=released())

    def sums(self, *steps):
        """`{step: Decimal | None}`, None where nothing is known; exact on both engines."""
        return self.aggregate(**{str(step): Sum(str(step)) for step in steps or Step.values})


@dataclass
class FundingChange:
    """One amount to record: `amount` in euros, `on` the day of the fact, `act` for a granted one."""

    funding: "Funding"
    step: str
    amount: Decimal | None
    on: date
    reference: str = ""
    act: FunderAct | None = None


class Funding(models.Model):
    """What one source brings to one action in one civil year. NULL means unknown, never zero."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="fundings")
    source = models.ForeignKey(FundingSource, on_delete=models.PROTECT, related_name="fundings")
    budget_year = BudgetYearField("exercice")
    in_kind = models.BooleanField("en nature", default=False)
    external_ref = models.CharField("référence chez le financeur", max_length=60, blank=True)
    requested = MoneyField("demandé", null=True, blank=True, editable=False)
    proposed = MoneyField("proposé", null=True, blank=True, editable=False)
    programmed = MoneyField("programmé", null=True, blank=True, editable=False)
    programmed_on = models.DateField("programmé le", null=True, blank=True, editable=False)
    programmed_reference = models.CharField("décision", max_length=40, blank=True, editable=False)
    granted = MoneyField("accordé", null=True, blank=True, editable=False)
    granted_on = models.DateField("accordé le", null=True, blank=True, editable=False)
    act = models.ForeignKey(
        FunderAct, verbose_name="acte", on_delete=models.PROTECT, null=True, blank=True, related_name="fundings"
    )
    gap_reason = models.CharField(
        "pourquoi l’accordé diffère du programmé", max_length=300, blank=True, editable=False
    )
    committed = MoneyField("engagé", null=True, blank=True, editable=False)
    paid = MoneyField("versé", null=True, blank=True, editable=False)
    justified = MoneyField("justifié", null=True, blank=True, editable=False)
    notified_on = models.DateField("notifié au porteur le", null=True, blank=True, editable=False)
    outcome = models.CharField("issue", max_length=10, choices=Outcome, default=Outcome.OPEN, editable=False)

    objects = FundingQuerySet.as_manager()

    class Meta:
        verbose_name = "financement"
        ordering = ["source__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["action", "source", "budget_year"], name="funding_once"),
            *(
                models.CheckConstraint(
                    name=f"funding_{step}_not_negative",
                    condition=Q(**{f"{step}__isnull": True}) | Q(**{f"{step}__gte": 0}),
                    violation_error_message="Un montant ne peut pas être négatif.",
                )
                for step in Step.values
            ),
            models.CheckConstraint(
                name="funding_programmed_has_date_and_decision",
                condition=Q(programmed__isnull=True) | (Q(programmed_on__isnull=False) & ~Q(programmed_reference="")),
                violation_error_message="Un montant programmé a une date et une décision.",
            ),
            models.CheckConstraint(
                name="funding_granted_has_date_and_act",
                condition=Q(granted__isnull=True) | (Q(granted_on__isnull=False) & Q(act__isnull=False)),
                violation_error_message="Un montant accordé a une date et un acte du financeur.",
            ),
        ]

    def __str__(self):
        return f"{self.action.code} – {self.source}"

    @cached_property
    def settled(self):
        """What an accepted statement justifies of it, in euros: no more is paid; None without one."""
        return next((share.justified for share in self.statement_shares.all()), None)

    def record(
        self,
        step,
        amount,
        *,
        kind,
        on,
        actor,
        reference="",
        act=None,
        import_run=None,
        on_behalf_of=None,
        received="",
        comment="",
    ):
        """Set the amount of one step and keep the entry that explains it: with `record_many`, the only writer of the seven.

        `amount` is the new value in euros (None withdraws what was known), `on` the day of the fact. Call it inside a
        transaction on a row read under lock. Returns the `FundingEntry`, or None when the amount is already there.
        """
        step = Step(step)
        before = getattr(self, step)
        changed = self._set(step, amount, on, reference, act)
        if not changed:
            return None
        self.save(update_fields=changed)
        return self.entries.create(
            step=step,
            before=before,
            after=amount,
            kind=kind,
            fact_on=on,
            entered_by=actor,
            reference=reference,
            act=act,
            import_run=import_run,
            on_behalf_of=on_behalf_of,
            received=received,
            comment=comment,
        )

    def _set(self, step, amount, on, reference, act):
        """Set one amount and what goes with it; returns the names of the fields to save, [] when it is there already."""
        if getattr(self, step) == amount and (step != Step.GRANTED or self._is_granted_by(act)):
            return []
        setattr(self, step, amount)
        if step == Step.PROGRAMMED:
            self.programmed_on, self.programmed_reference = (on, reference) if amount is not None else (None, "")
            self.gap_reason = ""
            return [str(step), "programmed_on", "programmed_reference", "gap_reason"]
        if step == Step.GRANTED:
            self.granted_on, self.act = (on, act) if amount is not None else (None, None)
            self.gap_reason = ""
            return [str(step), "granted_on", "act", "gap_reason"]
        return [str(step)]

    def _is_granted_by(self, act):
        """By this act and on its day; one taken over from a table has none."""
        if act is None or self.act_id != act.pk:
            return act is None and self.act_id is None
        return act.decided_on in (None, self.granted_on)

    @classmethod
    def record_many(cls, changes, *, kind, actor, import_run=None):
        """`record()` for many rows at once, each read under lock: the same amounts and the same ledger.

        `changes` are `FundingChange`; a funding not saved yet is created. Returns the entries written.
        """
        new, rows, fields, entries = {}, {}, set(), []
        for change in changes:
            funding, step = change.funding, Step(change.step)
            before = getattr(funding, step)
            changed = funding._set(step, change.amount, change.on, change.reference, change.act)
            if changed:
                if funding.pk is None:
                    new[id(funding)] = funding
                else:
                    rows[funding.pk] = funding
                    fields.update(changed)
                entries.append(
                    FundingEntry(
                        funding=funding,
                        step=step,
                        before=before,
                        after=change.amount,
                        kind=kind,
                        fact_on=change.on,
                        entered_by=actor,
                        reference=change.reference,
                        act=change.act,
                        import_run=import_run,
                    )
                )
        cls.objects.bulk_create(new.values(), batch_size=500)
        if rows:
            cls.objects.bulk_update(rows.values(), sorted(fields), batch_size=200)
        return FundingEntry.objects.bulk_create(entries, batch_size=500)

    def programme(self, amount, *, on, reference, actor):
        """What governance decisions call: nothing else writes `programmed`. `reference` is the decision's number."""
        return self.record(Step.PROGRAMMED, amount, kind=EntryKind.DECISION, on=on, actor=actor, reference=reference)


class FundingEntryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Which amounts of which step is `actions.readable`; here, those of the actions that the user may see."""
        return self.filter(funding__in=Funding.objects.visible_to(user))


class FundingEntry(models.Model):
    """One line of the ledger; never changed, never deleted. The last `after` of a step is its current amount."""

    funding = models.ForeignKey(Funding, on_delete=models.PROTECT, related_name="entries")
    step = models.CharField("étape", max_length=12, choices=Step)
    before = MoneyField("avant", null=True)
    after = MoneyField("après", null=True)
    kind = models.CharField("origine", max_length=10, choices=EntryKind)
    fact_on = models.DateField("date du fait")
    entered_at = models.DateTimeField("saisi le", auto_now_add=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        Organisation, verbose_name="saisi pour", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    received = models.CharField("reçu", max_length=160, blank=True)
    reference = models.CharField("référence", max_length=160, blank=True)
    act = models.ForeignKey(FunderAct, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    import_run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    comment = models.CharField("commentaire", max_length=300, blank=True)

    objects = FundingEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "écriture"
        ordering = ["pk"]
        indexes = [models.Index(fields=["funding", "step", "id"])]
        constraints = [
            models.CheckConstraint(
                name="entry_changes_something",
                condition=Q(before__isnull=True, after__isnull=False)
                | Q(before__isnull=False, after__isnull=True)
                | ~Q(before=F("after"))
                | Q(step=Step.GRANTED),
            )
        ]

    def __str__(self):
        return f"{self.get_step_display()} {self.after}"
