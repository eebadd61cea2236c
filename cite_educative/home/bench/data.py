"""The scratch data: Cités of the same shape and of growing size, written in bulk, the same at every run."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from actions.enums import ActionStatus, EntryKind, Step
from actions.models import (
    Action,
    Axis,
    Call,
    Envelope,
    FunderAct,
    Funding,
    FundingEntry,
    FundingSource,
    Objective,
    Programme,
)
from cite_educative.common.models import Entry
from cite_educative.home.bench import texts
from partners.enums import Part, Role
from partners.models import Cite, Commune, Mandate, Organisation, Partnership, Person, Seat, Side, User

BATCH = 500
FIELDS = {Step.REQUESTED: 100, Step.PROPOSED: 85, Step.PROGRAMMED: 80, Step.GRANTED: 80, Step.PAID: 60}

TOLD = (("action.created", "a créé l’action."), ("action.submitted", "a déposé l’action."))


def lead(slug):
    """The lead of one scratch Cité and of no other; created at the first call."""
    email = f"{slug}@bench.example"
    user = User.objects.filter(email=email).first()
    if user is None:
        person = Person.objects.create(
            civility="mme", first_name="Claire", last_name="Vandewalle", function="Cheffe de projet", is_fictional=True
        )
        user = User.objects.create_user(email, None, person=person)
    return user


def slug_of(size):
    return f"banc-{size}"


@transaction.atomic
def build_cite(size):
    """A Cité with `size` actions of this year and their money, ledger and journal; returns its `Plan`."""
    plan = Plan(size)
    plan.open_cite()
    plan.seat_people()
    plan.open_money()
    plan.write_strategy()
    plan.file_actions()
    plan.fund_actions()
    return plan


class Plan:
    """Builds step by step; the attributes are what later steps need."""

    def __init__(self, size):
        self.size = size
        self.today = timezone.localdate()
        self.year = self.today.year
        self.actor = lead(slug_of(size))

    def open_cite(self):
        self.cite = Cite.objects.create(
            name=f"Banc d’essai, {self.size} actions",
            slug=slug_of(self.size),
            label_starts_on=date(self.year - 2, 9, 1),
            label_ends_on=date(self.year + 1, 8, 31),
        )
        self.communes = [Commune.objects.get_or_create(insee_code=code, name=name)[0] for name, code in texts.COMMUNES]
        self.cite.communes.set(self.communes)
        self.sides = Side.objects.bulk_create(
            Side(cite=self.cite, kind=kind, label=label, order=order)
            for order, (kind, label) in enumerate(texts.SIDES, start=1)
        )
        count = max(10, self.size // 8)
        self.holders = Organisation.objects.bulk_create(
            [Organisation(name=self._holder_name(rank), is_fictional=True) for rank in range(count)], batch_size=BATCH
        )
        Partnership.objects.bulk_create(
            [Partnership(cite=self.cite, organisation=row, part=Part.HOLDER) for row in self.holders], batch_size=BATCH
        )

    def _holder_name(self, rank):
        name = texts.HOLDERS[rank % len(texts.HOLDERS)]
        place = texts.PLACES[rank // len(texts.HOLDERS) % len(texts.PLACES)]
        return f"{name} – {place} {self.size}-{rank + 1}"

    def _institution(self, name):
        organisation, _ = Organisation.objects.get_or_create(name=name, defaults={"is_fictional": True})
        return organisation

    def seat_people(self):
        since = date(self.year - 1, 9, 1)
        home = self._institution("Communauté urbaine du banc d’essai")
        shared = {"cite": self.cite, "organisation": home, "starts_on": since}
        Mandate.objects.create(person=self.actor.person, role=Role.LEAD, title="Cheffe de projet", **shared)
        self.pilots = []
        for order, (civility, first_name, last_name, side) in enumerate(texts.PILOTS, start=1):
            side = self.sides[side]
            person, _ = Person.objects.get_or_create(
                first_name=first_name, last_name=last_name, defaults={"civility": civility, "is_fictional": True}
            )
            seat = Seat.objects.create(side=side, organisation=home, label=f"Siège {order}", order=order)
            self.pilots.append(Mandate.objects.create(person=person, role=Role.PILOT, side=side, seat=seat, **shared))

    def open_money(self):
        self.sources, self.acts = [], []
        for order, (label, short_label, circuit, side, act) in enumerate(texts.SOURCES, start=1):
            organisation = self._institution(label)
            source = FundingSource.objects.create(
                cite=self.cite,
                organisation=organisation,
                label=label,
                short_label=short_label,
                circuit=circuit,
                side=None if side is None else self.sides[side],
                order=order,
            )
            self.sources.append(source)
            Partnership.objects.create(cite=self.cite, organisation=organisation, part=Part.FUNDER)
            Envelope.objects.create(
                source=source,
                budget_year=self.year,
                notified=Decimal(self.size * 2000),
                notified_on=date(self.year, 2, 3),
                notified_reference=f"Notification {order}",
                entered_by=self.actor,
            )
            self.acts.append(
                FunderAct.objects.create(
                    cite=self.cite,
                    organisation=organisation,
                    kind=act,
                    number=f"{self.year}-{order:03d}",
                    decided_on=date(self.year, 1, 20),
                    created_by=self.actor,
                )
            )

    def write_strategy(self):
        programme = Programme.objects.create(
            cite=self.cite,
            label=f"Programme {self.year - 2}-{self.year + 1}",
            starts_on=self.cite.label_starts_on,
            ends_on=self.cite.label_ends_on,
            published_at=timezone.now(),
        )
        self.objectives = []
        for order, (national, label, short_label) in enumerate(texts.AXES, start=1):
            axis = Axis.objects.create(
                programme=programme, national_objective=national, label=label, short_label=short_label, order=order
            )
            for rank, text in enumerate(texts.OBJECTIVES, start=1):
                self.objectives.append(
                    Objective.objects.create(axis=axis, label=f"{text} ({short_label})", order=rank)
                )
        self.call = Call.objects.create(cite=self.cite, label=str(self.year), budget_year=self.year)

    def file_actions(self):
        """The first seven in ten are retained, the others wait for their decision."""
        self.actions = Action.objects.bulk_create([self._action(rank) for rank in range(self.size)], batch_size=BATCH)
        self.retained = self.actions[: self.size * 7 // 10]
        self.waiting = self.actions[self.size * 7 // 10 :]
        through = Action.communes.through
        through.objects.bulk_create(
            [
                through(action=action, commune=self.communes[rank % len(self.communes)])
                for rank, action in enumerate(self.actions)
                if action.scope == "communal"
            ],
            batch_size=BATCH,
        )
        Entry.objects.bulk_create(
            [self._line(action, verb, words) for action in self.actions for verb, words in TOLD], batch_size=BATCH
        )

    def _action(self, rank):
        objective = self.objectives[rank % len(self.objectives)]
        title = texts.ACTIONS[rank % len(texts.ACTIONS)]
        place = texts.PLACES[rank // len(texts.ACTIONS) % len(texts.PLACES)]
        return Action(
            cite=self.cite,
            call=self.call,
            budget_year=self.year,
            code=f"CE{self.year % 100:02d}-{rank + 1:03d}",
            title=f"{title} – {place}",
            holder=self.holders[rank % len(self.holders)],
            axis=objective.axis,
            objective=objective,
            scope="intercommunal" if rank % 5 == 4 else "communal",
            audience=texts.AUDIENCES[rank % len(texts.AUDIENCES)],
            summary=texts.SUMMARY,
            starts_on=date(self.year, 1 + rank % 3, 1),
            ends_on=date(self.year, 12, 31),
            external_ref=f"DA{self.size}-{rank + 1:05d}",
            status=ActionStatus.RETAINED if rank < self.size * 7 // 10 else ActionStatus.SUBMITTED,
            submitted_on=date(self.year, 1, 10),
            shared_at=timezone.now(),
            created_by=self.actor,
        )

    def _line(self, action, verb, words):
        return Entry(
            cite_id=self.cite.pk,
            actor=self.actor,
            verb=verb,
            subject_type=action._meta.label_lower,
            subject_pk=action.pk,
            subject_label=str(action)[:200],
            sentence=f"{self.actor} {words}",
        )

    def fund_actions(self):
        """Three sources for each action; every amount has its line in the ledger."""
        fundings = [
            self._funding(action, rank, source)
            for rank, action in enumerate(self.actions)
            for source in self._funders(rank)
        ]
        self.fundings = Funding.objects.bulk_create(fundings, batch_size=BATCH)
        entries = [entry for funding in self.fundings for entry in self._entries(funding)]
        FundingEntry.objects.bulk_create(entries, batch_size=BATCH)

    def _funders(self, rank):
        """State, intercommunality and the commune; the CAF in place of the latter for some retained actions."""
        is_family = rank % 10 == 9 and rank < len(self.retained)
        return 0, 1, 5 if is_family else 2 + rank % 3

    def _funding(self, action, rank, source):
        asked = Decimal(1500 + rank * 37 % 80 * 50 + 200 * source)
        last = Step.PAID if action.status == ActionStatus.RETAINED else Step.PROPOSED
        amounts = {str(step): (asked * share / 1000).quantize(Decimal(1)) * 10 for step, share in _until(last)}
        if "programmed" in amounts:
            amounts |= {
                "programmed_on": date(self.year, 1, 18),
                "programmed_reference": f"TR-{self.year}-001",
                "granted_on": self.acts[source].decided_on,
                "act": self.acts[source],
            }
        return Funding(action=action, source=self.sources[source], budget_year=self.year, **amounts)

    def _entries(self, funding):
        for step in FIELDS:
            amount = getattr(funding, step)
            if amount is not None:
                yield FundingEntry(
                    funding=funding,
                    step=step,
                    after=amount,
                    kind=EntryKind.ENTRY,
                    fact_on=date(self.year, *DAYS.get(step, (1, 18))),
                    entered_by=self.actor,
                )

    def moment(self, days, hour=14):
        """So many days from today, in local time."""
        return timezone.make_aware(datetime.combine(self.today + timedelta(days=days), time(hour)))


DAYS = {"granted": (1, 20), "paid": (3, 15)}  # month, day; the others on the day of programming


def _until(last):
    steps = list(FIELDS)
    return [(step, FIELDS[step]) for step in steps[: steps.index(last) + 1]]
