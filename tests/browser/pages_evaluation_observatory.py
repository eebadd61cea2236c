"""The observatory, with places of the demonstration."""

from tests.browser.page import Page

OBSERVATORY_PAGES = [
    Page("evaluation:observatory"),
    Page("evaluation:observatory", login="referent"),
    Page("evaluation:commune_portrait", lambda demo: [demo.cite.communes.order_by("name").first().pk]),
    Page("evaluation:neighbourhood_portrait", lambda demo: [demo.cite.neighbourhoods.order_by("name").first().pk]),
    Page("evaluation:school_portrait", lambda demo: [demo.cite.schools.order_by("name").first().pk]),
]
