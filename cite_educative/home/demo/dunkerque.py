"""The Cité of Dunkerque: real territory, invented persons, holders and amounts. Built by the services only."""

from datetime import date
from decimal import Decimal

from actions.enums import ActKind, Step
from actions.models import Action, Axis, Call, FunderAct, FundingSource, Objective, Programme
from actions.services import (
    create_action,
    ensure_funding,
    publish_actions,
    publish_programme,
    record_act,
    record_amount,
    release_notifications,
    save_axis,
    save_call,
    save_envelope,
    save_objective,
    save_programme,
    save_source,
    submit_action,
)
from cite_educative.home.demo import plan
from cite_educative.home.demo.accounts import ACCOUNTS, OTHERS, PASSWORD
from cite_educative.home.demo.waves import FIRST_WAVE, SECOND_WAVE
from partners.enums import OrganisationKind, Part, SideKind
from partners.models import Commune, Neighbourhood, School, User
from partners.services import (
    create_cite,
    create_organisation,
    create_person,
    create_seat,
    open_mandate,
)

SLUG = "dunkerque"
COMMUNES = ("Dunkerque", "Grande-Synthe", "Coudekerque-Branche", "Saint-Pol-sur-Mer")
SINCE = date(2023, 9, 1)
SIDES = (
    (SideKind.EDUCATION, "Éducation nationale"),
    (SideKind.STATE, "Services de l’État"),
    (SideKind.COMMUNES, "Communes"),
    (SideKind.INTERCOMMUNALITY, "Communauté urbaine"),
)
# key: (name, kind); the institutions are real, the persons who act for them are invented.
INSTITUTIONS = {
    "state": ("Préfecture du Nord", OrganisationKind.STATE),
    "academy": ("Direction des services départementaux de l’Éducation nationale du Nord", OrganisationKind.EDUCATION),
    "caf": ("Caisse d’allocations familiales du Nord", OrganisationKind.FAMILY_FUND),
    "centre": ("Centre social des Dunes", OrganisationKind.ASSOCIATION),
}
# Saint-Pol-sur-Mer is an associated commune of Dunkerque, whose town hall acts for both.
TOWNS = {
    "ville_dk": ("Dunkerque", "Saint-Pol-sur-Mer"),
    "ville_gs": ("Grande-Synthe",),
    "ville_cb": ("Coudekerque-Branche",),
}
REAL = frozenset({"cud", "ville_dk", "ville_gs", "ville_cb", "state", "academy", "caf"})
WITHOUT_SIRET = frozenset({"velo"})  # one holder for whom a check asks for it
# key: (organisation, label, short label, detail, circuit, kind of side)
SOURCES = {
    plan.STATE: ("state", "État – P147", "État", "crédits politique de la ville", "state_direct", SideKind.STATE),
    plan.CUD: (
        "cud",
        "Communauté urbaine",
        "CUD",
        "délibération du conseil",
        "intercommunality",
        SideKind.INTERCOMMUNALITY,
    ),
    plan.DK: ("ville_dk", "Ville de Dunkerque", "Dunkerque", "part communale", "commune", SideKind.COMMUNES),
    plan.GS: ("ville_gs", "Ville de Grande-Synthe", "Grande-Synthe", "part communale", "commune", SideKind.COMMUNES),
    plan.CB: (
        "ville_cb",
        "Ville de Coudekerque-Branche",
        "Coudekerque",
        "part communale",
        "commune",
        SideKind.COMMUNES,
    ),
    plan.CAF: ("caf", "CAF du Nord", "CAF", "fonds publics et territoires", "family_fund", None),
}


