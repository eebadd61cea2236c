"""Rules of the house that no linter checks."""

import ast
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("cite_educative", "partners", "actions", "governance", "evaluation")
TEMPLATES = ROOT / "templates"
LONGEST_MODULE, LONGEST_TEST_MODULE, LONGEST_FUNCTION, LONGEST_VIEW = 400, 600, 40, 30
# Found by name: Django's own views, the form pack, error pages.
FOUND_BY_NAME = ("registration/", "bootstrap5/", "403.html", "403_csrf.html", "404.html", "500.html")
ACRONYMS = ("SIRET", "RNA", "UAI", "INSEE", "QPV", "Cité", "Troïka", "REP", "Dauphin", "URL")
NBSP, NARROW = "\u00a0", "\u202f"


@cache
def modules():
    """[(path, tree)] of our own code, migrations left aside."""
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths if "migrations" not in path.parts]


@cache
def templates():
    return sorted(path for path in TEMPLATES.rglob("*") if path.suffix in (".html", ".txt"))


def name_of(path):
    return str(path.relative_to(ROOT))


def assert_none(found):
    """All of them in the report, one a line."""
    if found:
        pytest.fail("\n".join(map(str, found)))


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(node):
    return node.end_lineno - node.lineno + 1


def is_view_module(path):
    return path.name == "views.py" or path.parent.name == "views"


def test_no_module_is_too_long():
    sizes = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path, _ in modules()}

    assert_none([(name, size) for name, size in sizes.items() if size > LONGEST_MODULE])


def test_no_test_module_is_too_long():
    sizes = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "tests").rglob("*.py")
    }

    assert_none([(name, size) for name, size in sizes.items() if size > LONGEST_TEST_MODULE])


def test_no_function_is_too_long():
    too_long = [
        f"{name_of(path)}:{node.lineno} {node.name}: {length(node)} lines"
        for path, tree in modules()
        for node in functions(tree)
        if length(node) > (LONGEST_VIEW if is_view_module(path) else LONGEST_FUNCTION)
    ]

    assert_none(too_long)


def test_no_import_is_inside_a_function():
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path, tree in modules()
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert_none(found)


def test_views_reach_rows_through_what_the_user_may_see():
    """`.objects.` in a view is followed by `visible_to`, on the same line or the next."""
    pattern = re.compile(r"\.objects\b(?!\s*\.visible_to\()")
    found = [
        f"{name_of(path)}:{text.count(chr(10), 0, match.start()) + 1}"
        for path, _ in modules()
        if is_view_module(path)
        for text in [path.read_text(encoding="utf-8")]
        for match in pattern.finditer(text)
    ]

    assert_none(found)


def test_our_code_receives_no_signal_and_points_to_no_generic_row():
    pattern = re.compile(r"models\.signals|models import signals|django\.dispatch|GenericForeignKey")

    assert_none([name_of(path) for path, _ in modules() if pattern.search(path.read_text(encoding="utf-8"))])


def test_today_is_asked_in_french_time():
    pattern = re.compile(r"\bdate\.today\(\)|\.now\(\)\.date\(\)")

    assert_none([name_of(path) for path, _ in modules() if pattern.search(path.read_text(encoding="utf-8"))])


def own_models():
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in PACKAGES]


def lower_case(name):
    words = str(name).split()
    return not words or words[0].startswith(ACRONYMS) or words[0][0].lower() == words[0][0]


def test_verbose_names_begin_in_lower_case():
    names = [(model._meta.label, model._meta.verbose_name) for model in own_models()]
    names += [
        (f"{model._meta.label}.{field.name}", field.verbose_name)
        for model in own_models()
        for field in model._meta.fields
        if field.name != "id"
    ]

    assert_none([(label, str(name)) for label, name in names if not lower_case(name)])


def test_every_template_is_used():
    """Named in the code or in another template, or found by name by Django."""
    sources = [path.read_text(encoding="utf-8") for path, _ in modules()]
    sources += [path.read_text(encoding="utf-8") for path in templates()]
    everything = "\n".join(sources)
    names = [str(path.relative_to(TEMPLATES)) for path in templates()]
    unused = [name for name in names if not name.startswith(FOUND_BY_NAME) and name not in everything]

    assert_none(unused)


@pytest.mark.parametrize("path", templates(), ids=name_of)
def test_a_template_is_readable_by_django(path):
    assert get_template(str(path.relative_to(TEMPLATES)))


