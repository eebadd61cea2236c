"""Figures that the application computes from its own rows, each with its explanation and the rows behind it."""

from evaluation.computed import activity, alliance, facts, money, reached
from evaluation.computed.registry import COMPUTATIONS, Computation, Computed, compute, tells_money

__all__ = [
    "COMPUTATIONS",
    "Computation",
    "Computed",
    "activity",
    "alliance",
    "compute",
    "facts",
    "money",
    "reached",
    "tells_money",
]
