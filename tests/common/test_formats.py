import datetime
from decimal import Decimal

import pytest
from django import forms
from django.template import RequestContext, engines

from cite_educative.common.templatetags.formats import has_free_text


@pytest.fixture
def render(rf):
    def render_with(source, path="/", **context):
        template = engines["django"].from_string(source).template
        return template.render(RequestContext(rf.get(path), context))

    return render_with


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("{{ amount|euros }}", "12\u00a0345,50\u00a0€"),
        ("{{ amount|euros_round }}", "12\u00a0346\u00a0€"),
        ("{{ none|euros }}", "–"),
        ("{{ day|date_fr }}", "1er\u00a0juin\u00a02026"),
        ("{{ day|date_fr:2026 }}", "1er\u00a0juin"),
        ("{{ none|date_fr }}", ""),
        ("{{ hour|time_fr }}", "9\u00a0h\u00a030"),
        ("{{ year|school_year }}", "2025-2026"),
        ("{{ quality|after_name }}", "élue du Nord"),
        ("{{ acronym|after_name }}", "DASEN du Nord"),
        ('{{ ""|after_name }}', ""),
        ("{{ article|linebreaks|first_raised }}", "<p>Article 1<sup>er</sup>. &lt;i&gt;</p>"),
        ("{{ text|nbsp }}", "a\u00a0&lt;b&gt;"),
        ('{% icon "plus" %}', '<svg class="ic" aria-hidden="true"><use href="#i-plus"></use></svg>'),
    ],
)
def test_values_are_written_in_french(render, source, written):
    context = {
        "amount": Decimal("12345.50"),
        "article": "Article 1er. <i>",
        "none": None,
        "day": datetime.date(2026, 6, 1),
        "hour": datetime.time(9, 30),
        "year": 2025,
        "text": "a <b>",
        "quality": "Élue du Nord",
        "acronym": "DASEN du Nord",
    }

    assert render(source, **context) == written


def test_a_status_is_told_by_word_shape_and_colour(render):
    html = render("{% status_badge code label %}", code="draft", label="Brouillon & Cie")

    assert 'class="statut statut-draft"' in html
    assert 'href="#s-draft"' in html
    assert "Brouillon &amp; Cie</span>" in html


def test_a_link_keeps_the_rest_of_the_query(render):
    assert render('{% querystring_with page="3" %}', "/?q=%C3%A9&page=2") == "?q=%C3%A9&amp;page=3"
    assert render("{% querystring_with page=none %}", "/?q=a&page=2", none=None) == "?q=a"


def test_a_form_where_people_write_at_length_says_to_name_no_child():
    class Note(forms.Form):
        text = forms.CharField(widget=forms.Textarea)

    class Place(forms.Form):
        address = forms.CharField(widget=forms.Textarea)
        town = forms.CharField()

    assert has_free_text(Note())
    assert not has_free_text(Place())
