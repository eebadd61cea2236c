"""Every page that opens with a GET, with objects of the demonstration. A page missing here fails `test_pages.py`."""

from django.utils.http import urlencode

from actions.blocks import BLOCKS
from actions.double_funding import doubles_of
from actions.enums import ImportState
from actions.finances.budget import unbalanced_budgets
from actions.models import (
    Axis,
    Call,
    ContractTheme,
    Difference,
    Exchange,
    HolidayPeriod,
    ImportRun,
    LibraryItem,
    Objective,
    Programme,
    Scheme,
    Theme,
)
from cite_educative.documents.models import GeneratedFile
from cite_educative.home.demo.budgets import EXAMPLE
from governance.enums import MeetingStatus
from governance.models import ActionPoint, AgendaItem, Body, Decision
from partners.enums import Gesture, TerritoryState
from partners.models import (
    Mandate,
    Organisation,
    OutgoingMessage,
    Person,
    PhotoConsent,
    ProcessingActivity,
    Seat,
)
from partners.territory_pages import PERIMETER_PAGES
from tests.browser.page import Page, action_of, first_of
from tests.browser.pages_bodies import BODY_PAGES
from tests.browser.pages_communication import COMMUNICATION_PAGES
from tests.browser.pages_consultations import CONSULTATION_PAGES
from tests.browser.pages_convocation import CONVOCATION_PAGES
from tests.browser.pages_evaluation import EVALUATION_NOT_PAGES, EVALUATION_PAGES
from tests.browser.pages_minutes import MINUTES_PAGES
from tests.browser.pages_money import MONEY_PAGES
from tests.browser.pages_notes import NOTE_PAGES

# The call of the demonstration asks neither for the means nor for the communication.
NOT_ASKED = ("means", "communication")
WRITTEN = [
    block.key for block in BLOCKS if (block.fields or block.texts) and not block.page and block.key not in NOT_ASKED
]


def _history(demo):
    return f"?montant={demo.action.fundings.first().pk}-paid"


def _decided(demo):
    return [Decision.objects.filter(body__cite=demo.cite).adopted().first().pk]


def _point(status):
    return lambda demo: [ActionPoint.objects.filter(cite=demo.cite, status=status).earliest("pk").pk]


def _unbalanced(demo):
    return [next(unbalanced_budgets(demo.actions)).action.pk]


def _real_budget(demo):
    return [demo.actions.get(title=EXAMPLE).pk]


def _programme(demo):
    return [demo.axis.programme_id]


def _asked(demo):
    return [demo.awaited.action_id]


