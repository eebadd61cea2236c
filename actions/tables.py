"""The list of actions: what it reads, its columns, its rows, the same on screen and in exports."""

from django.db.models import Case, CharField, OuterRef, Prefetch, Subquery, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from actions.enums import Scope, Stage, Step
from actions.freshness import with_freshness
from actions.models import Action
from actions.readable import attach_amounts, with_amounts, with_readable_stage
from actions.wording import territory_text
from cite_educative.common.dates import date_fr
from cite_educative.common.money import DASH, short_euros
from cite_educative.common.tables import Column
from cite_educative.common.templatetags.formats import status_badge
from partners.models import Commune

LISTED = (Step.REQUESTED, Step.PROGRAMMED, Step.GRANTED, Step.PAID)
# Columns that take a query more, by the relation that they read.
MANY = {"quarters": "neighbourhoods", "themes": "themes", "schemes": "schemes", "schools": "schools"}
# What rows, cards and bars read; `TIED` only when its column is shown.
READ = (
    *("code", "title", "scope", "status", "audience", "external_ref", "intercommunal_role"),
    *("starts_on", "ends_on", "period_text", "holder__name", "axis__short_label", "axis__label"),
)
TIED = ("objective", "call")
USUAL = frozenset({"axis", "territory", "stage", "updated", *LISTED})


def listed_steps(access, cite_id):
    """The sums worth a column for this reader: partners and readers know granted amounts at most."""
    follows = access.full_readers | access.held.keys() | access.communes.keys() | access.institutions.keys()
    return LISTED if cite_id in follows else (Step.GRANTED,)


def listed_actions(user, cite):
    """Actions as pages of one commune show them: one query of rows and one for their communes, whatever their number."""
    actions = with_readable_stage(Action.objects.visible_to(user).filter(cite=cite), user, cite=cite)
    actions = with_amounts(actions, user, listed_steps(user.access, cite and cite.pk))
    return actions.select_related("holder", "axis").prefetch_related("communes")


# --- The list -------------------------------------------------------------------------------------


def sortable_actions(user, cite, sort):
    """What the list filters and sorts: no more than conditions, and the annotation that `sort`, a column's key, needs."""
    actions = Action.objects.visible_to(user).filter(cite=cite)
    if sort == "stage":
        actions = with_readable_stage(actions, user, cite=cite)
        rank = Case(*(When(readable_stage=stage, then=Value(rank)) for rank, stage in enumerate(Stage.values)))
        return actions.annotate(stage_rank=rank)
    if sort == "territory":
        return actions.annotate(territory_rank=_territory_rank())
    steps = [step for step in listed_steps(user.access, cite and cite.pk) if step == sort]
    return with_amounts(actions, user, steps) if steps else actions


def _territory_rank():
    first_commune = Commune.objects.filter(actions=OuterRef("pk")).order_by("name").values("name")[:1]
    return Case(
        When(scope=Scope.INTERCOMMUNAL, then=Value("")), default=Subquery(first_commune), output_field=CharField()
    )


def fetch_actions(user, cite, keys, columns, *, steps):
    """The rows of these keys as the list shows them: two queries, one more with amounts, one for each column of `MANY`."""
    tied = [key for key in TIED if key in columns]
    actions = with_readable_stage(Action.objects.filter(pk__in=keys), user, cite=cite)
    if "updated" in columns:
        actions = with_freshness(actions, user, cite=cite)
    communes = Prefetch("communes", queryset=Commune.objects.only("name"))
    many = [relation for key, relation in MANY.items() if key in columns]
    actions = actions.select_related("holder", "axis", *tied).only(*READ, *(f"{key}__label" for key in tied))
    actions = actions.prefetch_related(communes, *many)
    return attach_amounts(actions, user, steps, cite=cite) if steps else list(actions)


def action_columns(access, cite_id, *, chosen=USUAL, exporting=False):
    """The columns of the list; an export has the title and the holder apart, and nothing else more."""
    named = (
        [Column("title", "Action", sort="title", width=60), Column("holder", "Porteur", sort="holder__name")]
        if exporting
        else [Column("title", "Action et porteur", sort="title", css="sans-mot col-large")]
    )
    optional = [column for column in optional_columns(access, cite_id) if column.key in chosen]
    return [Column("code", "Code", sort="code", css="code", width=12), *named, *optional]


