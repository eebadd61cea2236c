from evaluation.models.editions import (
    ProtocolEdition,
    ProtocolEditionFile,
)
from evaluation.models.indicators import (
    Indicator,
    Measurement,
    Target,
    place_key,
)
from evaluation.models.judgement import (
    Judgement,
)
from evaluation.models.open_data import (
    OpenDataImport,
)
from evaluation.models.papers import (
    EvaluationPaper,
    PaperFile,
    PaperText,
    PaperVersion,
)
from evaluation.models.protocol import (
    EvaluationProject,
    EvaluationQuestion,
    EvaluationStep,
    ImprovementPoint,
)
from evaluation.models.reports import (
    ActionReport,
    ReportDocument,
    ReportEvidence,
    ReportGoal,
    ReportReach,
    ReportReminder,
)
from evaluation.models.review import (
    ProjectReview,
    ReviewAnswer,
    ReviewComment,
    ReviewEdition,
    ReviewFile,
    ReviewQuestion,
    ReviewTemplate,
    ReviewValidation,
)
from evaluation.models.surveys import (
    Survey,
    SurveyGate,
    SurveyItem,
    SurveyPoster,
    SurveyResponse,
    UsedForm,
)

__all__ = [
    "ActionReport",
    "EvaluationPaper",
    "EvaluationProject",
    "EvaluationQuestion",
    "EvaluationStep",
    "ImprovementPoint",
    "Indicator",
    "Judgement",
    "Measurement",
    "OpenDataImport",
    "PaperFile",
    "PaperText",
    "PaperVersion",
    "ProjectReview",
    "ProtocolEdition",
    "ProtocolEditionFile",
    "ReportDocument",
    "ReportEvidence",
    "ReportGoal",
    "ReportReach",
    "ReportReminder",
    "ReviewAnswer",
    "ReviewComment",
    "ReviewEdition",
    "ReviewFile",
    "ReviewQuestion",
    "ReviewTemplate",
    "ReviewValidation",
    "Survey",
    "SurveyGate",
    "SurveyItem",
    "SurveyPoster",
    "SurveyResponse",
    "Target",
    "UsedForm",
    "place_key",
]
