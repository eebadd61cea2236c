from django.db import models
from django.db.models import Q

from actions.enums import CommentAudience
from actions.models.action import Action
from cite_educative.common.models import Comment
from partners.models import Organisation, Person


class ActionCommentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The circle that the author opened. "My institution only" is read by its own members, not even by the lead,
        and by nobody who looks as somebody else."""
        access = user.access
        allowed = Q(action__cite__in=access.steered) & ~Q(audience=CommentAudience.INSTITUTION)
        allowed |= Q(action__cite__in=access.piloted, audience__in=[CommentAudience.PILOTS, CommentAudience.HOLDER])
        to_holder = Q(audience=CommentAudience.HOLDER)
        allowed |= to_holder & Q(action__in=Action.objects.local_to(access))
        for cite, organisations in access.held.items():
            allowed |= to_holder & Q(action__cite=cite, action__holder__in=organisations)
        if not access.is_borrowed:
            for cite, organisations in access.organisations.items():
                own = Q(action__cite=cite, organisation__in=organisations)
                allowed |= Q(audience=CommentAudience.INSTITUTION) & own
        return self.filter(allowed, action__in=Action.objects.visible_to(user))

    def on_fields(self):
        """What the holder is asked to correct, or has answered."""
        return self.filter(audience=CommentAudience.HOLDER).exclude(block="")

    def open(self):
        return self.on_fields().filter(answers=None, resolved_at__isnull=True, withdrawn_at__isnull=True)


class ActionComment(Comment):
    """A remark on an action. With a `block` (key of `actions.blocks`) it asks the holder to correct that section, or
    the `field` of its form, until it is resolved; with `answers` it replies to another."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="comments")
    audience = models.CharField(
        "qui peut le lire", max_length=11, choices=CommentAudience, default=CommentAudience.TEAM
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name="institution", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    block = models.CharField("rubrique", max_length=20, blank=True)
    field = models.CharField("champ", max_length=30, blank=True)
    answers = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies")
    mentions = models.ManyToManyField(Person, verbose_name="à l’attention de", related_name="+", blank=True)
    resolved_at = models.DateTimeField("réglé le", null=True, editable=False)
    resolved_by = models.ForeignKey(
        "partners.User", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    withdrawn_at = models.DateTimeField("retiré le", null=True, editable=False)

    objects = ActionCommentQuerySet.as_manager()

    class Meta(Comment.Meta):
        verbose_name = "commentaire"
        constraints = [
            models.CheckConstraint(
                name="comment_of_institution_names_it",
                condition=~Q(audience=CommentAudience.INSTITUTION) | Q(organisation__isnull=False),
            ),
            models.CheckConstraint(
                name="comment_on_field_is_for_holder",
                condition=Q(block="") | Q(audience=CommentAudience.HOLDER),
            ),
            models.CheckConstraint(name="comment_field_is_of_a_block", condition=Q(field="") | ~Q(block="")),
        ]


class SeenMention(models.Model):
    """Somebody quoted in a comment has read it: it leaves what awaits her or him."""

    comment = models.ForeignKey(ActionComment, on_delete=models.CASCADE, related_name="seen")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = "mention lue"
        verbose_name_plural = "mentions lues"
        constraints = [models.UniqueConstraint(fields=["comment", "person"], name="mention_seen_once")]

    def __str__(self):
        return f"{self.person}, {self.comment}"
