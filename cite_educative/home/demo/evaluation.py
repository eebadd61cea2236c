"""The evaluation of Dunkerque: what it asks and what it measures. Invented figures."""

from evaluation.services import add_usual_protocol


def evaluate(dunkerque):
    add_usual_protocol(dunkerque.cite, actor=dunkerque.actor)
