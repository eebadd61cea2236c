from django import forms

from partners.models import Person


class PersonForm(forms.ModelForm):
    """A professional or elected contact."""

    class Meta:
        model = Person
        fields = ("civility", "first_name", "last_name", "title", "function", "email", "phone", "assistant")
