"""The poster of a survey, printed from its frozen content."""

from django.template.loader import render_to_string

from cite_educative.common.qr import qr_svg
from cite_educative.documents.registry import renderer, visibility
from evaluation.models import SurveyPoster
from evaluation.services.surveys import POSTER_KIND
from governance.logos import logos_of


@renderer(POSTER_KIND)
def render_poster(generated_file):
    content = SurveyPoster.objects.get(file=generated_file).content
    shared = {"logos": logos_of(content), "signatures": (), "draft": False}
    return render_to_string("evaluation/print/survey_poster.html", shared | poster_context(content))


@visibility(POSTER_KIND)
def visible_poster_files(user):
    return SurveyPoster.objects.visible_to(user).values("file")


def poster_context(content):
    """For the printed poster and for its page."""
    drawn = qr_svg(content["url"], qr_id="qr", title=f"Code à photographier, qui ouvre {content['url']}")
    return {"poster": content, "accent": content["accent"], "qr": drawn}
