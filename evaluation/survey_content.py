"""What a survey says of itself: its address, its dates, its poster."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.dates import date_fr, period_fr
from evaluation.survey_enums import Audience, SurveyState
from governance.logos import frozen_logos

ICONS = {
    SurveyState.DRAFT: "preparation",
    SurveyState.UPCOMING: "attendu",
    SurveyState.OPEN: "encours",
    SurveyState.CLOSED: "close",
}
INVITATIONS = {
    Audience.FAMILIES: "Parents, familles, votre avis compte",
    Audience.YOUNG: "Jeunes, votre avis compte",
    Audience.PROFESSIONALS: "Professionnels, votre avis compte",
}


def public_url(survey):
    """What the QR code holds and what people type."""
    return f"{settings.SITE_URL}{reverse('evaluation:survey_answer', args=[survey.token])}"


def state_of(survey):
    """`code` is that of the badge."""
    state = survey.state(timezone.localdate())
    return {"code": ICONS[state], "label": state.label[:1].upper() + state.label[1:], "state": state}


def dates_words(survey):
    """ "du 2 au 20 décembre 2026", or to the day when the team closed it."""
    return period_fr(survey.opens_on, max(survey.opens_on, survey.last_day))


def shut_sentence(survey):
    """Why nobody may answer today; "" when one may."""
    state = survey.state(timezone.localdate())
    if state == SurveyState.UPCOMING:
        return f"Ce questionnaire ouvrira le {date_fr(survey.opens_on, weekday=True)}."
    if state == SurveyState.CLOSED:
        return f"Ce questionnaire est clos depuis le {date_fr(survey.last_day)}. Merci aux personnes qui ont répondu."
    return ""


def poster_content(survey):
    return {
        "cite": str(survey.cite),
        "accent": survey.cite.accent_colour,
        "logos": frozen_logos(survey.cite),
        "title": survey.title,
        "invitation": INVITATIONS[Audience(survey.audience)],
        "introduction": survey.introduction,
        "dates": dates_words(survey),
        "url": public_url(survey),
        "number": survey.items.count(),
    }
