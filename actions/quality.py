"""How complete a sheet is, and what would make it better: each remark leads to the section to write."""

from dataclasses import dataclass

from actions.blocks import blocks_of
from actions.enums import Scope, TextKey
from actions.finances.budget import Budget, budgets_of, is_asked


@dataclass(frozen=True)
class Check:
    """One thing that a good sheet says. `is_said` and `is_asked` read a `Sheet`."""

    block: str
    label: str
    is_said: object
    is_asked: object = lambda sheet: True


@dataclass(frozen=True)
class Sheet:
    """An action with what the checks read, so that none of them asks the database."""

    action: object
    texts: dict
    publics: list
    has_communes: bool
    has_neighbourhoods: bool
    is_requested: bool
    has_mainstream: bool
    budget: Budget | None = None

    @classmethod
    def of(cls, action, *, has_mainstream=False):
        """Reads the prefetched texts, publics, communes, neighbourhoods, fundings and budget lines when they are."""
        return cls(
            action=action,
            texts={text.key: text.body.strip() for text in action.texts.all()},
            publics=list(action.publics.all()),
            has_communes=bool(action.communes.all()),
            has_neighbourhoods=bool(action.neighbourhoods.all()),
            is_requested=any(funding.requested is not None for funding in action.fundings.all()),
            has_mainstream=has_mainstream,
            budget=budgets_of(action).get(int(action.budget_year)),
        )

    def says(self, key):
        return bool(self.texts.get(key))


def _time(sheet):
    action = sheet.action
    return action.during_school or action.around_school or action.outside_school or action.during_holidays


def _in_its_years(sheet):
    action = sheet.action
    if not (action.starts_on and action.ends_on):
        return False
    return action.budget_year - 1 <= action.starts_on.year <= action.ends_on.year <= action.budget_year + 1


def _balances(sheet):
    return sheet.budget is not None and sheet.budget.balance.is_balanced


CHECKS = (
    Check("identification", "la nature de la demande", lambda sheet: bool(sheet.action.request_kind)),
    Check("holder", "la personne chargée de l’action", lambda sheet: sheet.action.contact_id is not None),
    Check("plan", "l’objectif du programme", lambda sheet: sheet.action.objective_id is not None),
    Check("need", "le besoin repéré", lambda sheet: sheet.says(TextKey.NEED)),
    Check(
        "need",
        "le droit commun mobilisé, ou pourquoi il n’y suffit pas",
        lambda sheet: sheet.has_mainstream or sheet.says(TextKey.MAINSTREAM),
    ),
    Check("goals", "un à trois objectifs qu’on puisse évaluer", lambda sheet: sheet.says(TextKey.GOALS)),
    Check("goals", "les résultats attendus", lambda sheet: sheet.says(TextKey.RESULTS)),
    Check("content", "la description de l’action", lambda sheet: bool(sheet.action.summary.strip())),
    Check("content", "le temps de l’enfant où elle se déroule", _time),
    Check("public", "le public", lambda sheet: bool(sheet.action.audience)),
    Check("public", "les tranches d’âge", lambda sheet: bool(sheet.publics)),
    Check(
        "public",
        "le nombre de personnes attendues",
        lambda sheet: bool(sheet.action.expected_reach) or any(row.expected for row in sheet.publics),
    ),
    Check(
        "public",
        "la part d’habitants des quartiers prioritaires",
        lambda sheet: sheet.action.expected_qpv_share is not None,
    ),
    Check("public", "la façon de mobiliser le public", lambda sheet: sheet.says(TextKey.OUTREACH)),
    Check("territory", "le territoire", lambda sheet: sheet.has_communes or sheet.action.scope == Scope.INTERCOMMUNAL),
    Check(
        "territory",
        "les quartiers prioritaires",
        lambda sheet: sheet.has_neighbourhoods or sheet.action.scope == Scope.INTERCOMMUNAL,
    ),
    Check("calendar", "des dates dans l’exercice", _in_its_years),
    Check("partners", "les partenaires et leur rôle", lambda sheet: sheet.says(TextKey.PARTNERS)),
    Check("means", "les moyens humains et matériels", lambda sheet: sheet.says(TextKey.MEANS)),
    Check("budget", "le coût total", lambda sheet: sheet.action.total_cost is not None),
    Check("budget", "un budget équilibré, compte par compte", _balances, lambda sheet: is_asked(sheet.action)),
    Check("funding", "ce qui est demandé à un financeur", lambda sheet: sheet.is_requested),
    Check("evaluation", "des indicateurs et leur cible", lambda sheet: sheet.says(TextKey.EVALUATION)),
)


@dataclass(frozen=True)
class Quality:
    """`percent` of the checks of this sheet's blocks that are met; `missing` the others, in the order of the sheet."""

    percent: int
    missing: list

    @property
    def sentence(self):
        if not self.missing:
            return "La fiche dit tout ce qu’une bonne fiche dit."
        return f"La fiche dit {self.percent}\u00a0% de ce qu’une bonne fiche dit."


def quality(sheet):
    shown = {block.key for block in blocks_of(sheet.action)}
    checks = [check for check in CHECKS if check.block in shown and check.is_asked(sheet)]
    missing = [check for check in checks if not check.is_said(sheet)]
    return Quality(round(100 * (len(checks) - len(missing)) / len(checks)), missing)
