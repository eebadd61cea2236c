from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from actions.models import Envelope
from cite_educative.documents.models import GeneratedFile
from cite_educative.documents.tasks import render
from governance import services
from governance.documents import plain_table, record_context, typeset
from tests.governance.factories import make_closed_meeting, make_meeting, make_note, make_setting

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"


def test_a_closed_meeting_gives_a_one_page_pdf_and_a_word_file():
    setting = make_setting(nb_actions=13)
    Envelope.objects.update(notified=Decimal(200_000))
    make_closed_meeting(setting)
    for file in GeneratedFile.objects.all():
        render(file.pk)
    pdf, docx = GeneratedFile.objects.order_by("-format")
    assert (pdf.error, docx.error) == ("", "")
    assert pdf.pages == 1
    assert docx.size


def test_an_issued_note_gives_its_two_files():
    setting = make_setting()
    note = make_note(setting, make_meeting(setting, days=3).items.get(), context="<p>Un contexte.</p>")
    services.issue_note(note, actor=setting.lead)
    for file in GeneratedFile.objects.all():
        render(file.pk)
    assert [file.error for file in GeneratedFile.objects.all()] == ["", ""]


def test_the_record_never_says_that_a_programmed_amount_is_granted():
    record = make_closed_meeting(make_setting()).records.get()
    html = render_to_string("governance/print/record.html", record_context(record.content) | {"draft": False})
    assert "Total programmé" in html
    assert "accordé" not in html


def test_amounts_lose_their_cents_only_when_none_has_any():
    def table(amount):
        row = {"code": "A", "title": "T", "holder": "H", "cells": [amount], "total": amount}
        return plain_table({"columns": ["État"], "rows": [row], "totals": [amount], "total": amount})

    assert table(f"12{NBSP}000,00{NBSP}€")["totals"] == [f"12{NBSP}000"] * 2
    assert table(f"12{NBSP}000,50{NBSP}€")["totals"] == [f"12{NBSP}000,50"] * 2


def test_what_is_printed_keeps_amounts_and_double_signs_together():
    assert typeset({"text": "Il reste 6 000 € : « rien »"}) == {
        "text": f"Il reste 6{NBSP}000{NBSP}€{NBSP}: «{NBSP}rien{NBSP}»"
    }
