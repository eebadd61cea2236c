from django import forms

from governance.forms.richtext import RichTextFormField


class DiscussionForm(forms.Form):
    discussion = RichTextFormField(label="Ce qui a été dit", rows=4, max_length=50_000)
    # Its own id: the decision being written beside it has a version too.
    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"id": "id_discussion_version"}))
