from django import forms

from governance.forms.richtext import RichTextFormField


class DiscussionForm(forms.Form):
    discussion = RichTextFormField(label="Ce qui a été dit", rows=4, max_length=50_000)
    version = forms.IntegerField(widget=forms.HiddenInput)
