from crispy_forms.helper import FormHelper

from cite_educative.common.forms import DayField

__all__ = ["DayField", "describe", "helper"]


def helper(*layout):
    """Labels above, help under, no form tag: the page writes it."""
    made = FormHelper()
    made.form_tag = False
    made.disable_csrf = True
    if layout:
        made.add_layout(layout[0])
    return made


def describe(form, name):
    """Tie to a field the remarks shown under it, `remarques-<name>`, besides its help."""
    field = form.fields[name]
    ids = [f"{form[name].auto_id}_helptext"] if field.help_text else []
    field.widget.attrs["aria-describedby"] = " ".join([*ids, f"remarques-{name}"])
