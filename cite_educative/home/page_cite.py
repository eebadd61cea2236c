"""The Cité of a page is its object's: for who acts in several, and opened a page of another than the chosen one."""

import re

from actions.models import (
    AccountingImport,
    ActFile,
    Action,
    ActionComment,
    ActionLog,
    ActionPhoto,
    ActionPiece,
    Agreement,
    AgreementFile,
    AgreementSignature,
    AssemblySession,
    Axis,
    BulkRun,
    Call,
    ContractTheme,
    Criterion,
    Difference,
    DoubleDismissal,
    Exchange,
    ExpectedPiece,
    Expense,
    FunderAct,
    Funding,
    FundingEntry,
    FundingSource,
    HolidayPeriod,
    ImportRun,
    LetterBatch,
    LibraryItem,
    LibraryVersion,
    MainstreamContribution,
    Milestone,
    Objective,
    Opinion,
    OutsideGrant,
    OutsideImport,
    Payment,
    Programme,
    ProgrammeVersion,
    Receipt,
    SavedView,
    Scenario,
    Scheme,
    StateExport,
    StatementFile,
    StatementShare,
    Theme,
)
from cite_educative.documents.models import GeneratedFile
from cite_educative.home.models import Handover, PersonExport
from governance.models import (
    ActionPoint,
    ActionPointFile,
    AgendaItem,
    AgendaProposal,
    Body,
    CommunicationItem,
    Consultation,
    ConsultationAnswer,
    ConsultationPiece,
    Decision,
    FunderMention,
    Invitee,
    KitFile,
    Meeting,
    MeetingAnnex,
    MeetingFile,
    MeetingGuest,
    MinutesParagraph,
    MinutesRemark,
    MinutesReview,
    Note,
    NoteRemark,
    NoteReview,
    ReservePeriod,
)
from partners.context import current_cite, reachable_cites, read_in
from partners.models import (
    Mandate,
    MissionLetter,
    OutgoingMessage,
    PhotoConsent,
    ProcessingActivity,
    Seat,
    TerritoryImport,
)

