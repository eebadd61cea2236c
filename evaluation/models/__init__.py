from evaluation.models.indicators import Indicator, Measurement, Target, place_key
from evaluation.models.protocol import (
    EvaluationProject,
    EvaluationQuestion,
    EvaluationStep,
    ImprovementPoint,
)

__all__ = [
    "EvaluationProject",
    "EvaluationQuestion",
    "EvaluationStep",
    "ImprovementPoint",
    "Indicator",
    "Measurement",
    "Target",
    "place_key",
]