def _double(demo):
    """The first that is still to be looked at."""
    return f"?{urlencode({'cle': next(one.key for one in doubles_of(demo.lead, demo.cite) if one.is_open)})}"


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
    Page("actions:cards"),
    Page("actions:timeline"),
    Page("actions:territory"),
    Page("actions:intercommunal"),
    Page("actions:saved_views"),
    Page("actions:holidays"),
    Page("actions:holiday_create"),
    Page("actions:holiday_update", lambda demo: [demo.of_cite(HolidayPeriod).pk]),
    Page("actions:batch_result", lambda demo: [demo.bulk_run.pk]),
    Page("actions:batch_result", lambda demo: [demo.running.pk], which="en-cours"),
    Page("actions:list", query="?q=introuvable", which="vide"),
    Page("actions:create"),
    Page("actions:import"),
    Page("actions:state_exports"),
    Page("actions:state_exports", login="prefecture", which="lecture"),
    Page("actions:state_export", lambda demo: [demo.exporting(ImportState.UPLOADED).pk], which="reglages"),
    Page("actions:state_export", lambda demo: [demo.exporting(ImportState.READY).pk], which="apercu"),
    Page("actions:state_export", lambda demo: [demo.exporting(ImportState.DONE).pk], which="fait"),
    Page("actions:differences"),
    Page("actions:differences", query="?etat=traites", which="traites"),
    Page("actions:detail", lambda demo: [demo.of_cite(Difference, action__cite=demo.cite).action_id], which="ecarts"),
    Page("actions:import_run", lambda demo: [demo.importing(ImportState.UPLOADED).pk], which="reglages"),
    Page("actions:import_run", lambda demo: [demo.importing(ImportState.READY).pk], which="apercu"),
    Page(
        "actions:import_run", lambda demo: [ImportRun.objects.filter(state=ImportState.DONE).first().pk], which="fait"
    ),
    Page("actions:detail", action_of),
    Page("actions:money", action_of),
    Page("actions:amount", action_of),
    Page("actions:money", action_of, query=_history, which="historique"),
    Page("actions:amounts", action_of),
    Page("actions:amounts", _unbalanced, query="?budget=1", which="budget"),
    Page("actions:budget", action_of),
    Page("actions:budget", action_of, login="porteur", which="lecture"),
    Page("actions:budget", _unbalanced, which="ecart"),
    Page("actions:budget", _real_budget, which="reel"),
    Page("actions:history", action_of),
    *(Page("actions:section", lambda demo, key=key: [demo.action.pk, key], which=key) for key in WRITTEN),
    Page("actions:section", lambda demo: [demo.sent_back.pk, "public"], login="porteur", which="renvoyee"),
    Page("actions:dauphin", action_of),
    Page("actions:renew", action_of),
    Page("actions:comments", action_of),
    Page("actions:comments", lambda demo: [demo.sent_back.pk], login="porteur", which="renvoyee"),
    Page("actions:comment_change", lambda demo: [demo.own_comment.pk]),
    Page("actions:move", lambda demo: [demo.action.pk, "suspend"]),
    Page("actions:send_back", lambda demo: [demo.submitted.pk]),
    Page("actions:undo", action_of),
    Page("actions:move_day", lambda demo: [demo.action.log.first().pk]),
    Page("actions:amount_correct", lambda demo: [demo.correctable.pk]),
    Page("actions:follow_up", action_of),
    Page("actions:follow_up", lambda demo: [demo.shared.pk], query="?fait=1", login="referent", which="communes"),
    Page("actions:report", action_of),
    Page("actions:report", lambda demo: [demo.shared.pk], login="referent", which="commune"),
    Page("actions:report", lambda demo: [demo.shared.pk], query="?commune=0", which="ensemble"),
    Page("actions:milestone_create", action_of),
    Page("actions:milestone_update", lambda demo: [demo.action.milestones.first().pk]),
    Page("actions:photo_create", action_of),
    Page("actions:documents", action_of),
    Page("actions:documents", action_of, login="porteur"),
    Page("actions:piece_create", action_of),
    Page("actions:piece_refuse", lambda demo: [demo.action.pieces.filter(refused_on=None).first().pk]),
    Page("actions:ask_pieces", action_of),
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
    *MONEY_PAGES,
    *BODY_PAGES,
    *MINUTES_PAGES,
    *NOTE_PAGES,
    *COMMUNICATION_PAGES,
    *EVALUATION_PAGES,
    Page("actions:plan"),
    Page("actions:plan_documents"),
    Page("actions:plan_documents", query="?axe=1", which="filtre"),
    Page("actions:plan_documents", login="partenaire"),
    Page("actions:programme_create"),
    Page("actions:programme_update", first_of(Programme)),
    Page("actions:axis_create", first_of(Programme)),
    Page("actions:axis_update", lambda demo: [Axis.objects.filter(programme__cite=demo.cite).first().pk]),
    Page("actions:objective_create", lambda demo: [Axis.objects.filter(programme__cite=demo.cite).first().pk]),
    Page(
        "actions:objective_update", lambda demo: [Objective.objects.filter(axis__programme__cite=demo.cite).first().pk]
    ),
    Page("actions:coverage"),
    Page("actions:coverage", query="?vue=thematiques", which="themes"),
    Page("actions:coverage", query="?vue=communes&public=11-15", which="communes"),
    Page("actions:coverage", login="partenaire"),
    Page("actions:dossier", _programme),
    Page("actions:dossier", _programme, login="partenaire"),
    Page("actions:dossier_section", lambda demo: [demo.axis.programme_id, "moyens"]),
    Page("actions:programme_freeze", _programme),
    Page("actions:programme_version", lambda demo: [demo.axis.programme.versions.first().pk]),
    Page("actions:programme_compare", _programme),
    Page("actions:programme_compare", _programme, query="?avant=1&apres=2", which="versions"),
    Page("actions:cite_lists"),
    Page("actions:list_item_create", lambda demo: ["dispositifs"]),
    Page("actions:theme_update", lambda demo: [demo.of_cite(Theme).pk]),
    Page("actions:contract_theme_update", lambda demo: [demo.of_cite(ContractTheme).pk]),
    Page("actions:scheme_update", lambda demo: [demo.of_cite(Scheme).pk]),
    Page("actions:articulation"),
    Page("actions:articulation", login="referent"),
    Page("actions:articulation_schemes"),
    Page("actions:articulation_holders"),
    Page("actions:articulation_holder", lambda demo: [demo.action.holder_id]),
    Page("actions:articulation_quarters"),
    Page("actions:articulation_quarter", lambda demo: [demo.action.neighbourhoods.first().pk]),
    Page("actions:articulation_doubles"),
    Page("actions:double_dismiss", query=_double),
    Page("actions:mainstream"),
    Page("actions:mainstream_create"),
    Page("actions:mainstream_update", lambda demo: [demo.action.mainstream.first().pk]),
    Page("actions:action_mainstream", action_of),
    Page(
        "actions:action_mainstream",
        lambda demo: [demo.actions.exclude(mainstream_absence=None).first().pk],
        which="absence",
    ),
    Page("actions:mainstream_absence", lambda demo: [demo.actions.exclude(mainstream_absence=None).first().pk]),
    Page("actions:outside"),
    Page("actions:outside_create"),
    Page("actions:outside_update", lambda demo: [demo.cite.outside_grants.exclude(run=None).first().pk]),
    Page("actions:outside_import"),
    *(
        Page("actions:outside_run", lambda demo, state=state: [demo.outside_import(state).pk], which=which)
        for state, which in (
            (ImportState.UPLOADED, "reglages"),
            (ImportState.READY, "apercu"),
            (ImportState.DONE, "fait"),
        )
    ),
    Page("actions:outside_withdraw", lambda demo: [demo.outside_import(ImportState.DONE).pk]),
    Page("actions:board", lambda demo: [demo.second_call.pk]),
    Page("actions:board", lambda demo: [demo.next_call.pk], which="vide"),
    Page("actions:scenario_adopt", lambda demo: [demo.scenario.pk]),
    Page("actions:call_list"),
    Page("actions:call_list", login="porteur"),
    Page("actions:call", lambda demo: [demo.second_call.pk]),
    Page("actions:call", lambda demo: [demo.second_call.pk], login="porteur"),
    Page("actions:call", lambda demo: [demo.next_call.pk], which="a-venir"),
    Page("actions:call_next", lambda demo: [demo.second_call.pk], query="?suite=annee"),
    Page("actions:call_answer", lambda demo: [demo.next_call.pk], login="porteur"),
    Page("actions:request_create", lambda demo: [demo.second_call.pk]),
    Page("actions:call_appraisal", lambda demo: [demo.second_call.pk]),
    Page("actions:call_appraisal", lambda demo: [demo.second_call.pk], login="prefecture"),
    Page("actions:call_criteria", lambda demo: [demo.second_call.pk]),
    Page("actions:criterion_create", lambda demo: [demo.second_call.pk]),
    Page("actions:criterion_update", lambda demo: [demo.second_call.criteria.first().pk]),
    Page("actions:call_public", lambda demo: [demo.cite.slug, demo.next_call.pk], login=None),
    Page("actions:call_public", lambda demo: [demo.cite.slug, demo.next_call.pk]),
    Page("actions:filing", lambda demo: [demo.draft.pk]),
    Page("actions:opinions", lambda demo: [demo.scored.pk], which="grille"),
    Page("actions:call_create"),
    Page("actions:call_update", first_of(Call)),
    Page("governance:home"),
    Page("governance:body_create"),
    Page("governance:body_members", first_of(Body)),
    Page("governance:meeting_create"),
    Page("governance:meeting", lambda demo: [demo.planned.pk], which="a-venir"),
    Page("governance:meeting", lambda demo: [demo.meeting(MeetingStatus.PUBLISHED).pk], which="tenue"),
    Page("governance:meeting_update", lambda demo: [demo.planned.pk]),
    Page("governance:annex_add", lambda demo: [demo.planned.pk]),
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
    Page("governance:projection", lambda demo: [demo.discussed.pk]),
    Page("governance:meeting_notify", lambda demo: [demo.meeting(MeetingStatus.PUBLISHED).pk]),
    Page(
        "governance:meeting_notify",
        lambda demo: [demo.meeting(MeetingStatus.PUBLISHED).pk],
        query="?a=holders",
        which="porteurs",
    ),
    Page("governance:closing", lambda demo: [demo.open.pk]),
    *CONSULTATION_PAGES,
    *CONVOCATION_PAGES,
    Page("governance:decisions"),
    Page("governance:decision", lambda demo: [Decision.objects.filter(body__cite=demo.cite).adopted().first().pk]),
    Page("governance:action_decisions", action_of),
    Page("governance:decisions", query="?execution=plus-de-60-jours", which="en-retard"),
    Page("governance:decisions", login="partenaire"),
    Page("governance:decision_follow", _decided),
    Page("governance:register_print"),
    Page("governance:action_points"),
    Page("governance:action_points", login="porteur"),
    Page("governance:action_point_create"),
    Page("governance:action_points_remind"),
    Page("governance:action_point", _point("open"), which="a-faire"),
    Page("governance:action_point", _point("done"), which="faite"),
    Page("governance:action_point_update", _point("open")),
    Page("governance:network"),
    Page("governance:network_compose"),
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
    Page("actions:exchange", first_of(Exchange)),
    Page("actions:exchange_update", first_of(Exchange)),
    Page("actions:action_exchanges", action_of),
    Page("actions:action_exchanges", action_of, login="porteur"),
    Page("actions:organisation_actions", _organisation),
    Page("actions:organisation_exchanges", _organisation),
    Page("actions:person_exchanges", lambda demo: [demo.lead.person_id]),
    Page("actions:national"),
    Page("actions:peer_create"),
    Page("actions:library"),
    Page("actions:library_create"),
    Page("actions:library_item", first_of(LibraryItem)),
    Page("actions:library_update", first_of(LibraryItem)),
    Page("actions:library_version_create", first_of(LibraryItem)),
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
        for args in [action_of if name in ("actions:detail", "actions:money") else Page.args]
    ),
]

