"""The budget of an action: its posts, its totals, whether it balances, and what compares with it.

In kind (accounts 86 and 87) is checked apart and is in no sum of cash.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum

from actions.enums import BornIn, BudgetSide
from actions.finances.accounts import ACCOUNTS, IN_KIND, POSTS, SUBSIDIES
from actions.models import Action, BudgetLine
from cite_educative.common.money import ZERO, euros

ORDER = {code: rank for rank, code in enumerate(ACCOUNTS)}
IN_KIND_LINES = Q(code__startswith=IN_KIND[0]) | Q(code__startswith=IN_KIND[1])


@dataclass(frozen=True)
class Line:
    """One amount of a budget, in euros; `precision` tells which funder, or what."""

    code: str
    planned: Decimal
    precision: str = ""

    @property
    def account(self):
        return ACCOUNTS[self.code]


@dataclass(frozen=True)
class Balance:
    """Euros, exact: sums of cash and in kind of each column."""

    charges: Decimal = ZERO
    income: Decimal = ZERO
    used_in_kind: Decimal = ZERO
    brought_in_kind: Decimal = ZERO

    @property
    def all_charges(self):
        return self.charges + self.used_in_kind

    @property
    def all_income(self):
        return self.income + self.brought_in_kind

    @property
    def gap(self):
        """What is charged and not covered; negative when the income is greater."""
        return self.charges - self.income

    @property
    def gap_in_kind(self):
        return self.used_in_kind - self.brought_in_kind

    @property
    def is_balanced(self):
        return self.gap == ZERO and self.gap_in_kind == ZERO

    @property
    def sentences(self):
        """What is wrong, in words; [] when it balances."""
        found = []
        if self.gap:
            words = "il manque {} de produits" if self.gap > 0 else "il y a {} de produits de trop"
            found.append(f"Charges et produits ne s’équilibrent pas\u00a0: {words.format(euros(abs(self.gap)))}.")
        if self.gap_in_kind:
            words = "le 86 dépasse le 87 de {}" if self.gap_in_kind > 0 else "le 87 dépasse le 86 de {}"
            words = words.format(euros(abs(self.gap_in_kind)))
            found.append(f"Les contributions en nature ne s’équilibrent pas\u00a0: {words}.")
        return found

    @property
    def words(self):
        """ "équilibré", or each gap, for a table."""
        if self.is_balanced:
            return "équilibré"
        gaps = [f"écart de {euros(abs(self.gap))}"] if self.gap else []
        return ", ".join(gaps + ([f"en nature, écart de {euros(abs(self.gap_in_kind))}"] if self.gap_in_kind else []))


@dataclass(frozen=True)
class PostLines:
    post: object
    lines: tuple

    @property
    def subtotal(self):
        return sum((line.planned for line in self.lines), ZERO)


@dataclass(frozen=True)
class Budget:
    """`lines` in the order of the form."""

    year: int
    lines: tuple

    @classmethod
    def of(cls, year, lines):
        """Puts the lines in the order of the form, those of one account as they are given."""
        return cls(int(year), tuple(sorted(lines, key=lambda line: ORDER[line.code])))

    def posts(self, side):
        """`PostLines` of the posts that have an amount."""
        grouped = [
            PostLines(post, tuple(line for line in self.lines if line.account.post == post.code))
            for post in POSTS
            if post.side == side
        ]
        return [group for group in grouped if group.lines]

    @property
    def charges(self):
        return self.posts(BudgetSide.CHARGE)

    @property
    def income(self):
        return self.posts(BudgetSide.INCOME)

    @property
    def balance(self):
        return balance_of(self.lines)

    def of_post(self, code):
        return [line for line in self.lines if line.account.post == code]

    @property
    def subsidies(self):
        return sum((line.planned for line in self.of_post(SUBSIDIES)), ZERO)


def balance_of(lines):
    sums = {(side, in_kind): ZERO for side in BudgetSide for in_kind in (False, True)}
    for line in lines:
        sums[line.account.side, line.account.post in IN_KIND] += line.planned
    return Balance(
        sums[BudgetSide.CHARGE, False],
        sums[BudgetSide.INCOME, False],
        sums[BudgetSide.CHARGE, True],
        sums[BudgetSide.INCOME, True],
    )


def budgets_of(action):
    """`{year: Budget}` of the years that have one. For who reads the action beyond its published part."""
    found = {}
    for row in action.budget_lines.all():
        found.setdefault(int(row.budget_year), []).append(Line(row.code, row.planned, row.precision))
    return {year: Budget(year, tuple(lines)) for year, lines in sorted(found.items())}


def budget_of(action, year):
    """An empty budget when nothing is written."""
    rows = action.budget_lines.filter(budget_year=year)
    return Budget(int(year), tuple(Line(row.code, row.planned, row.precision) for row in rows))


def budget_words(budget):
    """`{"code precision": "1200.00"}`, for the journal and to compare; lines of the same words are numbered."""
    found = {}
    for line in budget.lines:
        name, rank = f"{line.code} {line.precision}".strip(), 2
        while name in found:
            name, rank = f"{line.code} {line.precision} ({rank})", rank + 1
        found[name] = str(line.planned)
    return found


def words_label(name):
    """The label of a key of `budget_words`."""
    code, _, precision = name.partition(" ")
    label = ACCOUNTS[code].label if code in ACCOUNTS else code
    return f"{label}\u00a0: {precision}" if precision else label


def is_asked(action):
    """Whether a good sheet has its budget here: a request born in Dauphin has it there."""
    return action.call_id is None or action.call.born_in != BornIn.DAUPHIN


# --- What the checks read -------------------------------------------------------------------------


@dataclass(frozen=True)
class Unbalanced:
    """A budget whose columns differ; `action` has its Cité and its holder."""

    action: Action
    year: int
    balance: Balance


def unbalanced_budgets(actions):
    """Yields the budgets of these actions that do not balance, in two queries whatever their number.

    `actions` is a queryset of what the reader may see beyond its published part. An action without lines has no
    budget to balance.
    """
    lines = BudgetLine.objects.filter(action__in=actions.order_by().values("pk"))
    rows = lines.order_by().values("action", "budget_year").annotate(**_sums())
    found = {(row["action"], int(row["budget_year"])): _balance(row) for row in rows}
    wrong = {key: balance for key, balance in found.items() if not balance.is_balanced}
    if not wrong:
        return
    kept = actions.filter(pk__in={pk for pk, _ in wrong}).select_related("cite", "holder")
    by_pk = {action.pk: action for action in kept}
    for (pk, year), balance in sorted(wrong.items()):
        yield Unbalanced(by_pk[pk], year, balance)


def _sums():
    return {
        f"{side}_{'in_kind' if in_kind else 'cash'}": Sum(
            "planned", filter=Q(side=side) & (IN_KIND_LINES if in_kind else ~IN_KIND_LINES)
        )
        for side in BudgetSide.values
        for in_kind in (False, True)
    }


def _balance(row):
    names = ("charge_cash", "income_cash", "charge_in_kind", "income_in_kind")
    return Balance(*(row[name] or ZERO for name in names))
