"""A letter of notification, from the content frozen when it was written and nothing else."""

from django.template.loader import render_to_string

from actions.models import Letter
from actions.services.letters import LETTER_KIND
from cite_educative.documents.registry import renderer, visibility


@renderer(LETTER_KIND)
def render_letter(generated_file):
    content = Letter.objects.get(file=generated_file).content
    logos = [{"label": content["funder"]}, {"label": f"Cité éducative {content['cite']}"}]
    frame = {"accent": content["accent"], "logos": logos, "draft": False, "signatures": ()}
    return render_to_string("finances/print/letter.html", {"content": content, **frame})


@visibility(LETTER_KIND)
def visible_letter_files(user):
    return Letter.objects.visible_to(user).values("file")
