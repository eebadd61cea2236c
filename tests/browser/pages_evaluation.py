"""The pages of the evaluation, with objects of the demonstration."""

from tests.browser.page import Page

EVALUATION_PAGES = [
    Page("evaluation:home"),
    Page("evaluation:home", login="prefecture"),
]
