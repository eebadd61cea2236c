"""What the rows, the columns and the cells of an arbitration board are."""

from django.db.models import Exists, OuterRef, Q

from actions.enums import ActionStatus, Step
from actions.models import Action, Envelope, Funding, FundingSource

ASIDE = (ActionStatus.DRAFT, ActionStatus.ABANDONED)


def board_requests(call):
    """The filed requests of the call."""
    return Action.objects.filter(call=call).exclude(status__in=ASIDE)


def board_fundings(call):
    """What those requests have of the year of the call, in kind too."""
    return Funding.objects.filter(
        action__in=board_requests(call).order_by().values("pk"), budget_year=call.budget_year
    )


def board_sources(call):
    """The columns: lines in use, which propose, and have an envelope that year or are asked something by a request."""
    asked = board_fundings(call).filter(source=OuterRef("pk"), in_kind=False)
    announced = Envelope.objects.filter(source=OuterRef("pk"), budget_year=call.budget_year)
    sources = FundingSource.objects.filter(Q(Exists(asked)) | Q(Exists(announced)), cite=call.cite_id).active()
    return [source for source in sources.select_related("organisation") if Step.PROPOSED in source.steps]
