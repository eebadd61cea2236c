"""A late filing that the team accepted, as each reader may know it."""

from cite_educative.common.dates import date_fr


def late_words(action, level, *, hides_names=False):
    """That a late filing was accepted; by whom and why for who reads the sheet in full, under names."""
    if action.late_accepted_on is None or level not in ("full", "own"):
        return ""
    words = f"accepté le {date_fr(action.late_accepted_on)}"
    if level == "own" or hides_names:
        return words
    return f"{words} par {action.late_accepted_by}\u00a0: {action.late_reason}"
