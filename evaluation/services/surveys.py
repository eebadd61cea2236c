"""What the team does with a survey: writes it, publishes it, closes it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.locks import next_version
from cite_educative.common.once import SECOND_CLICK, lock_row
from cite_educative.common.transitions import TransitionError
from cite_educative.documents.services import request_file
from evaluation.models import Survey, SurveyGate, SurveyItem, SurveyPoster
from evaluation.survey_content import poster_content
from evaluation.survey_enums import ItemKind, SurveyState

POSTER_KIND = "evaluation.survey_poster"
MOST_ITEMS, MOST_CHOICES, LONGEST_CHOICE = 20, 30, 120
FROZEN = "Ce questionnaire est publié\u00a0: ses questions ne changent plus. Reprenez-le d’abord en brouillon."
COMMUNE_LABEL = "Dans quelle commune habitez-vous\u00a0?"
OTHER_COMMUNE = "Une autre commune"


# --- The survey -----------------------------------------------------------------------------------


@transaction.atomic
def save_survey(survey, *, actor, version=None):
    """`survey` is filled; a new one is a draft, and a second click finds the first. Raises `ValidationError`, `ConflictError`."""
    lock_row(survey.cite)
    if survey.question.cite_id != survey.cite_id:
        raise ValidationError({"question": "Cette question est d’une autre Cité. Choisissez-en une de celle-ci."})
    if survey.pk is None:
        return _create(survey, actor)
    survey.version = next_version(survey, version)
    survey.full_clean()
    survey.save()
    _record(survey, actor, "updated", f"{actor} a modifié le questionnaire «\u00a0{survey}\u00a0».")
    return survey


def _create(survey, actor):
    survey.created_by = actor
    same = {name: getattr(survey, name) for name in ("cite", "question", "title", "audience", "opens_on", "closes_on")}
    recent = Survey.objects.filter(created_by=actor, created_at__gt=timezone.now() - SECOND_CLICK, **same)
    if known := recent.first():
        return known
    survey.full_clean()
    survey.save()
    SurveyGate.objects.create(survey=survey)
    _record(survey, actor, "created", f"{actor} a ajouté le questionnaire «\u00a0{survey}\u00a0».")
    return survey


# --- Its life -------------------------------------------------------------------------------------


@transaction.atomic
def publish_survey(survey, *, actor):
    """Anybody who has the address may answer from `opens_on`. Raises `TransitionError`."""
    row = _in_state(survey, SurveyState.DRAFT)
    if not row.items.exists():
        raise TransitionError("Ce questionnaire n’a aucune question. Ajoutez-en une, puis publiez-le.")
    if row.closes_on < timezone.localdate():
        raise TransitionError("Le dernier jour pour répondre est passé. Changez les dates, puis publiez.")
    row.published_on = timezone.localdate()
    return _moved(row, actor, "published", "a publié")


@transaction.atomic
def withdraw_survey(survey, *, actor):
    """Back to a draft, to correct it, while nobody has answered. Raises `TransitionError`."""
    row = _in_state(survey, SurveyState.UPCOMING, SurveyState.OPEN)
    if row.responses.exists():
        raise TransitionError(
            "Des réponses sont déjà arrivées\u00a0: le questionnaire ne peut plus changer. Vous pouvez le clore."
        )
    row.published_on = None
    return _moved(row, actor, "withdrawn", "a repris en brouillon")


@transaction.atomic
def close_survey(survey, *, actor):
    """Before its last day. Raises `TransitionError`."""
    row = _in_state(survey, SurveyState.UPCOMING, SurveyState.OPEN)
    row.ended_on = timezone.localdate()
    return _moved(row, actor, "closed", "a clos")


@transaction.atomic
def reopen_survey(survey, *, actor):
    """Undoes an early closing, while its last day has not passed. Raises `TransitionError`."""
    row = _in_state(survey, SurveyState.CLOSED)
    if row.closes_on < timezone.localdate():
        raise TransitionError(
            f"Le dernier jour pour répondre, le {date_fr(row.closes_on)}, est passé. Donnez d’abord une date plus lointaine."
        )
    row.ended_on = None
    return _moved(row, actor, "reopened", "a rouvert")


def _in_state(survey, *expected):
    lock_row(survey.cite)
    row = Survey.objects.select_related("cite").get(pk=survey.pk)
    state = row.state(timezone.localdate())
    if state not in expected:
        raise TransitionError(
            f"Ce questionnaire est maintenant «\u00a0{state.label}\u00a0»\u00a0: rien n’a été changé."
        )
    return row


def _moved(row, actor, verb, words):
    row.version += 1
    row.save()
    _record(row, actor, verb, f"{actor} {words} le questionnaire «\u00a0{row}\u00a0».")
    return row


# --- Its questions --------------------------------------------------------------------------------


@transaction.atomic
def save_item(item, *, actor, version=None):
    """A new one comes last; the same one twice is once. Raises `ValidationError`, `ConflictError`."""
    survey = _draft_of(item)
    item.version = next_version(item, version)
    item.choices = _clean_choices(item)
    if item.pk is None:
        same = {name: getattr(item, name) for name in ("kind", "label", "choices", "is_required")}
        if known := survey.items.filter(**same).first():
            return known
        if survey.items.count() >= MOST_ITEMS:
            raise ValidationError(
                f"Un questionnaire a {MOST_ITEMS} questions au plus\u00a0: personne n’irait au bout."
            )
        item.order = (survey.items.last().order if survey.items.exists() else 0) + 1
    item.full_clean()
    item.save()
    _record(
        survey,
        actor,
        "item",
        f"{actor} a écrit la question «\u00a0{item}\u00a0» du questionnaire «\u00a0{survey}\u00a0».",
    )
    return item


def add_commune_item(survey, *, actor):
    """The commune as a choice among those of the Cité: the only place that a response may tell, and never required."""
    communes = survey.cite.communes.order_by("name").values_list("name", flat=True)
    choices = "\n".join([*communes, OTHER_COMMUNE])
    return save_item(
        SurveyItem(survey=survey, kind=ItemKind.SINGLE, label=COMMUNE_LABEL, choices=choices), actor=actor
    )


@transaction.atomic
def move_item(item, *, actor, up):
    """One rank up or down; at the end of the list nothing moves. Raises `ValidationError`."""
    survey = _draft_of(item)
    rows = list(survey.items.all())
    rank = next(rank for rank, row in enumerate(rows) if row.pk == item.pk)
    other = rank - 1 if up else rank + 1
    if not 0 <= other < len(rows):
        return
    rows[rank], rows[other] = rows[other], rows[rank]
    for order, row in enumerate(rows, start=1):
        row.order = order
    SurveyItem.objects.bulk_update(rows, ["order"])
    _record(
        survey,
        actor,
        "item",
        f"{actor} a déplacé la question «\u00a0{item}\u00a0» du questionnaire «\u00a0{survey}\u00a0».",
    )


@transaction.atomic
def remove_item(item, *, actor):
    """Raises `ValidationError`."""
    survey = _draft_of(item)
    _record(
        survey,
        actor,
        "item",
        f"{actor} a retiré la question «\u00a0{item}\u00a0» du questionnaire «\u00a0{survey}\u00a0».",
    )
    item.delete()


def _draft_of(item):
    """The survey of an item, under lock, if its items may change."""
    lock_row(item.survey)
    survey = Survey.objects.select_related("cite").get(pk=item.survey_id)
    if survey.published_on is not None:
        raise ValidationError(FROZEN)
    return survey


def _clean_choices(item):
    if item.kind == ItemKind.TEXT:
        return ""
    written = list(dict.fromkeys(" ".join(line.split()) for line in item.choices.splitlines() if line.strip()))
    grades = len(ItemKind(item.kind).scale)
    if grades and written and len(written) != grades:
        raise ValidationError(
            {"choices": f"Écrivez {grades} mots, un par ligne, du plus bas au plus haut, ou laissez vide."}
        )
    if not grades and not 2 <= len(written) <= MOST_CHOICES:
        raise ValidationError({"choices": f"Proposez entre 2 et {MOST_CHOICES} choix différents, un par ligne."})
    if long := next((choice for choice in written if len(choice) > LONGEST_CHOICE), None):
        raise ValidationError(
            {
                "choices": f"«\u00a0{long[:40]}…\u00a0» est trop long\u00a0: {LONGEST_CHOICE} caractères au plus par choix."
            }
        )
    return "\n".join(written)


# --- Its poster -----------------------------------------------------------------------------------


@transaction.atomic
def make_poster(survey, *, actor):
    """Freeze what the poster says today and ask for its PDF; the last one when nothing changed since."""
    lock_row(survey)
    content = poster_content(survey)
    last = survey.posters.first()
    if last and last.content == content:
        return last
    file = request_file(
        kind=POSTER_KIND,
        format="pdf",
        title=f"Affiche du questionnaire «\u00a0{survey}\u00a0»",
        filename=f"affiche-questionnaire-{survey.cite.slug}-{survey.pk}.pdf",
        cite_id=survey.cite_id,
        author=actor,
    )
    poster = SurveyPoster.objects.create(survey=survey, content=content, file=file)
    _record(survey, actor, "poster", f"{actor} a établi l’affiche du questionnaire «\u00a0{survey}\u00a0».")
    return poster


def _record(survey, actor, verb, sentence):
    journal.record(cite_id=survey.cite_id, actor=actor, verb=f"survey.{verb}", subject=survey, sentence=sentence)
