"""The "revue de projet": the form of a year, its typed questions, and what one Cité answers."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cite_educative.common.dates import BudgetYearField
from cite_educative.common.models import Comment
from cite_educative.documents.models import GeneratedFile
from evaluation.models.protocol import MAKERS
from evaluation.review_enums import AnswerState, QuestionKind, ReviewState
from governance.models.note import IssuedVersion
from governance.models.received import Received
from partners.models import Cite, Person, Side


class ReviewTemplateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those shipped with the application, and those that the team of a Cité imported."""
        return self.filter(Q(cite__isnull=True) | Q(cite__in=user.access.steered))


class ReviewTemplate(models.Model):
    """One edition of a form: never changed once it has questions, a new one is another `number`.

    Without a Cité it is shipped with the application, under its `code` (`evaluation/data/review_<code>.json`).
    """

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, null=True, blank=True, related_name="review_templates")
    code = models.CharField("code", max_length=20, blank=True)
    year = BudgetYearField("année")
    label = models.CharField("intitulé", max_length=120)
    number = models.PositiveSmallIntegerField("édition", default=1)
    created_at = models.DateTimeField("ajouté le", default=timezone.now, editable=False)

    objects = ReviewTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "formulaire de revue"
        verbose_name_plural = "formulaires de revue"
        ordering = ["-year", "-number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "number"], name="review_template_shipped_once", condition=Q(cite__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["cite", "year", "number"], name="review_template_once", condition=Q(cite__isnull=False)
            ),
        ]

    def __str__(self):
        return self.label if self.number == 1 else f"{self.label}, édition {self.number}"


class ReviewQuestion(models.Model):
    """`choices` are those of a choice, the marks of a scale, what a list is ticked from, the columns of a table.

    `computed_key` names the computation that answers it ("review.a3"); `is_money`: its answer tells amounts, read by
    those who read the money of the Cité.
    """

    template = models.ForeignKey(ReviewTemplate, on_delete=models.CASCADE, related_name="questions")
    section_code = models.CharField("code de la rubrique", max_length=8)
    section_label = models.CharField("rubrique", max_length=120)
    code = models.CharField("code", max_length=12)
    label = models.CharField("question", max_length=300)
    kind = models.CharField("nature", max_length=8, choices=QuestionKind, default=QuestionKind.TEXT)
    choices = models.JSONField("choix", default=list, blank=True)
    computed_key = models.CharField("calcul", max_length=40, blank=True)
    is_money = models.BooleanField("dit des montants", default=False)
    help = models.CharField("aide", max_length=500, blank=True)
    order = models.PositiveSmallIntegerField("rang")

    class Meta:
        verbose_name = "question de revue"
        verbose_name_plural = "questions de revue"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["template", "code"], name="review_question_once"),
            models.UniqueConstraint(fields=["template", "order"], name="review_question_order_once"),
        ]

    def __str__(self):
        return f"{self.code} {self.label}"


class ProjectReviewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team, the pilots, the evaluators; whoever has a question of it to answer."""
        own = Exists(ReviewAnswer.objects.filter(review=OuterRef("pk"), owner=user.person_id))
        readers = Q(cite__in=user.access.with_role(*MAKERS))
        return self.filter(readers | Q(own, cite__in=user.access.cites) if user.person_id else readers)


class ProjectReview(models.Model):
    """What one Cité answers for one civil year. Frozen, it never changes: a correction is the next `number`."""

    cite = models.ForeignKey(Cite, on_delete=models.PROTECT, related_name="project_reviews")
    template = models.ForeignKey(
        ReviewTemplate, verbose_name="formulaire", on_delete=models.PROTECT, related_name="reviews"
    )
    year = BudgetYearField("année")
    number = models.PositiveSmallIntegerField("version", default=1)
    correction = models.CharField("objet de la correction", max_length=300, blank=True)
    state = models.CharField("état", max_length=6, choices=ReviewState, default=ReviewState.OPEN, editable=False)
    created_at = models.DateTimeField("ouverte le", default=timezone.now, editable=False)
    frozen_at = models.DateTimeField("figée le", null=True, blank=True, editable=False)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    objects = ProjectReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "revue de projet"
        verbose_name_plural = "revues de projet"
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["cite", "year", "number"], name="project_review_once"),
            models.UniqueConstraint(
                fields=["cite", "year"], name="project_review_one_open", condition=Q(state=ReviewState.OPEN)
            ),
            models.CheckConstraint(
                name="project_review_frozen_has_time",
                condition=Q(state=ReviewState.OPEN, frozen_at__isnull=True, frozen_by__isnull=True)
                | Q(state=ReviewState.FROZEN, frozen_at__isnull=False, frozen_by__isnull=False),
            ),
            models.CheckConstraint(
                name="project_review_correction_says_why", condition=Q(number=1) | ~Q(correction="")
            ),
        ]

    def __str__(self):
        return f"Revue de projet {int(self.year)}" + (f", version {self.number}" if self.number > 1 else "")

    @property
    def is_open(self):
        return self.state == ReviewState.OPEN


class ReviewAnswerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All of them for who reads the review, their own for the others; amounts for who reads the money."""
        access = user.access
        told = Q(question__is_money=False) | Q(review__cite__in=access.money_readers)
        allowed = told & Q(review__cite__in=access.with_role(*MAKERS))
        if user.person_id:
            allowed |= Q(owner=user.person_id, review__cite__in=access.cites)
        return self.filter(allowed)


