"""The HTML of minutes, from frozen content and nothing else; the same on screen before they are published."""

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from cite_educative.documents.registry import renderer, visibility
from governance.documents import people_of, plain_table, typeset
from governance.logos import logos_of
from governance.models import MinutesFile, MinutesVersion
from governance.services.minutes import MINUTES_KIND


@renderer(MINUTES_KIND)
def render_minutes(generated_file):
    version = MinutesVersion.objects.get(files__file=generated_file)
    context = minutes_context(version.content) | {"draft": False, "sha256": version.sha256}
    return render_to_string("governance/print/minutes.html", context)


@visibility(MINUTES_KIND)
def visible_minutes_files(user):
    versions = MinutesVersion.objects.visible_to(user)
    return MinutesFile.objects.filter(version__in=versions).values("file")


def minutes_context(content):
    content = typeset(content)
    return {
        "minutes": content
        | {
            "attendance": [people_of(group) for group in content["attendance"]],
            "opening": _html(content["opening"]),
            "ending": _html(content["ending"]),
            "points": [
                point | {"paragraphs": _html(point["paragraphs"]), "decisions": _decisions(point["decisions"])}
                for point in content["points"]
            ],
            "other_decisions": _decisions(content["other_decisions"]),
        },
        "has_amounts": any(
            one["effects"]["table"]["rows"]
            for decisions in (*(point["decisions"] for point in content["points"]), content["other_decisions"])
            for one in decisions
        ),
        "accent": content["accent"],
        "logos": logos_of(content),
        "signatures": [
            {"label": "Présidence de la séance", "name": content["chair"], "detail": ""},
            {"label": "Secrétariat de séance", "name": content["secretary"], "detail": ""},
        ],
    }


def _html(paragraphs):
    # Cleaned by RichTextField when it was stored.
    return [one | {"html": mark_safe(one["html"])} for one in paragraphs]  # noqa: S308


def _decisions(decisions):
    return [one | {"effects": one["effects"] | {"table": plain_table(one["effects"]["table"])}} for one in decisions]
