"""Two reviews of Dunkerque: 2025, short and frozen; 2026, under way, with a remark and two sides that have validated."""

from datetime import date

from django.core.exceptions import ValidationError

from cite_educative.home.demo.accounts import DOMAIN
from evaluation.review_enums import AnswerState
from evaluation.services import (
    comment_answer,
    create_review,
    freeze_review,
    save_answer,
    settle_answer,
    shipped_template,
    validate_computed,
    validate_side,
)
from governance.enums import CommunicationState, Support
from governance.services import create_communication_item
from partners.models import User

LAST_TEXTS = {
    "1.4": "Réunir au même moment les trois communes et les services de l’État reste difficile : deux Troïkas ont été "
    "reportées.",
    "2.4": "Frein : les locaux, pendant les travaux du Banc Vert. Levier : les référents communaux, qui connaissent "
    "chaque porteur.",
    "3.2": "Visite de la Cité éducative d’Amiens en mars, sur l’accueil des parents au collège.",
    "6.3": "Les séances de lecture sont suivies par les mêmes enfants toute l’année ; l’effet sur les familles reste à "
    "mesurer.",
}
# code: (typed value, text)
ANSWERS = {
    "A7": (False, ""),
    "A8": (["PRE", "CTG", "PEDT", "CLSPD"], ""),
    "B1": ("élargie", ""),
    "B6": ("0.5", ""),
    "B8": ("plutôt", "Les deux comités partagent leur ordre du jour depuis le printemps."),
    "B10": (None, "Deux sièges de la Troïka ont changé de titulaire en cours d’année."),
    "C8": (
        [
            ["Ambassadeurs de la lecture", "Des élèves de sixième lisent aux plus petits, et lisent plus eux-mêmes."],
            ["Savoir nager", "Tous les élèves de CM2 des quartiers passent l’attestation."],
            ["Café des parents", "Les familles entrent au collège sans y être convoquées."],
        ],
        "",
    ),
    "E2": (True, ""),
    "E4": ("tout à fait", ""),
    "F12": (
        None,
        "Deux actions ont été reportées à 2027 faute de locaux. Les crédits remis à disposition ont été affectés par la Troïka.",
    ),
}
VALIDATED = ("A7", "A8", "B1", "E2")
OWNERS = {"B6": "education", "F5": "education", "C10": "referent", "H1": "prefecture"}
SAID_ON = date(2026, 2, 3)
REMARK = "Merci de dire quelle action est financée par quelle commune, et pas seulement la somme."


def review_project(dunkerque):
    _frozen(dunkerque)
    _under_way(dunkerque)


def _account(login):
    return User.objects.select_related("person").get(email=f"{login}@{DOMAIN}")


def _open(dunkerque, year, form):
    review, _ = create_review(cite=dunkerque.cite, year=year, template=shipped_template(form), actor=dunkerque.actor)
    return review, {row.question.code: row for row in review.answers.select_related("question", "review")}


def _write(answer, actor, *, value=None, text="", **owner):
    typed = {"value": value, "text": text, "reason": "", **owner}
    return save_answer(answer, actor=actor, version=answer.version, typed=typed)


def _frozen(dunkerque):
    actor, cite = dunkerque.actor, dunkerque.cite
    review, answers = _open(dunkerque, 2025, "2022")
    for code, text in LAST_TEXTS.items():
        answers[code] = _write(answers[code], actor, text=text)
    answers["4.2"] = _write(answers["4.2"], actor, value=True)
    answers["6.1"] = _write(answers["6.1"], actor, value="2024-11-15")
    for answer in answers.values():
        try:
            settle_answer(answer, state=AnswerState.VALIDATED, actor=actor)
        except ValidationError:
            settle_answer(answer, state=AnswerState.UNANSWERED, actor=actor)
    for side in cite.sides.all():
        origin = {"received_from": side.label, "received_by": "courriel", "received_on": SAID_ON}
        validate_side(review, side=side, actor=actor, validated_on=SAID_ON, **origin)
    freeze_review(review, actor=actor)
    _note_late(cite, actor)


def _note_late(cite, actor):
    """What the frozen review does not tell, and shows as having drifted."""
    day = date(2025, 12, 6)
    create_communication_item(
        cite=cite,
        actor=actor,
        title="Forum des parcours",
        support=Support.EVENT,
        state=CommunicationState.DONE,
        planned_on=day,
        done_on=day,
        audience="Familles des quartiers",
    )


def _under_way(dunkerque):
    actor, cite = dunkerque.actor, dunkerque.cite
    review, answers = _open(dunkerque, 2026, "bank")
    for code, (value, text) in ANSWERS.items():
        answers[code] = _write(answers[code], actor, value=value, text=text)
    for code, login in OWNERS.items():
        kept = {"value": answers[code].value, "text": answers[code].text}
        answers[code] = _write(answers[code], actor, owner=_account(login).person, **kept)
    for code in VALIDATED:
        settle_answer(answers[code], state=AnswerState.VALIDATED, actor=actor)
    validate_computed(review, section="A", actor=actor)
    comment_answer(answers["F7"], body=REMARK, actor=_account("elu"))
    state, education = (cite.sides.get(kind=kind) for kind in ("state", "education"))
    validate_side(review, side=state, actor=_account("prefecture"), validated_on=date(2026, 11, 20))
    validate_side(
        review,
        side=education,
        actor=actor,
        validated_on=date(2026, 11, 24),
        received_from="M. Karim Bensaïd",
        received_by="courriel",
        received_on=date(2026, 11, 24),
    )
