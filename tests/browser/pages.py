"""Every page that opens with a GET, with objects of the demonstration. A page missing here fails `test_pages.py`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from actions.enums import ActionStatus, ImportState
from actions.imports import save_answers, start_import
from actions.models import (
    Action,
    Axis,
    Call,
    Exchange,
    FundingSource,
    ImportRun,
    LibraryItem,
    Objective,
    Opinion,
    Programme,
)
from actions.services import create_action, holder_contacts, remind
from cite_educative.documents.models import GeneratedFile
from cite_educative.home.demo.accounts import DOMAIN
from cite_educative.home.demo.dunkerque import SLUG
from cite_educative.home.demo.others import DATA, MONTPELLIER
from cite_educative.home.models import Handover
from cite_educative.home.services.handover import hand_over
from governance.enums import BodyKind, ItemKind, MeetingStatus, Presence
from governance.models import AgendaItem, Body, Decision, Meeting
from governance.services import (
    add_item,
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
    Mandate,
    Organisation,
    OutgoingMessage,
    Person,
    PhotoConsent,
    ProcessingActivity,
    Seat,
    TerritoryImport,
    User,
)
from partners.territory_pages import PERIMETER_PAGES


class Demonstration:
    """The objects that the pages show. Everything is looked up when asked, in the database of the moment."""

    def __init__(self):
        self.cite = Cite.objects.get(slug=SLUG)
        self.lead = User.objects.get(email=f"pilote@{DOMAIN}")
        self.actions = Action.objects.filter(cite=self.cite)
        self.action = self.actions.get(title__startswith="Ambassadeurs de la lecture", budget_year=2026)
        self.meetings = Meeting.objects.filter(body__cite=self.cite, body__kind=BodyKind.TROIKA)

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
    def awaited(self):
        return Opinion.objects.filter(action__cite=self.cite).awaited().first()

    def token(self, gesture):
        """Of a live link of the demonstration."""
        if gesture == Gesture.SHEET:
            assert self.draft
        live = AccessLink.objects.filter(gesture=gesture, used_at=None, revoked_at=None).first()
        return [services.link_path(live).rstrip("/").rpartition("/")[2]]

    def of_cite(self, model, **lookup):
        return model.objects.filter(**lookup or {"cite": self.cite}).first()

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
    def handover(self):
        """Of a person whose leaving changes nothing else in the demonstration."""
        partner = User.objects.get(email=f"partenaire@{DOMAIN}").person
        return Handover.objects.first() or hand_over(
            actor=self.lead, cite=self.cite, leaver=partner, successor=None, leaves_on=date(2027, 12, 31)
        )

    @property
    def invited(self):
        return AccessLink.objects.filter(gesture=Gesture.INVITATION).first().person

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


@dataclass(frozen=True)
class Page:
    name: str
    args: Callable = lambda demo: []
    query: str = ""
    login: str | None = "pilote"
    status: int = 200
    # Says which, when a name has several pages.
    which: str = field(default="", compare=False)

    @property
    def label(self):
        return "-".join(filter(None, [self.name.replace(":", "-"), self.which, self.login or "anonyme"]))

    def path(self, demo):
        return reverse(self.name, args=self.args(demo)) + self.query


def _action(demo):
    return [demo.action.pk]


def _asked(demo):
    return [demo.awaited.action_id]


def _draft(demo):
    return [demo.planned.items.first().pk]


def _mandate(demo):
    return [Mandate.objects.filter(cite=demo.cite, title__startswith="Référent").get().pk]


def _seat(demo):
    return [Seat.objects.get(side__cite=demo.cite, label="Déléguée du préfet").pk]


def _organisation(demo):
    return [demo.action.holder_id]


def _person(demo):
    return [Mandate.objects.get(pk=_mandate(demo)[0]).person_id]


def _twins(model, **lookup):
    """The two rows of the demonstration that stand for one."""
    return lambda demo: [row.pk for row in model.objects.filter(**lookup).order_by("pk")[:2]]


def _first(model, **lookup):
    return lambda demo: [demo.of_cite(model, **{key: getattr(demo, value) for key, value in lookup.items()}).pk]


def _commune(demo):
    return [demo.cite.communes.get(name="Grande-Synthe").pk]


PAGES = [
    Page("home"),
    Page("search", query="?q=lecture"),
    Page("search", query="?q=introuvable", which="vide"),
    Page("login", login=None),
    Page("password_change"),
    Page("password_reset", login=None),
    Page("password_reset_done", login=None),
    Page("partners:invitation", lambda demo: [demo.link_token(Gesture.INVITATION)], login=None),
    Page("partners:invitation", lambda demo: ["faux"], login=None, status=410, which="mort"),
    Page("partners:new_password", lambda demo: [demo.link_token(Gesture.PASSWORD)], login=None),
    Page("partners:new_email", lambda demo: [demo.link_token(Gesture.EMAIL)], login=None),
    Page("partners:account"),
    Page("partners:account_email"),
    Page("partners:sessions"),
    Page("partners:second_factor"),
    Page("partners:accounts"),
    Page("partners:invitations"),
    Page("partners:account_manage", lambda demo: [demo.invited.pk]),
    Page("partners:account_second_factor", lambda demo: [demo.invited.pk]),
    Page("partners:security"),
    Page("partners:messages"),
    Page("partners:message", lambda demo: [OutgoingMessage.objects.filter(kind="invitation").first().pk]),
    Page("actions:list"),
    Page("actions:list", query="?q=introuvable", which="vide"),
    Page("actions:create"),
    Page("actions:import"),
    Page("actions:import_run", lambda demo: [demo.importing(ImportState.UPLOADED).pk], which="reglages"),
    Page("actions:import_run", lambda demo: [demo.importing(ImportState.READY).pk], which="apercu"),
    Page(
        "actions:import_run", lambda demo: [ImportRun.objects.filter(state=ImportState.DONE).first().pk], which="fait"
    ),
    Page("actions:detail", _action),
    Page("actions:update", _action),
    Page("actions:money", _action),
    Page("actions:amount", _action),
    Page("actions:history", _action),
    Page("actions:documents", _action),
    Page("actions:documents", _action, login="porteur"),
    Page("actions:piece_create", _action),
    Page("actions:piece_refuse", lambda demo: [demo.action.pieces.filter(refused_on=None).first().pk]),
    Page("actions:ask_pieces", _action),
    Page("actions:ask_sheet", lambda demo: [demo.draft.pk]),
    Page("actions:own", login="porteur"),
    Page("actions:opinions", _asked),
    Page("actions:opinion_ask", _asked),
    Page("actions:opinion_enter", _asked),
    Page("actions:opinion_answer", lambda demo: [demo.awaited.pk], login="elu"),
    Page("actions:link_piece", lambda demo: demo.token(Gesture.PIECE), login=None),
    Page("actions:link_sheet", lambda demo: demo.token(Gesture.SHEET), login=None),
    Page("actions:link_opinion", lambda demo: demo.token(Gesture.OPINION), login=None),
    Page("actions:call_pieces", lambda demo: [demo.action.call_id]),
    Page("actions:expected_create", lambda demo: [demo.action.call_id]),
    Page("actions:expected_update", lambda demo: [demo.action.call.expected_pieces.first().pk]),
    Page("actions:finances"),
    Page("actions:act_create"),
    Page("actions:envelope", _first(FundingSource)),
    Page("actions:source_create"),
    Page("actions:source_update", _first(FundingSource)),
    Page("actions:plan"),
    Page("actions:programme_create"),
    Page("actions:programme_update", _first(Programme)),
    Page("actions:axis_create", _first(Programme)),
    Page("actions:axis_update", lambda demo: [Axis.objects.filter(programme__cite=demo.cite).first().pk]),
    Page("actions:objective_create", lambda demo: [Axis.objects.filter(programme__cite=demo.cite).first().pk]),
    Page(
        "actions:objective_update", lambda demo: [Objective.objects.filter(axis__programme__cite=demo.cite).first().pk]
    ),
    Page("actions:call_list"),
    Page("actions:call_create"),
    Page("actions:call_update", _first(Call)),
    Page("governance:home"),
    Page("governance:body_create"),
    Page("governance:body_members", _first(Body)),
    Page("governance:meeting_create"),
    Page("governance:meeting", lambda demo: [demo.planned.pk], which="a-venir"),
    Page("governance:meeting", lambda demo: [demo.meeting(MeetingStatus.PUBLISHED).pk], which="tenue"),
    Page("governance:meeting_update", lambda demo: [demo.planned.pk]),
    Page("governance:item_create", lambda demo: [demo.planned.pk]),
    Page("governance:item_update", _draft),
    Page("governance:note", _draft, which="a-ecrire"),
    Page(
        "governance:note",
        lambda demo: [AgendaItem.objects.filter(meeting__in=demo.meetings, note__status="issued").first().pk],
        which="emise",
    ),
    Page("governance:note_preview", _draft),
    Page("governance:live", lambda demo: [demo.open.pk]),
    Page("governance:closing", lambda demo: [demo.open.pk]),
    Page("governance:decisions"),
    Page("governance:decision", lambda demo: [Decision.objects.filter(body__cite=demo.cite).adopted().first().pk]),
    Page("governance:action_decisions", _action),
    Page("governance:network"),
    Page("governance:network", login="referent"),
    Page("governance:network_message"),
    Page("governance:commune", _commune),
    Page("governance:commune", _commune, login="referent"),
    Page("governance:commune", _commune, login="partenaire"),
    Page("settings"),
    Page("rights"),
    Page("rights", login="referent"),
    Page("journal"),
    Page("service"),
    Page("partners:cite_edit"),
    Page("partners:view_as"),
    Page("partners:list"),
    Page("partners:organisation", _organisation),
    Page("partners:organisation_create"),
    Page("partners:organisation_edit", _organisation),
    Page("partners:partnership_create", _organisation),
    Page("partners:troika"),
    Page("partners:seat_create"),
    Page("partners:mandate_create"),
    Page("partners:territory"),
    Page("partners:schools"),
    *(Page("partners:perimeter", lambda demo, part=part: [part]) for part in PERIMETER_PAGES),
    Page("partners:commune_create"),
    Page("partners:commune_edit", lambda demo: [demo.cite.communes.first().pk]),
    Page("partners:neighbourhood_create"),
    Page("partners:neighbourhood_edit", lambda demo: [demo.cite.neighbourhoods.first().pk]),
    Page("partners:school_create"),
    Page("partners:school_edit", lambda demo: [demo.cite.schools.first().pk]),
    Page("partners:territory_import"),
    *(
        Page("partners:territory_import_run", lambda demo, state=state: [demo.territory_import(state).pk])
        for state in (TerritoryState.UPLOADED, TerritoryState.READY, TerritoryState.DONE)
    ),
    Page("actions:exchanges"),
    Page("actions:exchange_create", query="?nature=national"),
    Page("actions:exchange", _first(Exchange)),
    Page("actions:exchange_update", _first(Exchange)),
    Page("actions:action_exchanges", _action),
    Page("actions:action_exchanges", _action, login="porteur"),
    Page("actions:organisation_actions", _organisation),
    Page("actions:organisation_exchanges", _organisation),
    Page("actions:person_exchanges", lambda demo: [demo.lead.person_id]),
    Page("actions:national"),
    Page("actions:peer_create"),
    Page("actions:library"),
    Page("actions:library_create"),
    Page("actions:library_item", _first(LibraryItem)),
    Page("actions:library_update", _first(LibraryItem)),
    Page("actions:library_version_create", _first(LibraryItem)),
    Page("partners:mandates"),
    Page("partners:mandate_edit", _mandate),
    Page("partners:mission_letter_create", _mandate),
    Page("partners:seat", _seat),
    Page("partners:seat_edit", _seat),
    Page("partners:seat_close", _seat),
    Page("partners:protocol"),
    Page("partners:mandate_end", _mandate),
    Page("partners:person", _person),
    Page("partners:person_edit", _person),
    Page("governance:people"),
    Page("governance:person_bodies", _person),
    Page("partners:duplicates"),
    Page("partners:organisation_merge", _twins(Organisation, name__endswith="Centre social des Dunes")),
    Page("partners:person_merge", _twins(Person, last_name="Wallaert")),
    Page("gdpr"),
    Page("gdpr_activity", lambda demo: [demo.of_cite(ProcessingActivity).pk]),
    Page("gdpr_review"),
    Page("gdpr_consents"),
    Page("gdpr_consent_create"),
    Page("gdpr_consent_withdraw", lambda demo: [demo.of_cite(PhotoConsent).pk]),
    Page("person_data", lambda demo: [demo.lead.person_id]),
    Page("person_anonymise", lambda demo: [Person.objects.get(last_name="Vanhove").pk]),
    Page("handovers"),
    Page("handover_create", lambda demo: [demo.lead.person_id]),
    Page("handover", lambda demo: [demo.handover.pk]),
    Page("documents:list"),
    Page("documents:status", lambda demo: [GeneratedFile.objects.filter(cite_id=demo.cite.pk).first().pk]),
    *(
        Page(name, args, login=login)
        for login, pages in {
            "prefecture": ["home", "actions:list", "actions:detail", "actions:finances", "governance:home"],
            "referent": ["home", "actions:list", "actions:detail", "partners:troika"],
            "porteur": ["home", "actions:list", "actions:detail", "actions:money", "documents:list"],
            "partenaire": ["home", "actions:list", "partners:list", "governance:home"],
        }.items()
        for name in pages
        for args in [_action if name in ("actions:detail", "actions:money") else Page.args]
    ),
]

# Names that open no page: gestures (POST), fragments, files, style sheets, health.
NOT_PAGES = {
    "partners:territory_reference",
    "partners:territory_import_confirm",
    "partners:territory_import_abandon",
    "partners:duplicate_dismiss",
    "partners:invite",
    "partners:session_end",
    "partners:account_close",
    "partners:account_reopen",
    "partners:message_resend",
    # Pages of an account that has a second factor: `test_accounts.py`.
    "partners:verify",
    "partners:second_factor_start",
    "partners:recovery_codes",
    "partners:second_factor_remove",
    "awaiting_count",
    "context",
    "partners:cite_contrast",
    "partners:view_as_stop",
    "theme",
    "health",
    "health_web",
    "logout",
    "actions:import_confirm",
    "actions:import_abandon",
    "actions:piece",
    "actions:expected_remove",
    "actions:opinion_withdraw",
    "actions:submit",
    "actions:publish",
    "actions:programme_publish",
    "partners:seat_reopen",
    "partners:mission_letter",
    "governance:meeting_convene",
    "governance:meeting_cancel",
    "governance:meeting_open",
    "governance:meeting_publish",
    "governance:attendance",
    "governance:commune_point",
    "governance:item_move",
    "governance:item_remove",
    "governance:note_issue",
    "governance:discussion",
    "governance:decision_figures",
    "governance:decision_create",
    "governance:decision_update",
    "governance:decision_remove",
    "governance:position",
    "gdpr_adopt",
    "person_export",
    "actions:exchange_done",
    "actions:library_download",
    "documents:download",
    "documents:retry",
}
