"""Calls of the demonstration: what each says and asks, a second wave, one to come, and opinions that score requests."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from actions.models import Action, Opinion
from actions.services import (
    add_usual_criteria,
    add_usual_pieces,
    copy_call,
    enter_opinion,
    publish_call,
    save_call,
)

CONTACT = "l’équipe de la Cité éducative, cite-educative@demo.example"
PRESENTATION = """La Cité éducative soutient des actions qui accompagnent les enfants et les jeunes des quartiers \
prioritaires de Dunkerque, Grande-Synthe, Coudekerque-Branche et Saint-Pol-sur-Mer, de la naissance à l’insertion.

Priorités de l’année\u00a0: le langage et la lecture dès la crèche, la place des parents à l’école, la découverte des métiers \
industriels et portuaires, la santé des collégiens."""
ELIGIBILITY = """Les associations, les communes, les établissements scolaires et les établissements publics qui agissent \
dans les quartiers prioritaires de la Cité. Une action concerne une commune au moins\u00a0; elle peut en concerner plusieurs."""
NAMING_RULE = "CE-DK – sigle de la structure – titre du projet"
LEFT_OUT = ("means", "communication")  # blocks that the calls of Dunkerque do not ask


@dataclass(frozen=True)
class Said:
    """One opinion of the demonstration: which request, whose, what, and the scores in the order of the criteria."""

    title: str
    side: str
    verdict: str
    comment: str
    advised: int | None
    scores: tuple


SAID = (
    Said(
        "École ouverte de février",
        "education",
        "favourable",
        "Les trois écoles sont volontaires et les équipes prêtes.",
        20_000,
        (4, 4, 4, 3, 4),
    ),
    Said(
        "École ouverte de février",
        "state",
        "favourable",
        "Complément utile aux vacances apprenantes.",
        19_000,
        (4, 3, 4, 3, 3),
    ),
    Said(
        "Parler dès la crèche",
        "education",
        "favourable",
        "Prolonge le travail des classes de tout-petits.",
        22_000,
        (3, 4, 4, 4, 4),
    ),
    Said(
        "Parler dès la crèche",
        "state",
        "favourable",
        "Action repérée par le diagnostic, à suivre sur deux ans.",
        22_000,
        (3, 4, 3, 4, 4),
    ),
    Said(
        "Parler dès la crèche",
        "intercommunality",
        "reserved",
        "Favorable si les deux crèches de Saint-Pol-sur-Mer y entrent en septembre.",
        18_000,
        (3, 3, 3, 3, None),
    ),
    Said(
        "Les échecs à l’école",
        "education",
        "reserved",
        "Peu de lien écrit avec les enseignants.",
        3_000,
        (2, 2, 3, 2, 2),
    ),
    Said(
        "Les échecs à l’école",
        "state",
        "unfavourable",
        "Deux séances sur dix seulement ont lieu dans un quartier prioritaire.",
        None,
        (2, 1, 3, 2, 1),
    ),
    Said(
        "Mentorat",
        "intercommunality",
        "favourable",
        "Quarante binômes\u00a0: l’objectif est tenable avec les lycées déjà engagés.",
        17_000,
        (4, 3, 3, 4, 4),
    ),
    Said(
        "Un orchestre au collège",
        "state",
        "reserved",
        "Coût par élève élevé\u00a0: demander un plan de financement sur trois ans.",
        15_000,
        (3, 4, 2, 3, 3),
    ),
)


def describe_calls(dunkerque):
    """Calls 2025 and 2026 as they were published, and the second wave of 2026."""
    actor = dunkerque.actor
    for call, answers_on in ((dunkerque.last_year, date(2025, 3, 28)), (dunkerque.call, date(2026, 3, 27))):
        call.presentation, call.eligibility, call.naming_rule = PRESENTATION, ELIGIBILITY, NAMING_RULE
        call.contact, call.answers_on = CONTACT, answers_on
        call.blocks = [key for key in call.blocks if key not in LEFT_OUT]
        save_call(call, actor=actor)
        add_usual_criteria(call, actor=actor)
        add_usual_pieces(call, actor=actor)
        publish_call(call, actor=actor)
    dunkerque.second_call = copy_call(
        dunkerque.call,
        actor=actor,
        label=f"{dunkerque.call.label}, deuxième vague",
        budget_year=2026,
        school_year=2026,
        opens_on=date(2026, 8, 31),
        closes_on=date(2026, 10, 9),
        answers_on=date(2026, 12, 18),
    )
    publish_call(dunkerque.second_call, actor=actor)


def announce_next_year(dunkerque):
    """The call to come: its page is public before it opens."""
    opens_on = max(date(2026, 12, 7), timezone.localdate() + timedelta(days=10))
    call = copy_call(
        dunkerque.call,
        actor=dunkerque.actor,
        label="Appel à projets 2027",
        budget_year=2027,
        opens_on=opens_on,
        closes_on=opens_on + timedelta(days=46),
        answers_on=opens_on + timedelta(days=130),
    )
    publish_call(call, actor=dunkerque.actor)


def give_opinions(dunkerque):
    """What the sides wrote on several requests of the second wave, scored on the grid of the call."""
    criteria = list(dunkerque.second_call.criteria.all())
    voices = {mandate.side.kind: mandate for mandate in dunkerque.mandates if mandate.side}
    for said in SAID:
        mandate = voices[said.side]
        action = Action.objects.get(call=dunkerque.second_call, title__startswith=said.title)
        opinion = Opinion(
            action=action,
            side=mandate.side,
            person=mandate.person,
            name=mandate.person.formal_name,
            verdict=said.verdict,
            comment=said.comment,
            advised=said.advised,
            given_on=date(2026, 11, 5),
            given_how="par courriel du 5 novembre",
        )
        scores = {criterion: score for criterion, score in zip(criteria, said.scores, strict=True) if score}
        enter_opinion(opinion, actor=dunkerque.actor, scores=scores)