class Dunkerque:
    """Builds step by step; the attributes are what later steps need."""

    def build(self):
        self._open_cite()
        self._seat_people()
        self._open_money()
        self._write_strategy()
        self.last_year = self._call(2025, date(2024, 10, 1), date(2024, 12, 6))
        self.call = self._call(2026, date(2025, 10, 1), date(2025, 12, 5))
        self._take_over_last_year()
        self.first_wave = [self._file(row, date(2025, 12, 4)) for row in FIRST_WAVE]
        return self

    def _open_cite(self):
        organisations = {**plan.HOLDERS, **INSTITUTIONS}
        communes = {commune.name: commune for commune in Commune.objects.filter(name__in=COMMUNES)}
        self.communes = communes
        self.actor = User.objects.create_user(ACCOUNTS[0].email, PASSWORD)
        self.cite = create_cite(
            actor=self.actor,
            name="Dunkerque – Grande-Synthe",
            slug=SLUG,
            sides=SIDES,
            communes=communes.values(),
            neighbourhoods=Neighbourhood.objects.filter(communes__in=communes.values()).distinct(),
            schools=School.objects.filter(commune__in=communes.values()),
            label_starts_on=date(2024, 9, 1),
            label_ends_on=date(2027, 8, 31),
        )
        self.organisations = {
            key: create_organisation(
                actor=self.actor,
                cite=self.cite,
                part=Part.ASSOCIATED,
                name=name,
                kind=kind,
                is_fictional=key not in REAL,
                siret=plan.REAL_SIRETS.get(key, "") if key in REAL | WITHOUT_SIRET else plan.invented_siret(rank),
                communes=[communes[town] for town in TOWNS.get(key, ())],
            )
            for rank, (key, (name, kind)) in enumerate(organisations.items(), start=1)
        }
        self.cite.lead_organisation = self.organisations["cud"]
        self.cite.save(update_fields=["lead_organisation"])
        self.sides = {side.kind: side for side in self.cite.sides.all()}

    def _seat_people(self):
        self.mandates = []
        for account in (*ACCOUNTS, *OTHERS):
            identity = {"civility": account.civility, "first_name": account.first_name, "last_name": account.last_name}
            person = create_person(
                actor=self.actor,
                cite=self.cite,
                function=account.title,
                email=account.email if account.login else "",
                is_fictional=True,
                **identity,
            )
            self._open_account(account, person)
            self.mandates.append(self._mandate(account, person))
        # The actor's rights were read before she had any.
        self.actor = User.objects.get(pk=self.actor.pk)

    def _open_account(self, account, person):
        if account.login == ACCOUNTS[0].login:
            self.actor.person = person
            self.actor.save(update_fields=["person"])
        elif account.login:
            # One password for all: one hash, which takes longer than all the rest of an account.
            User.objects.create(email=account.email, password=self.actor.password, person=person)

    def _mandate(self, account, person):
        organisation = self.organisations[account.organisation]
        side = self.sides.get(account.side)
        seat = None
        if account.seat:
            seat = create_seat(actor=self.actor, side=side, organisation=organisation, label=account.seat)
        return open_mandate(
            actor=self.actor,
            cite=self.cite,
            person=person,
            organisation=organisation,
            role=account.role,
            starts_on=SINCE,
            side=side,
            seat=seat,
            communes=[self.communes[name] for name in account.communes],
            title=account.title,
        )

    def _open_money(self):
        self.sources = {}
        for order, (key, row) in enumerate(SOURCES.items(), start=1):
            organisation, label, short_label, detail, circuit, side = row
            self.sources[key] = save_source(
                FundingSource(
                    cite=self.cite,
                    organisation=self.organisations[organisation],
                    label=label,
                    short_label=short_label,
                    detail=detail,
                    circuit=circuit,
                    side=self.sides.get(side),
                    order=order,
                ),
                actor=self.actor,
            )
        for key, (notified, on, reference) in plan.ENVELOPES.items():
            save_envelope(
                source=self.sources[key],
                budget_year=2026,
                actor=self.actor,
                notified=Decimal(notified),
                notified_on=on,
                notified_reference=reference,
            )

    def _write_strategy(self):
        programme = save_programme(
            Programme(
                cite=self.cite, label="Programme 2024-2027", starts_on=date(2024, 9, 1), ends_on=date(2027, 8, 31)
            ),
            actor=self.actor,
        )
        self.axes, self.objectives = {}, {}
        for order, (key, (national, label, short_label, objectives)) in enumerate(plan.AXES.items(), start=1):
            axis = Axis(
                programme=programme, national_objective=national, label=label, short_label=short_label, order=order
            )
            self.axes[key] = save_axis(axis, actor=self.actor)
            for position, text in enumerate(objectives):
                objective = Objective(axis=axis, label=text, order=position + 1)
                self.objectives[key, position] = save_objective(objective, actor=self.actor)
        publish_programme(programme, actor=self.actor)

    def _call(self, year, opens_on, closes_on):
        label = f"Appel à projets {year}"
        call = Call(cite=self.cite, label=label, budget_year=year, opens_on=opens_on, closes_on=closes_on)
        return save_call(call, actor=self.actor)

    def _sheet(self, *, title, holder, axis, objective, communes, call, **fields):
        return create_action(
            cite=self.cite,
            actor=self.actor,
            call=call,
            budget_year=call.budget_year,
            title=title,
            holder=self.organisations[holder],
            axis=self.axes[axis],
            objective=self.objectives[axis, objective],
            scope="communal" if communes else "intercommunal",
            communes=[self.communes[name] for name in communes],
            external_ref=f"DA{call.budget_year % 100:02d}{Action.objects.filter(cite=self.cite).count() + 1:06d}",
            **fields,
        )

    def _amount(self, action, key, step, amount, on):
        if amount is not None:
            record_amount(
                action=action,
                source=self.sources[key],
                budget_year=action.budget_year,
                step=step,
                amount=Decimal(amount),
                on=on,
                actor=self.actor,
            )

    def _file(self, row, on, *, call=None, late_reason=""):
        """A sheet, its requests, and what the technical committee proposes."""
        action = self._sheet(
            title=row.title,
            holder=row.holder,
            axis=row.axis,
            objective=row.objective,
            communes=row.communes,
            call=call or self.call,
            audience=row.audience,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            renews=self.last_actions.get(plan.RENEWED.get(row.title)),
        )
        for key, (requested, proposed, _, _) in row.money.items():
            self._amount(action, key, Step.REQUESTED, requested, on)
            self._amount(action, key, Step.PROPOSED, proposed, on)
        return submit_action(action, actor=self.actor, on=on, late_reason=late_reason)

    def file_second_wave(self):
        """In time but for the last one, accepted late."""
        *rows, last = SECOND_WAVE
        self.second_wave = [self._file(row, date(2026, 10, 9), call=self.second_call) for row in rows]
        reason = "Panne de Dauphin le jour de la clôture, signalée par le porteur."
        self.second_wave.append(self._file(last, date(2026, 10, 12), call=self.second_call, late_reason=reason))

    def grant_first_wave(self):
        """After the Troïka programmed: each funder's act, then the payments known."""
        for key, source in self.sources.items():
            kind = (
                ActKind.ORDER
                if key == plan.STATE
                else ActKind.FAMILY_FUND
                if key == plan.CAF
                else ActKind.DELIBERATION
            )
            act = FunderAct(
                cite=self.cite,
                organisation=source.organisation,
                kind=kind,
                number=f"2026-{source.order:02d}",
                decided_on=date(2026, 5, 22),
                label="Programmation 2026 de la Cité éducative",
                created_by=self.actor,
            )
            grants = [
                (ensure_funding(action, source, 2026), Decimal(row.money[key][2]))
                for action, row in zip(self.first_wave, FIRST_WAVE, strict=True)
                if key in row.money and row.money[key][2] is not None
            ]
            record_act(act=act, grants=grants, actor=self.actor)
            release_notifications(
                source=source, budget_year=2026, call=self.call, actor=self.actor, on=date(2026, 6, 1)
            )
        for action, row in zip(self.first_wave, FIRST_WAVE, strict=True):
            for key, (_, _, _, paid) in row.money.items():
                self._amount(action, key, Step.PAID, paid, date(2026, 6, 9))
        publish_actions(Action.objects.filter(cite=self.cite), actor=self.actor)

    def _take_over_last_year(self):
        """What was granted in 2025, taken over from the table kept before."""
        actions, self.last_actions = [], {}
        for title, holder, axis, objective, communes, money in plan.LAST_YEAR:
            action = self._sheet(
                title=title,
                holder=holder,
                axis=axis,
                objective=objective,
                communes=communes,
                call=self.last_year,
                audience="Enfants et jeunes",
                starts_on=date(2025, 1, 13),
                ends_on=date(2025, 12, 19),
            )
            for key, amount in money.items():
                self._amount(action, key, Step.REQUESTED, amount, date(2024, 12, 5))
            self.last_actions[title] = action
            actions.append((submit_action(action, actor=self.actor, on=date(2024, 12, 5)), money))
        for key, source in self.sources.items():
            grants = [
                (ensure_funding(action, source, 2025), Decimal(money[key]))
                for action, money in actions
                if key in money
            ]
            if grants:
                act = FunderAct(
                    cite=self.cite,
                    organisation=source.organisation,
                    kind=ActKind.TAKEOVER,
                    call=self.last_year,
                    label="Tableau de suivi 2025",
                    created_by=self.actor,
                )
                record_act(act=act, grants=grants, actor=self.actor, entered_on=date(2025, 6, 30))
                release_notifications(source=source, budget_year=2025, actor=self.actor, on=date(2025, 7, 1))
