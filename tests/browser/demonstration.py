"""The objects that the pages show, looked up in the demonstration or made the first time they are asked for."""

from datetime import date, timedelta

from django.utils import timezone

from actions import outside, state_exports
from actions.enums import ActionStatus, EntryKind, ImportState
from actions.imports import save_answers, start_import
from actions.models import (
    Action,
    Axis,
    BulkRun,
    Call,
    FinancialStatement,
    FundingEntry,
    FundingSource,
    ImportRun,
    Opinion,
    Scenario,
    StateExport,
)
from actions.services import add_comment, create_action, holder_contacts, remind
from cite_educative.home.demo.accounts import DOMAIN
from cite_educative.home.demo.dunkerque import SLUG
from cite_educative.home.demo.others import DATA, MONTPELLIER
from cite_educative.home.models import Handover
from cite_educative.home.services.handover import hand_over
from governance.enums import BodyKind, ItemKind, MeetingStatus, Presence
from governance.models import Body, Meeting
from governance.services import (
    add_item,
    discuss_item,
    expected_mandates,
    open_meeting,
    plan_meeting,
    proposed_effects,
    save_decision,
    save_discussion,
    set_attendance,
)
from partners import imports as territory
from partners import services
from partners.enums import Gesture, TerritoryKind, TerritoryState
from partners.models import (
    AccessLink,
    Cite,
    TerritoryImport,
    User,
)


