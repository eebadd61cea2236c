"""The strict ground of `tests/conftest.py` holds."""

import socket

import pytest
from django.template.base import Origin, Template
from django.template.context import Context

from tests.conftest import PROJECT_TEMPLATES, UndefinedVariable


def render(source, path):
    template = Template(source, Origin(str(path)))
    return template.render(Context({"known": ""}))


def test_an_undefined_variable_in_our_templates_fails():
    with pytest.raises(pytest.fail.Exception, match=r"“unknown” in actions/list\.html"):
        render("{{ known }}{{ unknown }}", PROJECT_TEMPLATES / "actions" / "list.html")


def test_a_template_of_another_package_may_leave_names_undefined():
    assert render("{{ unknown }}", "/elsewhere/list.html") == ""
    assert UndefinedVariable("") % "unknown" == ""


def test_the_outside_network_is_closed():
    with socket.socket() as connection, pytest.raises(pytest.fail.Exception, match=r"192\.0\.2\.1"):
        connection.connect(("192.0.2.1", 80))