class ReviewAnswer(models.Model):
    """`value` is typed by the kind of the question: an int, a decimal as a string, an ISO day, a bool, a string, a
    list of strings, a list of rows of strings; None while nothing is typed. `text` completes it, or is the answer.

    A typed `value` beside a computation replaces it, and `reason` says why. `content` is the computation as it was
    the day the review was frozen (`review_content.frozen`); None before, or when nothing computes it.
    """

    review = models.ForeignKey(ProjectReview, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(ReviewQuestion, on_delete=models.PROTECT, related_name="answers")
    value = models.JSONField("réponse", null=True, blank=True)
    text = models.TextField("texte", max_length=10_000, blank=True)
    reason = models.CharField("pourquoi la valeur calculée est remplacée", max_length=300, blank=True)
    owner = models.ForeignKey(
        Person, verbose_name="répond", on_delete=models.PROTECT, null=True, blank=True, related_name="review_answers"
    )
    state = models.CharField("état", max_length=10, choices=AnswerState, default=AnswerState.TODO, editable=False)
    content = models.JSONField("calcul figé", null=True, blank=True, editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    edited_at = models.DateTimeField("modifiée le", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReviewAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse de revue"
        verbose_name_plural = "réponses de revue"
        ordering = ["question__order"]
        constraints = [models.UniqueConstraint(fields=["review", "question"], name="review_answer_once")]

    def __str__(self):
        return f"{self.question.code}, {self.review}"


class ReviewComment(Comment):
    """A remark on one answer, read by whoever reads it."""

    answer = models.ForeignKey(ReviewAnswer, on_delete=models.CASCADE, related_name="comments")

    class Meta(Comment.Meta):
        verbose_name = "remarque sur une revue"
        verbose_name_plural = "remarques sur une revue"


class ReviewValidation(Received):
    """One side agrees with the review as it stands on `validated_on`."""

    review = models.ForeignKey(ProjectReview, on_delete=models.CASCADE, related_name="validations")
    side = models.ForeignKey(Side, on_delete=models.PROTECT, related_name="+")
    validated_on = models.DateField("validée le", default=timezone.localdate)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    entered_at = models.DateTimeField("enregistrée le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "validation de revue"
        verbose_name_plural = "validations de revue"
        ordering = ["side__order"]
        constraints = [models.UniqueConstraint(fields=["review", "side"], name="review_validation_once")]

    def __str__(self):
        return f"{self.side}, {self.review}"


class ReviewEditionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Amounts and names of everybody are in it: who reads the review and the money."""
        readers = user.access.with_role(*MAKERS) & user.access.money_readers
        return self.filter(review__cite__in=readers)


class ReviewEdition(IssuedVersion):
    """One printing of a review, in three formats. `is_draft`: made before it was frozen."""

    review = models.ForeignKey(ProjectReview, on_delete=models.PROTECT, related_name="editions")
    is_draft = models.BooleanField("projet")

    objects = ReviewEditionQuerySet.as_manager()

    class Meta:
        verbose_name = "édition de revue"
        verbose_name_plural = "éditions de revue"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["review", "number"], name="review_edition_once")]

    def __str__(self):
        return f"{self.review}, édition {self.number}"


class ReviewFile(models.Model):
    file = models.OneToOneField(GeneratedFile, on_delete=models.PROTECT, related_name="review_file")
    edition = models.ForeignKey(ReviewEdition, on_delete=models.PROTECT, related_name="files")

    class Meta:
        verbose_name = "fichier de revue"
        verbose_name_plural = "fichiers de revue"

    def __str__(self):
        return str(self.file)