class Demonstration:
    """The objects that the pages show. Everything is looked up when asked, in the database of the moment."""

    def __init__(self):
        self.cite = Cite.objects.get(slug=SLUG)
        self.lead = User.objects.get(email=f"pilote@{DOMAIN}")
        self.actions = Action.objects.filter(cite=self.cite)
        self.action = self.actions.get(title__startswith="Ambassadeurs de la lecture", budget_year=2026)
        self.meetings = Meeting.objects.filter(body__cite=self.cite, body__kind=BodyKind.TROIKA)

    @property
    def sent_back(self):
        return self.actions.get(status=ActionStatus.SENT_BACK)

    @property
    def submitted(self):
        return self.actions.filter(status=ActionStatus.SUBMITTED).first()

    @property
    def own_comment(self):
        return add_comment(action=self.action, actor=self.lead, body="À relire", audience="team")

    @property
    def correctable(self):
        entries = FundingEntry.objects.filter(funding__action=self.submitted, kind=EntryKind.ENTRY)
        return entries.order_by("-pk").first()

    @property
    def shared(self):
        """An intercommunal action on which the communes have reported."""
        return self.actions.get(title__startswith="Découverte des métiers", budget_year=2026)

    @property
    def draft(self):
        """A sheet in preparation, made the first time it is asked for, with a link sent to its holder."""
        found = self.actions.filter(status=ActionStatus.DRAFT, shared_at__isnull=False).first()
        return found or self._prepare()

    def _prepare(self):
        action = create_action(
            cite=self.cite, actor=self.lead, title="Jardin des familles", holder=self.action.holder, budget_year=2026
        )
        remind(
            action=action,
            gesture=Gesture.SHEET,
            recipients=holder_contacts(action),
            subject="Fiche à compléter",
            body="{lien}",
            due_on=timezone.localdate(),
            actor=self.lead,
        )
        return action

    @property
    def axis(self):
        return Axis.objects.filter(programme__cite=self.cite, programme__versions__isnull=False).first()

    @property
    def awaited(self):
        return Opinion.objects.filter(action__cite=self.cite).awaited().first()

    @property
    def bulk_run(self):
        """A gesture on three actions, one of which it did not suit."""
        lines = [
            {"action": one.pk, "code": one.code, "title": one.title, "holder": one.holder.name, "done": rank > 0,
             "said": "Publiée." if rank else "Elle est déjà publiée."}
            for rank, one in enumerate(self.actions.filter(budget_year=2026).order_by("code")[:3])
        ]  # fmt: skip
        run = BulkRun.objects.filter(cite=self.cite, actor=self.lead, waiting=[]).first()
        return run or BulkRun.objects.create(
            cite=self.cite, actor=self.lead, gesture="publier", label="Publier", total=3, results=lines
        )

    @property
    def running(self):
        """A long gesture, one action of which is done."""
        done = self.bulk_run.results[:1]
        run = BulkRun.objects.filter(cite=self.cite, actor=self.lead).unfinished().first()
        return run or BulkRun.objects.create(
            cite=self.cite,
            actor=self.lead,
            gesture="publier",
            label="Publier",
            total=900,
            results=done,
            waiting=list(range(1, 900)),
        )

    @property
    def second_call(self):
        return self.of_cite(Call, cite=self.cite, label__endswith="deuxième vague")

    @property
    def scenario(self):
        return self.of_cite(Scenario, call__cite=self.cite, label="Priorité aux 0-6 ans")

    @property
    def next_call(self):
        return self.of_cite(Call, cite=self.cite, budget_year=2027)

    @property
    def scored(self):
        """A request that several sides scored."""
        return self.actions.get(title="Parler dès la crèche")

    def token(self, gesture):
        """Of a live link of the demonstration."""
        if gesture == Gesture.SHEET:
            assert self.draft
        live = AccessLink.objects.filter(gesture=gesture, used_at=None, revoked_at=None).first()
        return [services.link_path(live).rstrip("/").rpartition("/")[2]]

    def of_cite(self, model, **lookup):
        return model.objects.filter(**lookup or {"cite": self.cite}).first()

    def statement(self, state):
        return FinancialStatement.objects.filter(action__cite=self.cite, state=state).first()

    def meeting(self, status):
        return self.meetings.filter(status=status).first()

    @property
    def planned(self):
        return self.meetings.filter(status__in=[MeetingStatus.PLANNED, MeetingStatus.CONVENED]).first()

    @property
    def open(self):
        """A third Troïka, opened the first time it is asked for, with one decision written and one to write."""
        return self.meeting(MeetingStatus.IN_PROGRESS) or self._hold()

    @property
    def discussed(self):
        """The same, with its first point being discussed."""
        meeting = self.open
        return discuss_item(meeting.items.first())

    @property
    def handover(self):
        """Of a person whose leaving changes nothing else in the demonstration."""
        partner = User.objects.get(email=f"partenaire@{DOMAIN}").person
        return Handover.objects.first() or hand_over(
            actor=self.lead, cite=self.cite, leaver=partner, successor=None, leaves_on=date(2027, 12, 31)
        )

    @property
    def invited(self):
        return AccessLink.objects.filter(gesture=Gesture.INVITATION).first().person

    def letters_query(self, kind):
        """Of a line of which nobody was written to yet."""
        sources = self.cite.funding_sources.filter(letter_batches=None, releases__budget_year=2026)
        return f"?ligne={sources.first().pk}&nature={kind}"

    def link_token(self, gesture):
        """The last part of the address of a link about the account of the invited person."""
        link = services.issue_link(
            gesture=gesture,
            email=self.invited.email,
            name=str(self.invited),
            actor=self.lead,
            cite=self.cite,
            person=self.invited,
            subject=self.invited.user,
        )
        return services.link_path(link).rstrip("/").rpartition("/")[2]

    def territory_import(self, state):
        """A list of neighbourhoods, given, mapped or written."""
        run = TerritoryImport.objects.filter(cite=self.cite, state=state).first()
        if run is None:
            content = b"lib_qp;commune\nQuartier de la Citadelle;Dunkerque\nAilleurs;Nulleville\n"
            run = territory.start_import(
                cite=self.cite,
                actor=self.lead,
                kind=TerritoryKind.NEIGHBOURHOODS,
                content=content,
                filename="quartiers.csv",
            )
            if state != TerritoryState.UPLOADED:
                territory.save_mapping(run=run, mapping=run.mapping, actor=self.lead)
            if state == TerritoryState.DONE:
                plan = territory.plan_of(run, self.lead)
                territory.confirm_import(run=run, actor=self.lead, fingerprint=plan.fingerprint, skip=True)
        return run

    def outside_import(self, state):
        """The table of the contrat de ville that is kept, or votes of Paris given to Dunkerque on the way."""
        run = self.cite.outside_imports.filter(state=state).first()
        if run is None:
            name = "paris_pdv_2025_enveloppe2_10e_11e_13e_lignes.csv"
            run = outside.start_import(
                cite=self.cite,
                actor=self.lead,
                programme="Votes de Paris",
                budget_year=2025,
                content=(DATA / name).read_bytes(),
                filename=name,
            )
            if state == ImportState.READY:
                answers = {question.id: question.proposal for question in outside.plan_of(run).required}
                outside.save_answers(run=run, mapping=run.mapping | {"answers": answers})
        return run

    def importing(self, state):
        """A table of Montpellier given to Dunkerque, still at the settings or already at the preview."""
        runs = ImportRun.objects.filter(cite=self.cite, state=state)
        return runs.first() or self._import(state)

    def _import(self, state):
        name = MONTPELLIER[0]
        call = Call.objects.filter(cite=self.cite).first()
        run = start_import(call=call, actor=self.lead, content=(DATA / name).read_bytes(), filename=name)
        if state == ImportState.READY:
            source = FundingSource.objects.filter(cite=self.cite).first()
            answers = {"funder": {"source": source.label}, "title": "Fonctionnement"}
            save_answers(run=run, mapping=run.mapping | {"answers": answers})
        return run

    def exporting(self, state):
        """An export of the State, still at the settings, already at the preview, or compared."""
        return StateExport.objects.filter(cite=self.cite, state=state).first() or self._export(state)

    def _export(self, state):
        title = "Référence;Intitulé;Demandeur;Coût total;Subvention demandée;Date début;Date fin;Statut\n"
        rows = [
            f"{action.external_ref};{action.title};{action.holder};90000;;12/01/2026;18/12/2026;Rejetée\n"
            for action in self.actions.filter(budget_year=2026).exclude(external_ref="")[:3]
        ]
        near = f"X-1;{self.action.title} (suite);{self.action.holder};5000;1200;;;\n"
        content = "".join([title, *rows, near, "X-2;Radio des dunes;Ondes;900;900;;;\n"]).encode()
        run = state_exports.start_export(
            cite=self.cite, actor=self.lead, content=content, filename="dauphin.csv", budget_year=2026
        )
        if state == ImportState.READY:
            state_exports.save_answers(run=run, mapping={"answers": {"funder": "skip"}})
        return run

    def _hold(self):
        body = Body.objects.get(cite=self.cite, kind=BodyKind.TROIKA)
        meeting = plan_meeting(
            body=body, actor=self.lead, starts_at=timezone.now() + timedelta(days=1), place="Sous-préfecture"
        )
        wave = list(self.actions.filter(agenda_items__isnull=False, agenda_items__meeting=self.planned))
        first, _, last = [
            add_item(meeting=meeting, actor=self.lead, title=title, kind=kind, actions=actions)
            for title, kind, actions in (
                ("Deux actions urgentes", ItemKind.DECISION, wave[:2]),
                ("Quatre actions de la seconde vague", ItemKind.DECISION, wave[2:6]),
                ("Calendrier des instances", ItemKind.INFORMATION, []),
            )
        ]
        meeting = open_meeting(meeting, actor=self.lead)
        for mandate in list(expected_mandates(meeting))[:4]:
            set_attendance(meeting=meeting, mandate=mandate, presence=Presence.PRESENT, actor=self.lead)
        save_decision(
            item=first,
            actor=self.lead,
            title="Programmer deux actions",
            text="La Troïka programme deux actions.",
            is_agreed=True,
            effects=proposed_effects(first),
        )
        save_discussion(last, actor=self.lead, version=last.version, html="<p>Les dates sont retenues.</p>")
        return meeting
