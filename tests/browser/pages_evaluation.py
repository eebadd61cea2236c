"""The pages of the evaluation, with objects of the demonstration."""

from tests.browser.page import Page
from tests.browser.pages_evaluation_computed import EVALUATION_COMPUTED_PAGES
from tests.browser.pages_evaluation_figures import EVALUATION_FIGURES_PAGES
from tests.browser.pages_evaluation_observatory import OBSERVATORY_PAGES
from tests.browser.pages_evaluation_papers import EVALUATION_PAPER_PAGES
from tests.browser.pages_evaluation_protocol import EVALUATION_PROTOCOL_PAGES
from tests.browser.pages_evaluation_reports import REPORT_PAGES
from tests.browser.pages_evaluation_review import REVIEW_PAGES
from tests.browser.pages_evaluation_surveys import SURVEY_PAGES

EVALUATION_PAGES = [
    Page("evaluation:home"),
    Page("evaluation:home", login="prefecture"),
    *OBSERVATORY_PAGES,
    *REPORT_PAGES,
    *EVALUATION_FIGURES_PAGES,
    *EVALUATION_PROTOCOL_PAGES,
    *REVIEW_PAGES,
    *EVALUATION_COMPUTED_PAGES,
    *SURVEY_PAGES,
    *EVALUATION_PAPER_PAGES,
]

# Gestures and files, which show no page.
EVALUATION_NOT_PAGES = {
    "evaluation:evidence",
    "evaluation:evidence_remove",
    "evaluation:improvement_remove",
    "evaluation:indicator_restore",
    "evaluation:indicator_retire",
    "evaluation:judgement_reopen",
    "evaluation:judgement_validate",
    "evaluation:one_page_issue",
    "evaluation:paper_start",
    "evaluation:protocol_print",
    "evaluation:question_place",
    "evaluation:question_restore",
    "evaluation:question_retire",
    "evaluation:report_begin",
    "evaluation:report_validate",
    "evaluation:review_print",
    "evaluation:review_section",
    "evaluation:review_settle",
    "evaluation:step_remove",
    "evaluation:survey_answers",
    "evaluation:survey_communes",
    "evaluation:survey_gesture",
    "evaluation:survey_item_move",
    "evaluation:survey_item_remove",
    "evaluation:survey_text_withdraw",
    "evaluation:usual_protocol",
}
