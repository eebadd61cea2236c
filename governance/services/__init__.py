from governance.services.bodies import candidates, set_members
from governance.services.carrying import carried_points, carry_to_meeting
from governance.services.closing import (
    AcknowledgementNeeded,
    ClosingRefused,
    close_meeting,
    closing_preview,
)
from governance.services.decisions import (
    PlannedEffect,
    proposed_effects,
    remove_decision,
    save_decision,
    set_position,
)
from governance.services.meetings import (
    add_item,
    cancel_meeting,
    convene_meeting,
    create_body,
    expected_mandates,
    move_item,
    open_meeting,
    plan_meeting,
    publish_meeting,
    remove_item,
    save_discussion,
    set_attendance,
    update_item,
    update_meeting,
)
from governance.services.network import make_commune_point, write_to_network
from governance.services.notes import issue_note, save_note
from governance.services.records import issue_record

__all__ = [
    "AcknowledgementNeeded",
    "ClosingRefused",
    "PlannedEffect",
    "add_item",
    "cancel_meeting",
    "candidates",
    "carried_points",
    "carry_to_meeting",
    "close_meeting",
    "closing_preview",
    "convene_meeting",
    "create_body",
    "expected_mandates",
    "issue_note",
    "issue_record",
    "make_commune_point",
    "move_item",
    "open_meeting",
    "plan_meeting",
    "proposed_effects",
    "publish_meeting",
    "remove_decision",
    "remove_item",
    "save_decision",
    "save_discussion",
    "save_note",
    "set_attendance",
    "set_members",
    "set_position",
    "update_item",
    "update_meeting",
    "write_to_network",
]
