from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from actions import services
from actions.finances.releases import answers_mark, concerned_fundings
from actions.models import AssemblySession
from tests.access.actions import MONEY, OWN_CITE, UNSEEN, both, pk_of, source
from tests.access.matrix import ALL, Row, Secret
from tests.actions import factories

OFFICERS = "lead finance"
HIDDEN = {role: 404 for role in ALL.split() if role not in MONEY.split()}
PDF = b"%PDF-1.4\n%%EOF\n"


def granted(world):
    """By the institution, in the referent's commune; not released."""

    def build(world):
        made = factories.make_action(world.cite, holder=world.holder, communes=[world.commune])
        return factories.make_funding(made, source(world), programmed="8000", granted="7654.32")

    return world.made("granted", build)


def awaited(world):
    def build(world):
        made = factories.make_action(world.cite, holder=world.holder, communes=[world.commune])
        return factories.make_funding(made, source(world), programmed="8123.45")

    return world.made("awaited", build)


def with_source(world):
    """The address names no object, but what is sent needs a line."""
    source(world)
    return []


def act(world):
    return granted(world).act


def file(world):
    return world.made(
        "act_file",
        lambda world: services.add_act_file(act(world), upload=ContentFile(PDF, name="acte.pdf"), actor=world.lead),
    )


def session(world):
    def build(world):
        return AssemblySession.objects.create(
            cite=world.cite,
            organisation=source(world).organisation,
            label="Conseil",
            held_on="2026-12-17",
            created_by=world.lead,
        )

    return world.made("session", build)


def a_session(world):
    return {"organisation": source(world).organisation_id, "label": "Conseil", "held_on": "2027-01-14"}


def a_correction(world):
    funding = granted(world)
    return {
        "version": act(world).version,
        "kind": "order",
        "number": "1",
        "decided_on": "2026-03-02",
        f"grant-{funding.pk}": "7654.32",
        "reason": "numéro oublié",
    }


def a_release(world):
    """Of what its preview showed."""
    return {"apercu": answers_mark(list(concerned_fundings(source(world), timezone.localdate().year, None)))}


def an_upload(world):
    return {"upload": SimpleUploadedFile("acte.pdf", PDF)}


def kept(name, args, post=None, *, codes=None):
    """What money readers see and officers change; the others do not know that it exists."""
    code = 200 if post is None else 302
    return Row(name, args, only=OFFICERS, code=code, post=post, codes=HIDDEN if codes is None else codes)


ROWS = [
    Row("actions:acts", only=MONEY, outside=OWN_CITE),
    Row("actions:acts", query="?format=csv", only=MONEY, outside=OWN_CITE),
    Row("actions:act", pk_of(act), only=MONEY, others=404),
    kept("actions:act_correct", pk_of(act)),
    kept("actions:act_correct", pk_of(act), a_correction),
    kept("actions:act_file_add", pk_of(act)),
    kept("actions:act_file_add", pk_of(act), an_upload),
    Row("actions:act_file", pk_of(file), only=MONEY, others=404),
    kept("actions:gap", pk_of(granted), codes=UNSEEN),
    kept("actions:gap", pk_of(granted), {"reason": "crédits réduits"}, codes=UNSEEN),
    Row("actions:votes", only=MONEY, outside=OWN_CITE),
    *both(
        "actions:session_create",
        with_source,
        OFFICERS,
        a_session,
        outside=OWN_CITE,
        posted_outside={"stranger": 404, "other_lead": 200},
    ),
    kept("actions:session_update", pk_of(session)),
    kept("actions:session_update", pk_of(session), a_session),
    kept("actions:session_remove", pk_of(session), {}),
    Row("actions:releases", only=MONEY, outside=OWN_CITE),
    *both("actions:release", pk_of(source), OFFICERS, a_release),
]

GRANTED = "7\u00a0654,32"
SECRETS = [
    Secret("actions:acts", lambda world: GRANTED, MONEY, prepare=granted),
    Secret("actions:acts", lambda world: "7654,32", MONEY, prepare=granted, query="?format=csv"),
    Secret("actions:act", lambda world: GRANTED, MONEY, pk_of(act)),
    Secret("actions:votes", lambda world: "8\u00a0123,45", MONEY, prepare=awaited),
    Secret("actions:release", lambda world: GRANTED, OFFICERS, pk_of(source), prepare=granted),
]