# Address of the object → its model, and where its Cité is. Organisations, persons and places are shared by the
# Cités: their pages say themselves in which one they are read (`partners.context.read_in`).
OBJECTS = {
    "actions/importer/<int:pk>/": (ImportRun, "cite_id"),
    "actions/pieces/<int:pk>/": (ActionPiece, "action__cite_id"),
    "actions/avis/<int:pk>/": (Opinion, "action__cite_id"),
    "actions/commentaires/<int:pk>/": (ActionComment, "action__cite_id"),
    "actions/changements/<int:pk>/": (ActionLog, "action__cite_id"),
    "actions/ecritures/<int:pk>/": (FundingEntry, "funding__action__cite_id"),
    "actions/jalons/<int:pk>/": (Milestone, "action__cite_id"),
    "actions/photos/<int:pk>/": (ActionPhoto, "action__cite_id"),
    "actions/ecarts/<int:pk>/": (Difference, "action__cite_id"),
    "actions/exports-etat/<int:pk>/": (StateExport, "cite_id"),
    "actions/lot/<int:pk>/": (BulkRun, "cite_id"),
    "actions/vues/<int:pk>/": (SavedView, "cite_id"),
    "plan/vacances/<int:pk>/": (HolidayPeriod, "cite_id"),
    "actions/<int:pk>/": (Action, "cite_id"),
    "finances/actes/<int:pk>/": (FunderAct, "cite_id"),
    "finances/conventions/<int:pk>/": (Agreement, "cite_id"),
    "finances/conventions/fichiers/<int:pk>/": (AgreementFile, "agreement__cite_id"),
    "finances/courriers/<int:pk>/": (LetterBatch, "source__cite_id"),
    "finances/signatures/<int:pk>/": (AgreementSignature, "agreement__cite_id"),
    "finances/comptes-rendus/fichiers/<int:pk>/": (StatementFile, "statement__action__cite_id"),
    "finances/reversements/<int:pk>/": (StatementShare, "statement__action__cite_id"),
    "finances/versements/<int:pk>/": (Payment, "funding__action__cite_id"),
    "finances/export-comptable/<int:pk>/": (AccountingImport, "cite_id"),
    "finances/depenses/<int:pk>/": (Expense, "source__cite_id"),
    "finances/recettes/<int:pk>/": (Receipt, "source__cite_id"),
    "finances/fichiers/<int:pk>/": (ActFile, "act__cite_id"),
    "finances/ecarts/<int:pk>/": (Funding, "action__cite_id"),
    "finances/votes/seances/<int:pk>/": (AssemblySession, "cite_id"),
    "finances/notifications/<int:pk>/": (FundingSource, "cite_id"),
    "finances/enveloppes/<int:pk>/": (FundingSource, "cite_id"),
    "finances/sources/<int:pk>/": (FundingSource, "cite_id"),
    "finances/arbitrage/<int:pk>/": (Call, "cite_id"),
    "finances/scenarios/<int:pk>/": (Scenario, "call__cite_id"),
    "plan/programmes/<int:pk>/": (Programme, "cite_id"),
    "plan/axes/<int:pk>/": (Axis, "programme__cite_id"),
    "plan/objectifs/<int:pk>/": (Objective, "axis__programme__cite_id"),
    "plan/versions/<int:pk>/": (ProgrammeVersion, "programme__cite_id"),
    "plan/listes/thematiques/<int:pk>/": (Theme, "cite_id"),
    "plan/listes/contrat-de-ville/<int:pk>/": (ContractTheme, "cite_id"),
    "plan/listes/dispositifs/<int:pk>/": (Scheme, "cite_id"),
    "plan/articulation/doubles/<int:pk>/": (DoubleDismissal, "cite_id"),
    "plan/articulation/droit-commun/<int:pk>/": (MainstreamContribution, "cite_id"),
    "plan/articulation/programmes/importer/<int:pk>/": (OutsideImport, "cite_id"),
    "plan/articulation/programmes/<int:pk>/": (OutsideGrant, "cite_id"),
    "plan/appels/<int:pk>/": (Call, "cite_id"),
    "plan/pieces/<int:pk>/": (ExpectedPiece, "call__cite_id"),
    "plan/criteres/<int:pk>/": (Criterion, "call__cite_id"),
    "appels/<slug:slug>/<int:pk>/": (Call, "cite_id"),
    "gouvernance/instances/<int:pk>/": (Body, "cite_id"),
    "gouvernance/reunions/<int:pk>/": (Meeting, "body__cite_id"),
    "gouvernance/reunions/invites/<int:pk>/": (MeetingGuest, "meeting__body__cite_id"),
    "gouvernance/reunions/fichiers/<int:pk>/": (MeetingFile, "meeting__body__cite_id"),
    "gouvernance/proces-verbaux/paragraphes/<int:pk>/": (MinutesParagraph, "minutes__meeting__body__cite_id"),
    "gouvernance/proces-verbaux/remarques/<int:pk>/": (MinutesRemark, "paragraph__minutes__meeting__body__cite_id"),
    "gouvernance/proces-verbaux/relectures/<int:pk>/": (MinutesReview, "minutes__meeting__body__cite_id"),
    "gouvernance/convoques/<int:pk>/": (Invitee, "meeting__body__cite_id"),
    "gouvernance/notes/relectures/<int:pk>/": (NoteReview, "note__cite_id"),
    "gouvernance/notes/remarques/<int:pk>/": (NoteRemark, "review__note__cite_id"),
    "gouvernance/arbitrage/<int:pk>/": (Call, "cite_id"),
    "gouvernance/porter/action/<int:pk>/": (Action, "cite_id"),
    "gouvernance/porter/scenario/<int:pk>/": (Scenario, "call__cite_id"),
    "gouvernance/porter/convention/<int:pk>/": (Agreement, "cite_id"),
    "gouvernance/porter/note/<int:pk>/": (Note, "cite_id"),
    "gouvernance/porter/suite/<int:pk>/": (ActionPoint, "cite_id"),
    "gouvernance/porter/appel/<int:pk>/": (Call, "cite_id"),
    "gouvernance/propositions/<int:pk>/": (AgendaProposal, "body__cite_id"),
    "gouvernance/annexes/<int:pk>/": (MeetingAnnex, "meeting__body__cite_id"),
    "gouvernance/consultations/pieces/<int:pk>/": (ConsultationPiece, "consultation__body__cite_id"),
    "gouvernance/consultations/reponses/<int:pk>/": (ConsultationAnswer, "consultation__body__cite_id"),
    "gouvernance/consultations/<int:pk>/": (Consultation, "body__cite_id"),
    "gouvernance/points/<int:pk>/": (AgendaItem, "meeting__body__cite_id"),
    "gouvernance/decisions/<int:pk>/": (Decision, "body__cite_id"),
    "gouvernance/communication/reserve/<int:pk>/": (ReservePeriod, "cite_id"),
    "gouvernance/communication/kit/fichiers/<int:pk>/": (KitFile, "cite_id"),
    "gouvernance/communication/kit/mentions/<int:pk>/": (FunderMention, "cite_id"),
    "gouvernance/communication/<int:pk>/": (CommunicationItem, "cite_id"),
    "gouvernance/suites/<int:pk>/": (ActionPoint, "cite_id"),
    "gouvernance/suites/preuves/<int:pk>/": (ActionPointFile, "point__cite_id"),
    "partenaires/echanges/<int:pk>/": (Exchange, "cite_id"),
    "partenaires/mandats/<int:pk>/": (Mandate, "cite_id"),
    "partenaires/lettres-de-mission/<int:pk>/": (MissionLetter, "mandate__cite_id"),
    "partenaires/troika/sieges/<int:pk>/": (Seat, "side__cite_id"),
    "partenaires/territoire/importer/<int:pk>/": (TerritoryImport, "cite_id"),
    "partenaires/passations/<int:pk>/": (Handover, "cite_id"),
    "partenaires/donnees/<int:pk>/": (PersonExport, "cite_id"),
    "parametres/rgpd/traitements/<int:pk>/": (ProcessingActivity, "cite_id"),
    "parametres/rgpd/images/<int:pk>/": (PhotoConsent, "cite_id"),
    "documents/bibliotheque/<int:pk>/": (LibraryItem, "cite_id"),
    "parametres/messages/<int:pk>/": (OutgoingMessage, "cite_id"),
    "documents/bibliotheque/versions/<int:pk>/": (LibraryVersion, "item__cite_id"),
    "documents/<int:pk>/": (GeneratedFile, "cite_id"),
}


def object_address(route):
    """ "actions/<int:pk>/" for "actions/<int:pk>/financement/"; empty for a page without object."""
    found = re.match(r".*?<int:\w+>/", route)
    return found[0] if found else ""


def page_cite(request):
    """The Cité that the page belongs to, the chosen one when it belongs to none. One query, for several Cités only."""
    chosen, cites = current_cite(request), reachable_cites(request)
    if len(cites) < 2:
        return chosen
    pk = read_in(request) or _of_object(request.user, request.resolver_match)
    return next((cite for cite in cites if cite.pk == pk), chosen)


def _of_object(user, match):
    """The key of its Cité, if the user may see it: a page that is not found tells nothing."""
    model, path = OBJECTS.get(object_address(match.route), (None, "")) if match else (None, "")
    if model is None:
        return None
    pk = match.kwargs[re.search(r"<int:(\w+)>", match.route)[1]]
    seen = model.objects.visible_to(user).filter(pk=pk)
    return seen.order_by("pk").values_list(path, flat=True).first()
