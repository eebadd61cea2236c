"""A "compte rendu financier", from the content frozen when it was filed and nothing else."""

from django.template.loader import render_to_string

from actions.models import FinancialStatement, StatementDocument
from actions.services.statements import STATEMENT_KIND
from cite_educative.documents.registry import renderer, visibility


@renderer(STATEMENT_KIND)
def render_statement(generated_file):
    content = FinancialStatement.objects.get(documents__file=generated_file).content
    frame = {
        "accent": content["accent"],
        "logos": [{"label": content["holder"]["name"]}],
        "draft": False,
        "signatures": (),
    }
    return render_to_string("finances/print/statement.html", {"content": content, **frame})


@visibility(STATEMENT_KIND)
def visible_statement_files(user):
    return StatementDocument.objects.filter(statement__in=FinancialStatement.objects.visible_to(user)).values("file")
