"""The communication plan of Dunkerque: its strategy, six lines, a period of reserve, its kit. Invented words."""

from datetime import date
from decimal import Decimal
from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from actions.models import Action
from cite_educative.home.demo import plan
from governance.communication import programme_of
from governance.enums import CommunicationState, PressAnswer, Support
from governance.models import FunderMention, ReservePeriod
from governance.services import (
    add_kit_file,
    create_communication_item,
    save_mention,
    save_reserve_period,
    save_strategy,
    set_press_agreement,
)

OBJECTIVES = """Faire connaître ce que la Cité change pour les enfants et les jeunes, plutôt que le dispositif.
Dire partout qui la pilote et qui la finance.
Donner aux familles une seule adresse pour savoir ce qui se passe dans leur quartier."""
AUDIENCES = (
    "Familles des quartiers",
    "Élus et services des communes",
    "Équipes des établissements",
    "Porteurs d’actions",
)
MESSAGES = (
    "De la maternelle à l’emploi, les mêmes adultes se parlent.",
    "Une action près de chez vous, gratuite, toute l’année.",
    "Votre association peut porter une action.",
)
LINES = (
    {
        "title": "Affiche de la rentrée",
        "support": Support.POSTER,
        "audience": AUDIENCES[0],
        "message": MESSAGES[1],
        "channel": "écoles, maisons de quartier, abribus",
        "state": CommunicationState.DONE,
        "planned_on": date(2026, 9, 1),
        "done_on": date(2026, 9, 3),
        "cost": Decimal(1480),
        "cost_source": "ingénierie",
        "reached": 3200,
    },
    {
        "title": "Reportage au Jardin des Algues",
        "support": Support.VIDEO,
        "audience": AUDIENCES[0],
        "message": MESSAGES[0],
        "channel": "pages de la Ville et de la Communauté urbaine",
        "state": CommunicationState.READY,
        "planned_on": date(2026, 12, 4),
        "cost": Decimal(2100),
        "cost_source": "ingénierie",
    },
    {
        "title": "Communiqué sur la programmation de la deuxième vague",
        "support": Support.PRESS,
        "audience": AUDIENCES[1],
        "channel": "presse locale",
        "state": CommunicationState.ASKED,
        "planned_on": date(2026, 12, 11),
    },
    {
        "title": "Lettre d’information de l’hiver",
        "support": Support.LETTER,
        "audience": AUDIENCES[3],
        "message": MESSAGES[2],
        "channel": "courriel",
        "state": CommunicationState.DRAFTING,
        "planned_on": date(2026, 12, 18),
        "cost": Decimal(0),
    },
    {
        "title": "Soirée des parents, collège du Lac",
        "support": Support.EVENT,
        "audience": AUDIENCES[0],
        "message": MESSAGES[0],
        "state": CommunicationState.IDEA,
        "planned_on": date(2027, 4, 2),
        "cost": Decimal(650),
    },
    {
        "title": "Page de la Cité sur le site de l’agglomération",
        "support": Support.SITE,
        "state": CommunicationState.IDEA,
    },
)
RESERVE = ("élection présidentielle de 2027", date(2027, 3, 19), date(2027, 4, 25))
POSTER_AGREED = {
    "asked_on": date(2026, 8, 20),
    "answer": PressAnswer.GIVEN,
    "answered_on": date(2026, 8, 27),
    "said_by": "reçu par courriel le 27 août",
}
MENTION = "Avec le soutien de l’État, au titre du label Cités éducatives."


def plan_communication(dunkerque):
    """After the sheets and the meetings: lines quote actions."""
    cite, actor = dunkerque.cite, dunkerque.actor
    save_strategy(
        cite=cite,
        programme=programme_of(cite, date(2026, 11, 1)),
        actor=actor,
        version=0,
        objectives=OBJECTIVES,
        audiences="\n".join(AUDIENCES),
        messages="\n".join(MESSAGES),
    )
    label, starts_on, ends_on = RESERVE
    period = ReservePeriod(cite=cite, label=label, starts_on=starts_on, ends_on=ends_on)
    save_reserve_period(period, actor=actor)
    actions = list(Action.objects.filter(cite=cite, code__startswith="CE26").order_by("code")[:2])
    items = [
        create_communication_item(
            cite=cite, actor=actor, reserve_checked=True, owner=actor.person, actions=actions[: rank % 3], **line
        )
        for rank, line in enumerate(LINES, start=1)
    ]
    for side in cite.sides.order_by("order"):
        set_press_agreement(item=items[0], side=side, actor=actor, version=0, **POSTER_AGREED)
    _agree(items[1], items[2], actor)
    _fill_kit(dunkerque)


def _agree(video, release, actor):
    education, state, *_ = video.cite.sides.order_by("order")
    given = {"answer": PressAnswer.GIVEN, "answered_on": date(2026, 11, 18), "comment": ""}
    set_press_agreement(
        item=video,
        side=education,
        actor=actor,
        version=0,
        asked_on=date(2026, 11, 12),
        answered_by="service de presse du rectorat",
        said_by="reçu par courriel le 18 novembre",
        **given,
    )
    for item in (video, release):
        set_press_agreement(item=item, side=state, actor=actor, version=0, asked_on=date(2026, 11, 12))


def _fill_kit(dunkerque):
    cite, actor = dunkerque.cite, dunkerque.actor
    state = dunkerque.sources[plan.STATE].organisation
    save_mention(FunderMention(cite=cite, organisation=state, text=MENTION), actor=actor)
    file = ContentFile(_logo(), name="logo-cite-educative.png")
    add_kit_file(cite=cite, actor=actor, file=file, title="logo en couleurs", side=None, is_logo=True)


def _logo():
    """Two discs: nobody's mark."""
    image = Image.new("RGB", (240, 120), "#ffffff")
    draw = ImageDraw.Draw(image)
    draw.ellipse((10, 10, 110, 110), fill="#0e4a5a")
    draw.ellipse((80, 10, 180, 110), fill="#7f5300")
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()
