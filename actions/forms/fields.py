from crispy_forms.helper import FormHelper

from cite_educative.common.forms import DayField

__all__ = ["DayField", "helper"]


def helper(*layout):
    """Labels above, help under, no form tag: the page writes it."""
    made = FormHelper()
    made.form_tag = False
    made.disable_csrf = True
    if layout:
        made.add_layout(layout[0])
    return made
