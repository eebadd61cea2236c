"""What every page of the app does first: which Cité, may this person."""

from evaluation.permissions import can_evaluate, can_read_evaluation
from evaluation.sections import tabs_of
from governance.views.common import chosen_cite, require


def read_cite(request):
    cite = chosen_cite(request)
    require(can_read_evaluation(request.user, cite))
    return cite


def written_cite(request):
    cite = chosen_cite(request)
    require(can_evaluate(request.user, cite))
    return cite


def page(request, cite, current, **context):
    """What every page of the app shows."""
    return {"cite": cite, "tabs": tabs_of(current), "can_write": can_evaluate(request.user, cite)} | context
