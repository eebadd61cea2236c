import threading

import pytest
from django.db import connection

from actions.enums import Step
from actions.models import Funding, FundingEntry
from cite_educative.common.transitions import TransitionError
from governance import services
from governance.enums import BodyKind
from governance.models import Body, Decision, DecisionRecord
from tests.governance.factories import make_decision, make_open_meeting, make_setting


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_close_at_once_one_succeeds():
    setting = make_setting()
    meeting = make_open_meeting(setting)
    make_decision(setting, meeting.items.get())
    barrier, outcomes = threading.Barrier(2), []

    def close():
        try:
            barrier.wait()
            services.close_meeting(meeting, actor=setting.lead)
            outcomes.append("closed")
        except TransitionError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=close) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["closed", "refused"]
    assert DecisionRecord.objects.count() == 1
    assert [decision.number for decision in Decision.objects.all()] == [1]
    assert FundingEntry.objects.filter(step=Step.PROGRAMMED).count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_bodies_that_close_at_once_never_overdraw_silently():
    """32 000 € each on an envelope of 50 000 €: the second one to close is asked who accepts it, and writes nothing."""
    setting = make_setting(nb_actions=8)
    other = Body(cite=setting.cite, kind=BodyKind.STEERING, label="Comité de pilotage", code="CP")
    bodies = (setting.body, services.create_body(other, actor=setting.lead))
    meetings, every = [], setting.actions
    for rank, body in enumerate(bodies):
        setting.body, setting.actions = body, every[4 * rank : 4 * rank + 4]
        meeting = make_open_meeting(setting)
        make_decision(setting, meeting.items.get())
        meetings.append(meeting)
    barrier, outcomes = threading.Barrier(2), []

    def close(meeting):
        try:
            barrier.wait()
            services.close_meeting(meeting, actor=setting.lead)
            outcomes.append("closed")
        except services.AcknowledgementNeeded:
            outcomes.append("asked")
        finally:
            connection.close()

    threads = [threading.Thread(target=close, args=[meeting]) for meeting in meetings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["asked", "closed"]
    programmed = Funding.objects.filter(source=setting.state).sums(Step.PROGRAMMED)[Step.PROGRAMMED]
    assert programmed == 32_000
