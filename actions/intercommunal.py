"""Projects of the whole territory: what the intercommunality leads or supports, and what each town brings to them."""

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.html import format_html

from actions.enums import IntercommunalRole, Scope, Stage, Step
from actions.models import Action, Funding, FundingSource
from actions.readable import readable_sums, with_readable_stage
from actions.tables import listed_steps
from cite_educative.common.money import DASH, short_euros, total
from cite_educative.common.tables import Column, ListPage
from cite_educative.common.templatetags.formats import status_badge

STEP = "montant"
TOWNS, TOGETHER = "commune", "intercommunality"
OTHERS, ALL = "others", "all"
NO_ROLE = "à préciser"
SHORT = {IntercommunalRole.LED: "pilotée", IntercommunalRole.SUPPORTED: "soutenue"}


class IntercommunalListing(ListPage):
    """One row per project, one column per town's own lines and one for the intercommunality's; sums of all the pages.

    Amounts are those of one step of the money chain (`montant`), the latest that the reader knows of by default.
    """

    def __init__(self, request, cite, year):
        self.user, self.cite = request.user, cite
        self.steps = [step for step in (Step.REQUESTED, Step.PROGRAMMED, Step.GRANTED) if step in self._listed()]
        asked = request.GET.get(STEP, "")
        self.step = next((step for step in self.steps if step == asked), self.steps[-1])
        self.sources = list(FundingSource.objects.filter(cite=cite).order_by("order", "label", "pk"))
        self.shares = self._shares()
        super().__init__(
            request,
            intercommunal_actions(self.user, cite, year),
            self._columns(),
            fetch=self._fetched_actions,
            row=self._row,
            values=self._values,
            totals=self._totals_of,
            default_sort="code",
            title=f"Projets intercommunaux {year}",
            noun=("projet intercommunal", "projets intercommunaux"),
            empty_text=f"Aucun projet intercommunal en {year}",
            filename="projets-intercommunaux",
        )

    def _listed(self):
        return listed_steps(self.user.access, self.cite.pk)

    def _shares(self):
        """`{column: (label, keys of its sources)}`: each town that funds, the intercommunality, everybody else."""
        shares = {}
        for source in self.sources:
            if source.circuit in (TOWNS, TOGETHER):
                _, keys = shares.setdefault(f"source-{source.organisation_id}", (source.short_label, []))
                keys.append(source.pk)
        known = {key for _, keys in shares.values() for key in keys}
        return {**shares, OTHERS: ("Autres financeurs", [one.pk for one in self.sources if one.pk not in known])}

    def _columns(self):
        money = {"kind": "money", "total": True}
        return [
            Column("code", "Code", sort="code", css="code", width=12),
            Column("title", "Action et porteur", sort="title", css="sans-mot col-large", width=60),
            Column("role", "Intercommunalité", sort="intercommunal_role", width=18),
            Column("communes", "Communes", width=30, shown=False),
            Column("stage", "Étape", kind="status", width=18),
            *(Column(key, label, **money) for key, (label, _) in self.shares.items()),
            Column(ALL, "Total", css="col-cle", **money),
        ]

    # --- Rows -------------------------------------------------------------------------------------

    def _fetched_actions(self, keys):
        actions = with_readable_stage(Action.objects.filter(pk__in=keys), self.user, cite=self.cite)
        actions = list(actions.select_related("holder").prefetch_related("communes"))
        amounts = {}
        for row in self._money(keys).values("action", "source").annotate(**self._summed()):
            amounts.setdefault(row["action"], {})[row["source"]] = row["share"]
        for action in actions:
            action.shares = self._by_column(amounts.get(action.pk, {}))
        return actions

    def _totals_of(self, actions):
        rows = self._money(actions.order_by().values("pk")).values("source").annotate(**self._summed())
        return self._by_column({row["source"]: row["share"] for row in rows})

    def _money(self, keys):
        fundings = Funding.objects.in_cash().filter(action__in=keys, budget_year=F("action__budget_year"))
        return fundings.order_by()

    def _summed(self):
        return {"share": readable_sums(self.user, [self.step], cite=self.cite)[str(self.step)]}

    def _by_column(self, by_source):
        found = {key: total(by_source.get(pk) for pk in keys) for key, (_, keys) in self.shares.items()}
        return {**found, ALL: total(found.values())}

    def _row(self, action):
        return {
            **{key: short_euros(amount) for key, amount in action.shares.items()},
            "code": action.code or DASH,
            "title": format_html(
                '<a class="intitule" href="{}">{}</a><span class="sous">{}</span>',
                reverse("actions:detail", args=[action.pk]),
                action.title,
                action.holder.name,
            ),
            "role": _role(action),
            "notes": {"role": _communes(action)},
            "stage": status_badge(action.readable_stage, Stage(action.readable_stage).label),
        }

    def _values(self, action):
        return {
            **action.shares,
            "code": action.code,
            "title": f"{action.title} ({action.holder.name})",
            "role": _role(action),
            "communes": _communes(action),
            "stage": Stage(action.readable_stage).label,
        }

    def step_links(self):
        return [
            {
                "label": step.label.capitalize(),
                "url": self.url_with(**{STEP: str(step), "page": None}),
                "current": step == self.step,
            }
            for step in self.steps
        ]


def intercommunal_actions(user, cite, year):
    """Marked as led or supported by the intercommunality, or of intercommunal scope."""
    of_all = Q(scope=Scope.INTERCOMMUNAL) | ~Q(intercommunal_role="")
    return Action.objects.visible_to(user).filter(of_all, cite=cite, budget_year=year)


def roles_sentence(actions):
    """ "1 pilotée, 8 soutenues, 2 sans rôle précisé": what the projects are to the intercommunality; one query."""
    counts = dict(actions.order_by().values_list("intercommunal_role").annotate(number=Count("pk")))
    told = [(counts.get(role, 0), f"{word}{'s' if counts.get(role, 0) > 1 else ''}") for role, word in SHORT.items()]
    told.append((counts.get("", 0), "sans rôle précisé"))
    return ", ".join(f"{number}\u00a0{word}" for number, word in told if number)


def _role(action):
    return SHORT.get(action.intercommunal_role, NO_ROLE)


def _communes(action):
    names = ", ".join(commune.name for commune in action.communes.all())
    return names or ("Tout le territoire" if action.scope == Scope.INTERCOMMUNAL else DASH)