# Names that open no page: gestures (POST), fragments, files, style sheets, health.
NOT_PAGES = {
    *EVALUATION_NOT_PAGES,
    "governance:kit_file",
    "governance:kit_file_remove",
    "governance:mention_remove",
    "governance:reserve_remove",
    "actions:act_file",
    "actions:board_export",
    "actions:statement_file",
    "actions:statement_remind",
    "actions:agreement_file",
    "actions:letter_archive",
    "actions:agreement_issue",
    "actions:agreement_amend",
    "actions:signature_remind",
    "actions:session_remove",
    "actions:receipt_remove",
    "actions:accounting_confirm",
    "actions:checks_count",
    "actions:scenario_create",
    "actions:scenario_write",
    "actions:scenario_copy",
    "actions:scenario_gesture",
    "actions:difference_accept",
    "actions:difference_keep",
    "actions:difference_reopen",
    "actions:state_export_abandon",
    "actions:state_export_confirm",
    "actions:state_export_sheets",
    "actions:batch",
    "actions:saved_view",
    "actions:saved_view_remove",
    "actions:holidays_take",
    "actions:holiday_remove",
    "actions:print_sheet",
    "actions:comment_answer",
    "actions:comment_resolve",
    "actions:comment_withdraw",
    "actions:milestone_tick",
    "actions:photo",
    "actions:photo_remove",
    "actions:visited",
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
    "actions:articulation_note",
    "actions:double_reopen",
    "actions:mainstream_remove",
    "actions:mainstream_absence_withdraw",
    "actions:outside_remove",
    "actions:outside_match",
    "actions:outside_confirm",
    "actions:outside_abandon",
    "actions:piece",
    "actions:expected_remove",
    "actions:opinion_withdraw",
    "actions:call_publish",
    "actions:call_withdraw",
    "actions:criterion_remove",
    "actions:submit",
    "actions:publish",
    "actions:programme_publish",
    "actions:axis_place",
    "actions:axis_remove",
    "actions:objective_place",
    "actions:objective_remove",
    "actions:list_usual",
    *(
        f"actions:{name}_{gesture}"
        for name in ("theme", "contract_theme", "scheme")
        for gesture in ("place", "retire", "restore")
    ),
    "partners:seat_reopen",
    "partners:mission_letter",
    "governance:carry_actions",
    "governance:step_tick",
    "governance:quorum_acknowledge",
    "governance:paper_make",
    "governance:annex_file",
    "governance:annex_remove",
    "governance:item_discuss",
    "governance:guest_add",
    "governance:guest_remove",
    "governance:kit_download",
    "governance:meeting_calendar",
    "governance:meeting_postpone",
    "governance:meeting_cancel",
    "governance:meeting_open",
    "governance:meeting_publish",
    "governance:meeting_file",
    "governance:minutes_prepare",
    "governance:minutes_validate",
    "governance:consultation_open",
    "governance:consultation_cancel",
    "governance:consultation_publish",
    "governance:consultation_ratify",
    "governance:consultation_piece",
    "governance:consultation_piece_remove",
    "governance:attendance",
    "governance:commune_point",
    "governance:item_move",
    "governance:item_remove",
    "governance:note_issue",
    "governance:note_validate",
    "governance:note_review_drop",
    "governance:note_template_reset",
    "governance:discussion",
    "governance:decision_figures",
    "governance:decision_create",
    "governance:decision_update",
    "governance:decision_remove",
    "governance:position",
    "governance:action_point_finish",
    "governance:action_point_drop",
    "governance:action_point_reopen",
    "governance:action_point_file",
    "gdpr_adopt",
    "person_export",
    "actions:exchange_done",
    "actions:library_download",
    "documents:download",
    "documents:retry",
}
