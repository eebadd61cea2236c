"""How computed figures are explained, with objects of the demonstration."""

from tests.browser.page import Page

EVALUATION_COMPUTED_PAGES = [
    Page("evaluation:computed", lambda demo: ["actions_done"], which="realisees"),
    Page("evaluation:computed", lambda demo: ["leverage"], which="levier"),
    Page("evaluation:computed", lambda demo: ["review.f13"], which="tableau"),
    Page("evaluation:computed", lambda demo: ["review.b2"], which="troika", login="prefecture"),
]