def test_templates_hold_no_inline_style_or_script():
    """The security policy blocks them; documents for paper keep their style sheet in the page."""
    attribute = re.compile(r"""\s(?:style|on[a-z]+)\s*=\s*["']""", re.IGNORECASE)
    script = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE)
    found = []
    for path in templates():
        text = path.read_text(encoding="utf-8")
        if attribute.search(text) or script.search(text):
            found.append(name_of(path))

    assert_none(found)


def test_included_fragments_hold_no_block_and_are_included_with_only():
    include = re.compile(r"\{%\s*include\s[^%]*%\}")
    blocks = [name_of(path) for path in templates() if path.name.startswith("_") and "{% block " in path.read_text()]
    leaking = [
        f"{name_of(path)}: {tag}"
        for path in templates()
        if "bootstrap5" not in path.parts
        for tag in include.findall(path.read_text(encoding="utf-8"))
        if not re.search(r"\bonly\s*%\}$", tag)
    ]

    assert_none(blocks)
    assert_none(leaking)


class VisibleText(HTMLParser):
    """(line, text) of what a reader sees: text, and the attributes read aloud. Template tags become `¤`."""

    READ = ("title", "alt", "aria-label", "placeholder", "data-mot")
    UNREAD = ("script", "style", "svg", "code", "pre")

    def __init__(self):
        super().__init__()
        self.texts, self._hidden = [], 0

    def handle_starttag(self, tag, attributes):
        self._hidden += tag in self.UNREAD
        self.texts += [(self.getpos()[0], value) for name, value in attributes if name in self.READ and value]

    def handle_endtag(self, tag):
        self._hidden -= tag in self.UNREAD

    def handle_data(self, text):
        if not self._hidden:
            self.texts.append((self.getpos()[0], text))


def visible_texts(path):
    source = path.read_text(encoding="utf-8")
    quoted = [
        (source.count("\n", 0, tag.start()) + 1, text)
        for tag in re.finditer(r"\{%\s*(?:include|status_badge)\b[^%]*%\}", source)
        for text in re.findall(r'"([^"]*)"', tag[0])
        if " " in text
    ]
    source = re.sub(r"\{#.*?#\}", "", source)
    source = re.sub(r"\{%\s*(comment).*?endcomment\s*%\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{\{.*?\}\}", "¤", source)
    source = re.sub(r"\{%.*?%\}", "", source)
    parser = VisibleText()
    parser.feed(source)
    return parser.texts + quoted


FAULTS = {
    "a straight apostrophe": re.compile(r"[A-Za-zÀ-ÿ¤]'[A-Za-zÀ-ÿ¤]"),
    "an ordinary space before a double sign": re.compile(r"\S [:;!?»%€](?=\s|$)"),
    "no space before a double sign": re.compile(r"[A-Za-zÀ-ÿ¤][;!?»€](?=\s|$)|[A-Za-zÀ-ÿ¤]:(?=\s)"),
    "a guillemet without its no-break space": re.compile(rf"«(?![{NBSP}{NARROW}])"),
    "three dots": re.compile(r"\w\.\.\."),
    "a point médian": re.compile(r"[a-zà-ÿ]·[a-zà-ÿ]"),
}


def typographic_faults(path):
    return [
        f"{name_of(path)}:{line}: {fault} in “{text.strip()[:60]}”"
        for line, text in visible_texts(path)
        for fault, pattern in FAULTS.items()
        if pattern.search(text)
    ]


def test_templates_follow_french_typography():
    assert_none([fault for path in templates() for fault in typographic_faults(path)])


@cache
def french_strings():
    """(place, text) of the literals of our code that hold a French sentence or label; docstrings left aside."""
    found = []
    for path, tree in modules():
        documentation = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
            if is_text and "(?" not in node.value and id(node) not in documentation:
                found.append((f"{name_of(path)}:{node.lineno}", node.value))
    return found


def test_sentences_of_the_code_follow_french_typography():
    """Checked where it can be told from code: guillemets, double signs after a word, apostrophes between letters."""
    apostrophe = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|aujourd)'[a-zà-ÿ]", re.IGNORECASE)
    guillemet = re.compile(rf"«(?![{NBSP}{NARROW}]|$)|(?<![{NBSP}{NARROW}])»(?<!^»)")
    sign = re.compile(r"[a-zà-ÿ’] [:;!?»](?=\s|$)")
    found = [
        f"{place}: {text[:60]!r}"
        for place, text in french_strings()
        if apostrophe.search(text) or guillemet.search(text) or sign.search(text)
    ]

    assert_none(found)
