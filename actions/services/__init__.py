from actions.services.acts import grant_by_act, record_act, release_notifications
from actions.services.money import ensure_funding, record_amount, save_envelope, save_source
from actions.services.plan import publish_programme, save_axis, save_objective, save_programme
from actions.services.sheets import (
    create_action,
    missing_for_submission,
    publish_actions,
    save_call,
    submit_action,
    update_action,
)

__all__ = [
    "create_action",
    "ensure_funding",
    "grant_by_act",
    "missing_for_submission",
    "publish_actions",
    "publish_programme",
    "record_act",
    "record_amount",
    "release_notifications",
    "save_axis",
    "save_call",
    "save_envelope",
    "save_objective",
    "save_programme",
    "save_source",
    "submit_action",
    "update_action",
]
