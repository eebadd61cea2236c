"""The documents of a plan: frozen first, rendered in the background."""

from django.db import transaction
from django.utils import timezone

from actions.enums import PlanDocument
from actions.models import PlanEdition, PlanEditionFile
from actions.plan_content import plan_content
from cite_educative.common import journal
from cite_educative.common.once import lock_row
from cite_educative.documents.services import request_file

PLAN_KIND = "actions.plan"
FORMATS = {PlanDocument.CATALOGUE: ("pdf", "docx"), PlanDocument.POSTER: ("pdf",), PlanDocument.LEAFLET: ("pdf",)}
VARYING = ("made_on", "made_by")


@transaction.atomic
def make_plan_document(*, kind, cite, budget_year, actor, actions, selection=""):
    """Freeze what these actions say today and ask for the files of the document.

    `actions` is a queryset that the actor may read, `selection` says in words which they are. (edition, created):
    when nothing changed since the last one of the same kind and selection, that one is returned.
    """
    lock_row(cite)
    today = timezone.localdate()
    content = plan_content(kind, cite, budget_year, user=actor, actions=actions, today=today)
    selection = selection[:300]
    same = PlanEdition.objects.filter(cite=cite, budget_year=budget_year, kind=kind, selection=selection)
    last = same.first()
    if last and all(last.content.get(key) == value for key, value in content.items() if key not in VARYING):
        return last, False
    edition = PlanEdition.objects.create(
        cite=cite, budget_year=budget_year, kind=kind, selection=selection, content=content, made_by=actor
    )
    label = PlanDocument(kind).label
    for format_ in FORMATS[kind]:
        file = request_file(
            kind=PLAN_KIND,
            format=format_,
            title=f"{label[:1].upper()}{label[1:]} {int(budget_year)}, {content['made_on']}",
            filename=f"{kind}-{cite.slug}-{int(budget_year)}-{today:%Y-%m-%d}.{format_}",
            cite_id=cite.pk,
            author=actor,
        )
        PlanEditionFile.objects.create(edition=edition, file=file)
    journal.record(
        cite_id=cite.pk,
        actor=actor,
        verb="plan.document",
        subject=edition,
        sentence=f"{actor} a établi le document «\u00a0{label} {int(budget_year)}\u00a0».",
    )
    return edition, True
