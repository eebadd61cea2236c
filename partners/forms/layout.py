from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

NONE, CHOOSE = "Aucun", "Choisissez…"


def date_input():
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def helper(*fieldsets):
    made = FormHelper()
    made.form_tag = False
    made.disable_csrf = True
    made.layout = Layout(*fieldsets)
    return made
