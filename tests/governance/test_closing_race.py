import threading

import pytest
from django.db import connection

from actions.enums import Step
from actions.models import FundingEntry
from cite_educative.common.transitions import TransitionError
from governance import services
from governance.models import Decision, DecisionRecord
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