def optional_columns(access, cite_id):
    """Those that a reader may show or hide. What the published part does not say is for who reads every sheet."""
    in_full = cite_id in access.full_readers
    internal = [
        Column("call", "Appel", sort="call__label", width=24),
        Column("themes", "Thématiques", width=30),
        Column("schemes", "Dispositifs liés", width=24),
        Column("schools", "Établissements", width=30),
        Column("role", "Intercommunalité", sort="intercommunal_role", width=24),
        Column("reference", "Référence Dauphin", sort="external_ref", width=18),
    ]
    money = [
        Column(str(step), step.label.capitalize(), kind="money", sort=f"sum_{step}", total=True)
        for step in listed_steps(access, cite_id)
    ]
    # How fresh a sheet is concerns the team and never ranks anybody: no sort.
    fresh = [Column("updated", "Mis à jour", kind="date")] if cite_id in access.steered else []
    return [
        Column("axis", "Axe", sort="axis__short_label", width=20),
        Column("objective", "Objectif", sort="objective__label", width=40),
        Column("territory", "Territoire", sort="territory_rank"),
        Column("quarters", "Quartiers prioritaires", width=30),
        Column("audience", "Public", sort="audience", width=30),
        *(internal if in_full else []),
        Column("starts_on", "Début", kind="date", sort="starts_on"),
        Column("ends_on", "Fin", kind="date", sort="ends_on"),
        Column("stage", "Étape", kind="status", sort="stage_rank"),
        *money,
        *fresh,
    ]


def action_row(action, columns=USUAL, *, this_year=None):
    """`action` comes from `fetch_actions` with these `columns`; dates of `this_year` do without it."""
    texts = {
        "key": action.pk,
        "name": str(action),
        "code": action.code or DASH,
        "title": format_html(
            '<a class="intitule" href="{}">{}</a><span class="sous">{}</span>',
            reverse("actions:detail", args=[action.pk]),
            action.title,
            action.holder.name,
        ),
        "holder": action.holder.name,
    }
    written = {
        "axis": lambda: action.axis.short_label if action.axis else DASH,
        "territory": lambda: territory_text(action) or DASH,
        "stage": lambda: status_badge(action.readable_stage, Stage(action.readable_stage).label),
        "starts_on": lambda: date_fr(action.starts_on, year=this_year) or DASH,
        "ends_on": lambda: date_fr(action.ends_on, year=this_year) or DASH,
        "updated": lambda: _fresh_text(action, this_year),
        **{str(step): _amount_text(action, step) for step in LISTED},
    }
    for key in columns:
        texts[str(key)] = written[key]() if key in written else _plain(action, key) or DASH
    return texts


def _fresh_text(action, year):
    return date_fr(timezone.localdate(action.fresh_at), year=year) if action.fresh_at else ""


def _amount_text(action, step):
    return lambda: short_euros(getattr(action, f"sum_{step}", None))


def _plain(action, key):
    """The other columns, whose text is their value."""
    if key in MANY:
        return ", ".join(str(row) for row in getattr(action, MANY[key]).all())
    return {
        "objective": lambda: action.objective.label if action.objective else "",
        "audience": lambda: action.audience,
        "call": lambda: action.call.label if action.call else "",
        "role": lambda: action.get_intercommunal_role_display(),
        "reference": lambda: action.external_ref,
    }[key]()


def action_values(action, columns=USUAL):
    values = {"code": action.code, "title": action.title, "holder": action.holder.name}
    known = {
        "axis": lambda: action.axis.short_label if action.axis else "",
        "territory": lambda: territory_text(action),
        "stage": lambda: Stage(action.readable_stage).label,
        "starts_on": lambda: action.starts_on,
        "ends_on": lambda: action.ends_on,
        "updated": lambda: timezone.localdate(action.fresh_at) if action.fresh_at else None,
        **{str(step): _amount(action, step) for step in LISTED},
    }
    for key in columns:
        values[str(key)] = known[key]() if key in known else _plain(action, key)
    return values


def _amount(action, step):
    return lambda: getattr(action, f"sum_{step}", None)
