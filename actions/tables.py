from django.db.models import Case, CharField, OuterRef, Subquery, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from actions.enums import Scope, Stage, Step
from actions.models import Action
from actions.readable import with_amounts, with_readable_stage
from cite_educative.common.dates import date_fr
from cite_educative.common.money import DASH, short_euros
from cite_educative.common.tables import Column
from cite_educative.common.templatetags.formats import status_badge
from partners.models import Commune

LISTED = (Step.REQUESTED, Step.PROGRAMMED, Step.GRANTED, Step.PAID)


def listed_steps(access, cite_id):
    """The sums worth a column for this reader: partners and readers know granted amounts at most."""
    follows = access.full_readers | access.held.keys() | access.communes.keys() | access.institutions.keys()
    return LISTED if cite_id in follows else (Step.GRANTED,)


def listed_actions(user, cite):
    """What the list reads and sorts by: one query of rows and one for their communes, whatever their number."""
    actions = with_readable_stage(Action.objects.visible_to(user).filter(cite=cite), user)
    rank = Case(*(When(readable_stage=stage, then=Value(rank)) for rank, stage in enumerate(Stage.values)))
    first_commune = Commune.objects.filter(actions=OuterRef("pk")).order_by("name").values("name")[:1]
    territory = Case(
        When(scope=Scope.INTERCOMMUNAL, then=Value("")), default=Subquery(first_commune), output_field=CharField()
    )
    actions = with_amounts(actions, user, listed_steps(user.access, cite and cite.pk))
    actions = actions.annotate(stage_rank=rank, territory_rank=territory)
    return actions.select_related("holder", "axis").prefetch_related("communes")


def action_columns(access, cite_id, *, exporting):
    """The columns of the list; an export has the title and the holder apart, and nothing else more."""
    named = (
        [Column("title", "Action", sort="title", width=60), Column("holder", "Porteur", sort="holder__name")]
        if exporting
        else [Column("title", "Action et porteur", sort="title", css="sans-mot")]
    )
    money = [
        Column(str(step), step.label.capitalize(), kind="money", sort=f"sum_{step}", total=True)
        for step in listed_steps(access, cite_id)
    ]
    # How fresh a sheet is concerns the team and never ranks anybody: no sort.
    fresh = [Column("updated", "Mis à jour", kind="date")] if cite_id in access.steered else []
    return [
        Column("code", "Code", sort="code", css="code", width=12),
        *named,
        Column("axis", "Axe", sort="axis__short_label", width=20),
        Column("territory", "Territoire", sort="territory_rank"),
        Column("stage", "Étape", kind="status", sort="stage_rank"),
        *money,
        *fresh,
    ]


def territory_text(action):
    """Reads the prefetched `communes`."""
    if action.scope == Scope.INTERCOMMUNAL:
        return "Intercommunal"
    return ", ".join(commune.name for commune in action.communes.all())


def action_row(action):
    return {
        "code": action.code or DASH,
        "title": format_html(
            '<a class="intitule" href="{}">{}</a><span class="sous">{}</span>',
            reverse("actions:detail", args=[action.pk]),
            action.title,
            action.holder.name,
        ),
        "holder": action.holder.name,
        "axis": action.axis.short_label if action.axis else DASH,
        "territory": territory_text(action) or DASH,
        "stage": status_badge(action.readable_stage, Stage(action.readable_stage).label),
        **{str(step): short_euros(getattr(action, f"sum_{step}", None)) for step in LISTED},
        "updated": date_fr(timezone.localdate(action.updated_at), year=timezone.localdate().year),
    }


def action_values(action):
    return {
        "code": action.code,
        "title": action.title,
        "holder": action.holder.name,
        "axis": action.axis.short_label if action.axis else "",
        "territory": territory_text(action),
        "stage": Stage(action.readable_stage).label,
        **{str(step): getattr(action, f"sum_{step}", None) for step in LISTED},
        "updated": timezone.localdate(action.updated_at),
    }
