"""An agreement, from the content frozen when it was issued and nothing else."""

from django.template.loader import render_to_string

from actions.models import Agreement, AgreementDocument
from actions.services.agreements import AGREEMENT_KIND
from cite_educative.documents.registry import renderer, visibility


@renderer(AGREEMENT_KIND)
def render_agreement(generated_file):
    agreement = Agreement.objects.get(documents__file=generated_file)
    content = agreement.content
    logos = [{"label": content[party]["name"]} for party in ("funder", "holder")]
    frame = {"accent": content["accent"], "logos": logos, "draft": False, "signatures": ()}
    return render_to_string("finances/print/agreement.html", {"content": content, **frame})


@visibility(AGREEMENT_KIND)
def visible_agreement_files(user):
    return AgreementDocument.objects.filter(agreement__in=Agreement.objects.visible_to(user)).values("file")
