from django.core.files.base import ContentFile

from actions import services
from actions.models import Agreement
from tests.access.actions import MONEY, OWN_CITE, pk_of
from tests.access.acts import HIDDEN, OFFICERS, PDF, an_upload, granted, kept
from tests.access.matrix import Row, Secret
from tests.actions import factories


def draft(world):
    def build(world):
        funding = granted(world)
        return services.draft_agreement(
            cite=world.cite,
            funder=funding.source.organisation,
            holder=funding.action.holder,
            budget_year=funding.budget_year,
            actor=world.lead,
        )

    return world.made("draft_agreement", build)


def issued(world):
    """The holder reads it from now on."""

    def build(world):
        factories.release(draft(world).lines.get().funding.source)
        row = services.issue_agreement(draft(world), version=1, actor=world.lead)
        return Agreement.objects.get(pk=row.pk)

    return world.made("issued_agreement", build)


def signed(world):
    def build(world):
        row = issued(world)
        for one in row.signatures.all():
            services.record_signature(
                one, capacity="la direction", sent_on=None, signed_on=row.issued_on, actor=world.lead
            )
        return row

    return world.made("signed_agreement", build)


def signature(world):
    return issued(world).signatures.first()


def file(world):
    return world.made(
        "agreement_file",
        lambda world: services.add_agreement_file(
            issued(world), upload=ContentFile(PDF, name="convention.pdf"), actor=world.lead
        ),
    )


def a_draft(world):
    row = draft(world)
    line = row.lines.get()
    return {
        "version": row.version,
        "title": "Lire",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "balance_percent": "20",
        "first_due_on": "2026-06-01",
        "balance_due_on": "2027-06-30",
        f"line-{line.pk}": "7000",
        "clause-0-title": "Objet",
        "clause-0-text": "{objet}",
    }


def a_template(world):
    return {"version": "0", "clause-0-title": "Objet", "clause-0-text": "{objet}"}


READERS = f"{MONEY} holder"
HOLDER_READS = {**HIDDEN, "holder": 403}

ROWS = [
    Row("actions:agreements", only=MONEY, outside=OWN_CITE),
    Row("actions:agreements", query="?format=csv", only=MONEY, outside=OWN_CITE),
    # Without a funder and a holder there is nothing to draft.
    Row("actions:agreement_create", only=OFFICERS, code=404),
    Row("actions:agreement_create", only=OFFICERS, code=404, post={}),
    Row("actions:agreement_template", only=OFFICERS, outside=OWN_CITE),
    Row(
        "actions:agreement_template",
        only=OFFICERS,
        post=a_template,
        code=302,
        outside={"stranger": 404, "other_lead": 302},
    ),
    Row("actions:agreement", pk_of(draft), only=MONEY, others=404),
    Row("actions:agreement", pk_of(issued), only=READERS, others=404),
    kept("actions:agreement_update", pk_of(draft)),
    kept("actions:agreement_update", pk_of(draft), a_draft),
    kept("actions:agreement_issue", pk_of(draft), {"version": "1"}),
    kept("actions:agreement_cancel", pk_of(draft)),
    kept("actions:agreement_cancel", pk_of(draft), {"reason": "double"}),
    kept("actions:agreement_amend", pk_of(signed), {}, codes=HOLDER_READS),
    kept("actions:agreement_file_add", pk_of(issued), codes=HOLDER_READS),
    kept("actions:agreement_file_add", pk_of(issued), an_upload, codes=HOLDER_READS),
    Row("actions:agreement_file", pk_of(file), only=READERS, others=404),
    kept("actions:signature", pk_of(signature), codes=HOLDER_READS),
    kept("actions:signature", pk_of(signature), {"capacity": "la présidente"}, codes=HOLDER_READS),
    kept("actions:signature_remind", pk_of(signature), {}, codes=HOLDER_READS),
]

SECRETS = [
    Secret("actions:agreements", lambda world: "7\u00a0654,32", MONEY, prepare=draft),
    Secret("actions:agreements", lambda world: "7654,32", MONEY, prepare=draft, query="?format=csv"),
    Secret("actions:agreement", lambda world: "7\u00a0654,32", MONEY, pk_of(draft)),
    Secret("actions:agreement", lambda world: "7\u00a0654,32", READERS, pk_of(issued)),
]
