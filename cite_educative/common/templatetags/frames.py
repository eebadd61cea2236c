"""Every form that writes says from which Cité and year it was drawn: another tab may have chosen others since."""

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

register = template.Library()
FRAME = "cadre"


class FramedToken(str):
    """The token of forms, with the frame of the page that it is drawn in ("3-2026")."""

    frame = ""

    @classmethod
    def of(cls, token, frame):
        framed = cls(token)
        framed.frame = frame
        return framed


class FramedTokenNode(CsrfTokenNode):
    def render(self, context):
        frame = getattr(context.get("csrf_token"), "frame", "")
        hidden = format_html('<input type="hidden" name="{}" value="{}">', FRAME, frame) if frame else ""
        return super().render(context) + hidden


@register.tag("csrf_token")
def csrf_token(parser, token):
    return FramedTokenNode()
