"""The evaluation of Dunkerque: what it asks and what it measures. Invented figures."""

from cite_educative.home.demo.evaluation_annual import tell_the_years
from cite_educative.home.demo.evaluation_figures import measure
from cite_educative.home.demo.evaluation_protocol import run_evaluation
from cite_educative.home.demo.evaluation_reports import report_actions
from cite_educative.home.demo.evaluation_review import review_project
from cite_educative.home.demo.evaluation_surveys import survey
from evaluation.services import add_usual_protocol


def evaluate(dunkerque):
    add_usual_protocol(dunkerque.cite, actor=dunkerque.actor)
    report_actions(dunkerque)
    measure(dunkerque)
    run_evaluation(dunkerque)
    survey(dunkerque)
    review_project(dunkerque)
    tell_the_years(dunkerque)
