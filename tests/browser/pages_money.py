"""The pages of the finances, with objects of the demonstration."""

from actions.models import (
    AccountingImport,
    AssemblySession,
    Expense,
    FunderAct,
    Funding,
    FundingSource,
    LetterBatch,
    Payment,
    Receipt,
    Scenario,
    StatementShare,
)
from tests.browser.page import Page, action_of, first_of


def _act(demo):
    return [FunderAct.objects.filter(cite=demo.cite, files__isnull=False).get().pk]


def _owing(demo):
    return [demo.statement("sent_back").action_id]


def _filed(demo):
    return [demo.statement("filed").action_id]


def _first_share(demo):
    shares = StatementShare.objects.filter(statement__action__cite=demo.cite).with_refund()
    return [next(share.pk for share in shares if share.to_refund)]


def _agreement(state):
    return lambda demo: [demo.cite.agreements.get(state=state).pk]


def _pair(demo):
    funding = Funding.objects.agreeable().filter(source__cite=demo.cite).first()
    return f"?financeur={funding.source.organisation_id}&porteur={funding.action.holder_id}"


def _payment(demo):
    return [demo.of_cite(Payment, funding__source__cite=demo.cite, paid_on=None).pk]


def _spending(model):
    return lambda demo: [demo.of_cite(model, source__cite=demo.cite).pk]


def _publisher(demo):
    return f"?financeur={demo.of_cite(FundingSource).organisation_id}"


MONEY_PAGES = [
    Page("actions:finances"),
    Page("actions:consumption"),
    Page("actions:boards"),
    Page("actions:compare", lambda demo: [Scenario.objects.filter(call__cite=demo.cite).first().call_id]),
    Page("governance:carry", lambda demo: [demo.action.call_id]),
    Page("actions:act_create"),
    Page("actions:acts"),
    Page("actions:act", _act),
    Page("actions:act_correct", _act),
    Page("actions:act_file_add", _act),
    Page("actions:gap", lambda demo: [FunderAct.objects.get(pk=_act(demo)[0]).fundings.first().pk]),
    Page("actions:statements"),
    Page("actions:statement", _owing),
    Page("actions:statement", _owing, login="porteur"),
    Page("actions:statement", _filed, which="depose"),
    Page("actions:statement_elsewhere", _owing),
    Page("actions:statement_back", _filed),
    Page("actions:statement_extend", _owing),
    Page("actions:statement_accept", _filed),
    Page("actions:statement_reopen", lambda demo: [demo.statement("accepted").action_id]),
    Page("actions:refund", _first_share),
    Page("actions:agreements"),
    Page("actions:agreement_create", query=_pair),
    Page("actions:agreement_template"),
    Page("actions:agreement", _agreement("signed")),
    Page("actions:agreement", _agreement("issued"), which="signature"),
    Page("actions:agreement_update", _agreement("draft")),
    Page("actions:agreement_cancel", _agreement("draft")),
    Page("actions:agreement_file_add", _agreement("issued")),
    Page("actions:signature", lambda demo: [demo.cite.agreements.get(state="issued").signatures.first().pk]),
    Page("actions:letters"),
    Page("actions:letters_create", query=lambda demo: demo.letters_query("favourable")),
    Page("actions:letters_create", query=lambda demo: demo.letters_query("deferred"), which="personne"),
    Page("actions:letter_batch", lambda demo: [LetterBatch.objects.get(source__cite=demo.cite).pk]),
    Page("actions:payments", query="?exercice=2026"),
    Page("actions:payment", _payment),
    Page("actions:payment_orders"),
    Page("actions:payment_create", action_of),
    Page("actions:payment_gesture", lambda demo: [*_payment(demo), "payer"]),
    Page("actions:accounting"),
    Page("actions:accounting_run", first_of(AccountingImport)),
    Page("actions:accounting_run", first_of(AccountingImport), query="?colonnes=oui", which="colonnes"),
    Page("actions:spending"),
    Page("actions:expense_create"),
    Page("actions:expense_update", _spending(Expense)),
    Page("actions:expense_cancel", _spending(Expense)),
    Page("actions:receipt_create"),
    Page("actions:receipt_update", _spending(Receipt)),
    Page("actions:votes"),
    Page("actions:votes", login="finances"),
    Page("actions:session_create"),
    Page("actions:session_update", first_of(AssemblySession)),
    Page("actions:releases"),
    Page("actions:reviews"),
    Page("actions:open_data"),
    Page("actions:open_data", query=_publisher, which="fichier"),
    Page("actions:release", first_of(FundingSource)),
    Page("actions:envelope", first_of(FundingSource)),
    Page("actions:fundings"),
    Page("actions:checks"),
    Page("actions:checks", query="?regle=holder-without-siret", which="regle"),
    Page("actions:thresholds"),
    Page("actions:thresholds_update"),
    Page("actions:threshold_acknowledge", query="?alerte=ingenierie"),
    Page("actions:source_usual"),
    Page("actions:source_create"),
    Page("actions:source_create", query="?circuit=state_carrier", which="remplie"),
    Page("actions:source_update", first_of(FundingSource)),
]
