"""Moves, corrections and comments of an action."""

from django.utils import timezone

from actions import services
from actions.enums import CommentAudience, Step
from actions.models import ActionComment
from tests.access.actions import TEAM, UNSEEN, action, pk_of, retained, source
from tests.access.matrix import Row, Secret

DAY = timezone.localdate().isoformat()
FULL = "lead co_lead pilot elected finance referent institution holder"
NOT_FULL = {**UNSEEN, "evaluator": 403}
ON_RETAINED = {"institution": 404}
OUTSIDERS = {"partner": 404, "reader": 404}


def named(builder, name):
    return lambda world: [builder(world).pk, name]


def comment(world, audience=CommentAudience.HOLDER, block="public"):
    def build(world):
        return ActionComment.objects.create(
            action=action(world),
            author=world.lead,
            body=f"Remarque du cercle {audience}",
            audience=audience,
            organisation=world.institution if audience == CommentAudience.INSTITUTION else None,
            block=block,
        )

    return world.made(f"comment {audience}", build)


def of_circle(audience):
    return lambda world: comment(world, audience, block="")


def move(world):
    def build(world):
        services.move_by_hand(retained(world), "suspend", actor=world.lead, comment="Salle indisponible")
        return retained(world).log.get()

    return world.made("move", build)


def entry(world):
    def build(world):
        return services.record_amount(
            action=action(world),
            source=source(world),
            budget_year=action(world).budget_year,
            step=Step.REQUESTED,
            amount=1200,
            on=timezone.localdate(),
            actor=world.lead,
        )

    return world.made("entry", build)


BACK = {
    "due_on": "2099-01-01",
    "subject": "Fiche à corriger",
    "body": "[la date] [le lien]",
    "about_1": "public.audience",
    "remark_1": "Combien d’enfants ?",
}
REMARK = {"body": "À voir", "audience": "holder"}

ROWS = [
    Row("actions:move", named(retained, "close"), only=TEAM, codes={**ON_RETAINED, **OUTSIDERS}),
    Row(
        "actions:move",
        named(retained, "close"),
        only=TEAM,
        codes={**ON_RETAINED, **OUTSIDERS},
        post={"happened_on": DAY},
        code=302,
    ),
    Row("actions:send_back", pk_of(action), only=TEAM, codes=OUTSIDERS),
    Row("actions:send_back", pk_of(action), only=TEAM, codes=OUTSIDERS, post=BACK, code=302),
    Row("actions:undo", pk_of(retained), only=TEAM, codes={**ON_RETAINED, **OUTSIDERS}),
    Row("actions:move_day", pk_of(move), only=TEAM, others=404, codes={"pilot": 403, "elected": 403, "finance": 403, "evaluator": 403}),
    Row("actions:amount_correct", pk_of(entry), only="lead finance", others=403, codes={**OUTSIDERS, "holder": 403}),
    Row("actions:comments", pk_of(action), only=FULL, others=404, codes={"evaluator": 200}),
    Row("actions:comments", pk_of(action), only=FULL, others=404, codes={"evaluator": 403, "finance": 200}, post=REMARK, code=302),
    Row("actions:comment_answer", pk_of(comment), only="lead co_lead pilot elected referent institution holder", others=404, post={"body": "Vu"}, code=302),
    Row("actions:comment_resolve", pk_of(comment), only=TEAM, others=404, codes={"pilot": 403, "elected": 403, "referent": 403, "institution": 403, "holder": 403}, post={"regle": "1"}, code=302),
    Row("actions:comment_change", pk_of(comment), only="lead", others=404, codes={"co_lead": 403, "pilot": 403, "elected": 403, "referent": 403, "institution": 403, "holder": 403}),
    Row("actions:comment_withdraw", pk_of(comment), only="lead", others=404, codes={"co_lead": 403, "pilot": 403, "elected": 403, "referent": 403, "institution": 403, "holder": 403}, post={}, code=302),
]  # fmt: skip

CIRCLES = {
    CommentAudience.TEAM: "lead co_lead",
    CommentAudience.PILOTS: "lead co_lead pilot elected",
    CommentAudience.HOLDER: "lead co_lead pilot elected referent institution holder",
    CommentAudience.INSTITUTION: "institution",
}
SECRETS = [
    Secret(
        name,
        value=lambda world, audience=audience: f"Remarque du cercle {audience}",
        args=pk_of(action),
        readers=readers if name == "actions:comments" else "",
        prepare=of_circle(audience),
    )
    for audience, readers in CIRCLES.items()
    for name in ("actions:comments", "actions:detail", "actions:history")
]
