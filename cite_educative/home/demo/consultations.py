"""Three written consultations of the Troïka: one adopted, published and soon ratified; one open; one being prepared."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from governance.enums import AnswerHow, Verdict
from governance.models import Meeting
from governance.services import (
    add_consultation_piece,
    answer_consultation,
    ask_answers,
    askable,
    close_consultation,
    open_consultation,
    publish_consultation,
    ratify_consultation,
    save_consultation,
)

LETTER = "Madame, Monsieur,\n\nLa réponse se donne ici\u00a0:\n{lien}\n\nCordialement,"


def consult_in_writing(dunkerque, body):
    actor = dunkerque.actor
    _adopt(body, actor)
    _ask(dunkerque, body, actor)
    _prepare(body, actor)


def _in(days):
    return timezone.localdate() + timedelta(days=days)


def _adopt(body, actor):
    consultation = save_consultation(
        body=body,
        actor=actor,
        title="Report au 15 septembre des bilans de l’année scolaire",
        presentation="<p>Sept porteurs demandent deux semaines de plus pour rendre le bilan de leur action, les "
        "établissements étant fermés en août.</p><p>Les pilotes sont invités à accorder ce délai à tous.</p>",
        text="Les bilans des actions de l’année scolaire sont attendus au plus tard le 15 septembre.",
        deadline=_in(6),
    )
    consultation = open_consultation(consultation, actor=actor)
    for answer in consultation.answers.in_protocol_order():
        _enter(answer, actor, Verdict.FAVOURABLE)
    close_consultation(consultation, actor=actor, adopted=True)
    publish_consultation(consultation, actor=actor)
    coming = Meeting.objects.filter(body=body).preparable().order_by("starts_at").first()
    ratify_consultation(consultation, meeting=coming, actor=actor)


def _enter(answer, actor, verdict, comment=""):
    answer_consultation(
        answer,
        actor=actor,
        how=AnswerHow.ENTERED,
        verdict=verdict,
        comment=comment,
        name=f"Secrétariat, {answer.label}",
        received="par courriel",
    )


def _ask(dunkerque, body, actor):
    """Asked by letter; one answered by mail, with a reserve."""
    consultation = save_consultation(
        body=body,
        actor=actor,
        title="Programmer sans attendre deux actions de la seconde vague",
        presentation="<p>Ces deux actions commencent avant la prochaine Troïka\u00a0: sans décision d’ici là, elles ne "
        "peuvent pas ouvrir leurs inscriptions.</p><ul><li>les montants sont ceux de l’instruction\u00a0;</li>"
        "<li>les enveloppes les permettent.</li></ul>",
        text="Les pilotes programment les deux actions du tableau. Chaque financeur reste libre de son propre acte.",
        deadline=_in(8),
        actions=dunkerque.second_wave[:2],
    )
    piece = ContentFile(b"%PDF-1.4 demonstration", name="calendrier-des-inscriptions.pdf")
    add_consultation_piece(consultation, upload=piece, title="Calendrier des inscriptions", actor=actor)
    consultation = open_consultation(consultation, actor=actor)
    asked = [(answer, person) for answer, person in askable(consultation) if person.email]
    if asked:
        ask_answers(
            consultation=consultation,
            asked=asked,
            subject="Consultation écrite de la Troïka",
            body=LETTER,
            actor=actor,
        )
    last = list(consultation.answers.in_protocol_order())[-1]
    _enter(last, actor, Verdict.RESERVED, "Sous réserve que les familles des deux rives soient informées.")


def _prepare(body, actor):
    save_consultation(
        body=body,
        actor=actor,
        title="Composition du jury du concours d’éloquence",
        presentation="<p>Le jury se réunit en juin\u00a0; un membre est proposé par pilote.</p>",
        text="Les pilotes arrêtent la composition du jury telle que jointe.",
        deadline=_in(20),
    )
