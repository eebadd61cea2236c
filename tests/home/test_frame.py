"""The look of every page: what templates, style sheets and scripts promise one another."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string

from actions.enums import Stage

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATIC = Path(settings.BASE_DIR) / "static"
SCREENS = [path for path in TEMPLATES.rglob("*.html") if "print" not in path.parts]
SPRITE = (TEMPLATES / "common/includes/_icons.html").read_text()
SYMBOLS = set(re.findall(r'<symbol id="([^"]+)"', SPRITE))
STYLES = "".join(path.read_text() for path in (STATIC / "css").glob("*.css"))


class SampleForm(forms.Form):
    title = forms.CharField(label="Intitulé", help_text="Ce que lira le public.")
    progress = forms.ChoiceField(label="Avancement", choices=[("a", "Commencée")], widget=forms.RadioSelect)


def render_form(form):
    return render_to_string(
        "common/includes/_form.html", {"form": form, "submit": "Créer la fiche", "csrf_token": "token"}
    )


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_screen_holds_nothing_that_the_security_policy_blocks(path):
    text = path.read_text()

    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_screen_uses_only_icons_that_exist(path):
    text = path.read_text()
    named = {f"i-{name}" for name in re.findall(r'{% icon "([^"]+)" %}', text)}
    linked = set(re.findall(r'href="#([is]-[^"{]+)"', text))
    statuses = {f"s-{code}" for code in re.findall(r'{% status_badge "([^"]+)"', text)}

    assert named | linked | statuses <= SYMBOLS


@pytest.mark.parametrize("stage", Stage.values)
def test_each_stage_has_its_shape(stage):
    assert f"s-{stage}" in SYMBOLS


def test_each_shape_is_drawn_once():
    assert len(re.findall("<symbol ", SPRITE)) == len(SYMBOLS)


def test_style_sheets_use_only_variables_that_exist():
    used = set(re.findall(r"var\((--(?:ce|e|t)-[\w-]+)", STYLES))
    defined = set(re.findall(r"(--(?:ce|e|t)-[\w-]+):", STYLES))

    assert used <= defined


def test_the_error_summary_comes_first_and_leads_to_each_field():
    page = render_form(SampleForm({}))

    assert page.index('role="alert"') < page.index('name="title"')
    assert '<a href="#id_title">Intitulé</a>' in page
    assert '<a href="#div_id_progress">Avancement</a>' in page
    assert 'id="div_id_progress"' in page


def test_a_faulty_field_is_tied_to_its_help_and_its_error():
    page = render_form(SampleForm({}))
    described = re.search(r'name="title"[^>]*aria-describedby="([^"]+)"', page)

    assert described
    for name in described[1].split():
        assert f'id="{name}"' in page
    assert re.search(r'name="title"[^>]*aria-invalid="true"', page)


def test_a_fresh_form_shows_no_error():
    assert "resume-erreurs" not in render_form(SampleForm())


def test_the_page_of_a_crash_needs_neither_user_nor_database():
    page = render_to_string("500.html")

    assert "L’application n’a pas pu répondre" in page
    assert 'class="app app-nue' in page
