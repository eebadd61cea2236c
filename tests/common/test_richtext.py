import pytest
from django.db import models
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from cite_educative.common.richtext import RichTextField, clean_html, plain_to_html

HOSTILE = '<p onclick="x()" style="color:red">Bonjour<script>alert(1)</script></p><img src=x onerror=alert(1)>'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (HOSTILE, "<p>Bonjour</p>"),
        ('<a href="javascript:alert(1)">ici</a>', '<a rel="noopener noreferrer">ici</a>'),
        ('<a href="mailto:a@b.fr">ici</a>', '<a href="mailto:a@b.fr" rel="noopener noreferrer">ici</a>'),
        ("<h1>Titre</h1><h3>Sous-titre</h3>", "Titre<h3>Sous-titre</h3>"),
        ("<iframe src='https://x'></iframe><p></p>", ""),
        ("<p>&nbsp;</p>", ""),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
    ],
)
def test_only_the_allow_list_is_kept(html, expected):
    assert clean_html(html) == expected


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text):
    once = clean_html(text)

    assert clean_html(once) == once


def test_typed_text_becomes_paragraphs_and_lists():
    typed = "Bonjour\nà tous\r\n\r\n- un\n• deux <b>\n\nFin"

    assert plain_to_html(typed) == (
        "<p>Bonjour<br>à tous</p>\n<ul><li>un</li><li>deux &lt;b&gt;</li></ul>\n<p>Fin</p>"
    )
    assert plain_to_html("  ") == ""


@pytest.fixture
def notes(make_table):
    with isolate_apps("cite_educative.common"):

        class Note(models.Model):
            body = RichTextField("texte", blank=True)

            class Meta:
                app_label = "common"

            def __str__(self):
                return str(self.body)

    return make_table(Note)


def test_every_way_to_store_cleans(notes):
    saved = notes.objects.create(body=HOSTILE)
    notes.objects.bulk_create([notes(body=HOSTILE)])
    saved.body = HOSTILE
    notes.objects.bulk_update([saved], ["body"])
    assert set(notes.objects.values_list("body", flat=True)) == {"<p>Bonjour</p>"}

    notes.objects.update(body=HOSTILE)

    assert set(notes.objects.values_list("body", flat=True)) == {"<p>Bonjour</p>"}


def test_the_saved_row_holds_what_was_stored(notes):
    assert notes.objects.create(body=HOSTILE).body == "<p>Bonjour</p>"
