from evaluation.services.indicators import (
    restore_indicator,
    retire_indicator,
    save_indicator,
)
from evaluation.services.judgements import (
    reopen_judgement,
    save_judgement,
    validate_judgement,
)
from evaluation.services.measurements import (
    Figure,
    FiguresConflict,
    check_period,
    return_measurements,
    save_measurements,
    validate_measurements,
)
from evaluation.services.papers import (
    issue_one_page,
    issue_paper,
    save_paper,
    save_paper_text,
    start_paper,
)
from evaluation.services.project import (
    remove_improvement,
    remove_step,
    save_improvement,
    save_project,
    save_step,
)
from evaluation.services.protocol import (
    add_usual_protocol,
)
from evaluation.services.protocol_editions import (
    make_protocol_edition,
)
from evaluation.services.questions import (
    place_question,
    restore_question,
    retire_question,
    save_question,
)
from evaluation.services.report_evidence import (
    add_evidence,
    remove_evidence,
)
from evaluation.services.report_reminders import (
    remind_report,
    remind_reports,
    report_letter,
)
from evaluation.services.reports import (
    begin_report,
    file_report,
    reopen_report,
    report_form,
    said_to_statement,
    save_report,
    send_report_back,
    validate_report,
)
from evaluation.services.review_templates import (
    import_template,
    shipped_template,
)
from evaluation.services.reviews import (
    FROZEN,
    comment_answer,
    correct_review,
    create_review,
    freeze_review,
    print_review,
    save_answer,
    settle_answer,
    validate_computed,
    validate_side,
)
from evaluation.services.survey_responses import (
    FormUsedError,
    SurveyShutError,
    TooManyError,
    receive_response,
    withdraw_text,
)
from evaluation.services.surveys import (
    add_commune_item,
    close_survey,
    make_poster,
    move_item,
    publish_survey,
    remove_item,
    reopen_survey,
    save_item,
    save_survey,
    withdraw_survey,
)

__all__ = [
    "FROZEN",
    "Figure",
    "FiguresConflict",
    "FormUsedError",
    "SurveyShutError",
    "TooManyError",
    "add_commune_item",
    "add_evidence",
    "add_usual_protocol",
    "begin_report",
    "check_period",
    "close_survey",
    "comment_answer",
    "correct_review",
    "create_review",
    "file_report",
    "freeze_review",
    "import_template",
    "issue_one_page",
    "issue_paper",
    "make_poster",
    "make_protocol_edition",
    "move_item",
    "place_question",
    "print_review",
    "publish_survey",
    "receive_response",
    "remind_report",
    "remind_reports",
    "remove_evidence",
    "remove_improvement",
    "remove_item",
    "remove_step",
    "reopen_judgement",
    "reopen_report",
    "reopen_survey",
    "report_form",
    "report_letter",
    "restore_indicator",
    "restore_question",
    "retire_indicator",
    "retire_question",
    "return_measurements",
    "said_to_statement",
    "save_answer",
    "save_improvement",
    "save_indicator",
    "save_item",
    "save_judgement",
    "save_measurements",
    "save_paper",
    "save_paper_text",
    "save_project",
    "save_question",
    "save_report",
    "save_step",
    "save_survey",
    "send_report_back",
    "settle_answer",
    "shipped_template",
    "start_paper",
    "validate_computed",
    "validate_judgement",
    "validate_measurements",
    "validate_report",
    "validate_side",
    "withdraw_survey",
    "withdraw_text",
]
