import io
import zipfile
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from actions.models import Envelope
from cite_educative.common.office import render_docx
from cite_educative.documents.models import GeneratedFile
from cite_educative.documents.tasks import render
from governance import services
from governance.documents import note_context, note_html, plain_table, record_context, typeset
from governance.enums import NoteKind
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
    note = make_note(
        setting,
        make_meeting(setting, days=3).items.get(),
        sections=[{"title": "Contexte", "text": "<p>Un contexte.</p>"}],
    )
    services.issue_note(note, actor=setting.lead)
    for file in GeneratedFile.objects.all():
        render(file.pk)
    assert [file.error for file in GeneratedFile.objects.all()] == ["", ""]


def test_the_record_never_says_that_a_programmed_amount_is_granted():
    record = make_closed_meeting(make_setting()).records.get()
    html = render_to_string("governance/print/record.html", record_context(record.content) | {"draft": False})
    assert "Total programmé" in html
    assert "accordé" not in html


def money(columns, amounts, amount):
    row = {"code": "A", "title": "T", "holder": "H", "cells": amounts, "total": amount}
    return plain_table({"columns": columns, "rows": [row], "totals": amounts, "total": amount})


def test_amounts_lose_their_cents_only_when_none_has_any():
    assert money(["État"], [f"12{NBSP}000,00{NBSP}€"], f"12{NBSP}000,00{NBSP}€")["totals"] == [f"12{NBSP}000"]
    assert money(["État"], [f"12{NBSP}000,50{NBSP}€"], f"12{NBSP}000,50{NBSP}€")["totals"] == [f"12{NBSP}000,50"]


@pytest.mark.parametrize(
    ("columns", "labels", "cells"),
    [(["État"], ["État"], ["5"]), (["État", "CUD"], ["État", "CUD", "Total"], ["5", "5", "5"])],
)
def test_the_amounts_of_a_single_funder_are_printed_once(columns, labels, cells):
    table = money(columns, ["5,00\u00a0€"] * len(columns), "5,00\u00a0€")

    assert [column["label"] for column in table["columns"]] == labels
    assert table["totals"] == cells
    assert [*table["rows"][0]["cells"], table["rows"][0]["total"]] == cells


def test_what_is_printed_keeps_amounts_and_double_signs_together():
    assert typeset({"text": "Il reste 6 000 € : « rien »"}) == {
        "text": f"Il reste 6{NBSP}000{NBSP}€{NBSP}: «{NBSP}rien{NBSP}»"
    }


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("M. Paul Durand et Mme Élise Aubry", f"M.{NBSP}Paul Durand et Mme{NBSP}Élise Aubry"),
        ("le 15 décembre 2026, le 1er mai", f"le 15{NBSP}décembre 2026, le 1er{NBSP}mai"),
        ("<p>l'arrêté, l&#39;avis</p>", "<p>l’arrêté, l’avis</p>"),
        ("<a href=\"/l'avis\">l'avis</a>", '<a href="/l\'avis">l’avis</a>'),
    ],
)
def test_names_dates_and_apostrophes_are_set_as_a_printer_would(typed, printed):
    assert typeset(typed) == printed


def test_a_report_is_headed_by_its_assembly_and_not_by_the_meeting_that_prepares_it():
    setting = make_setting()
    item = make_meeting(setting, days=3).items.get()
    note = make_note(setting, item, kind=NoteKind.REPORT, source=setting.town, addressee="Conseil municipal")
    content = services.issue_note(note, actor=setting.lead).content

    html = note_html(content)

    assert 'data-running-right="Conseil municipal"' in html
    assert f"Rédaction{NBSP}: {typeset(setting.lead.get_full_name())}" in html


def test_the_first_article_is_numbered_as_a_printer_would():
    setting = make_setting()
    item = make_meeting(setting, days=3).items.get()
    note = make_note(
        setting, item, kind=NoteKind.REPORT, source=setting.town, proposal="Article 1er. – Sont attribuées"
    )

    html = note_html(services.issue_note(note, actor=setting.lead).content)

    assert "Article 1<sup>er</sup>" in html
    with zipfile.ZipFile(io.BytesIO(render_docx(html))) as parts:
        assert b'w:vertAlign w:val="superscript"' in parts.read("word/document.xml")


def test_the_costs_of_options_lose_their_cents_together():
    def costs(*amounts):
        setting = make_setting(slug=f"cite-{len(amounts)}-{int(amounts[-1] * 2)}")
        item = make_meeting(setting, days=3).items.get()
        fields = {"interest": "", "risk": "", "is_proposed": False}
        options = [{"label": f"Option {rank}", "cost": cost, **fields} for rank, cost in enumerate(amounts)]
        content = services.issue_note(make_note(setting, item, options=options), actor=setting.lead).content
        return [option["cost"] for option in note_context(content)["note"]["options"]]

    assert costs(Decimal(1_000), None, Decimal(2)) == [f"1{NBSP}000{NBSP}€", "–", f"2{NBSP}€"]
    assert costs(Decimal(1_000), Decimal("2.50")) == [f"1{NBSP}000,00{NBSP}€", f"2,50{NBSP}€"]
