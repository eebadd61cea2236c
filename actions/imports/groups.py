"""Groups of lines whose total the file gives (an article of a vote, a merged cell): deduced, asked, or left over."""

from decimal import Decimal

from actions.enums import Step
from actions.imports.structures import Amount, Balance, Question
from actions.imports.words import add, quoted
from cite_educative.common.money import ZERO, MoneyError, euros, parse_euros
from cite_educative.common.spreadsheets import Field


class Groups:
    """Balances every group and completes its lines, in place. A total is never split silently."""

    def __init__(self, reading, choices, lines, answers):
        self.reading, self.choices, self.answers = reading, choices, answers
        self.balances, self.questions, self.faults = [], [], []
        self._columns_of_money = {
            position: [(index, chosen) for index, chosen in choice.columns.items() if chosen.is_step]
            for position, choice in enumerate(choices)
        }
        self._articles(lines)
        self._merged(lines)
        for balance in self.balances:
            self._settle(balance)

    def _articles(self, lines):
        groups = {}
        for line in lines:
            if line.group and not line.refused:
                groups.setdefault(line.group, []).append(line)
        for key, members in groups.items():
            totals = {line.group_total for line in members if line.group_total is not None}
            if len(totals) > 1:
                for line in members:
                    line.warnings.append(
                        f"Le total de l’article change d’une ligne à l’autre\u00a0: {_amounts(totals)}."
                    )
                continue
            own = [line for line in members if not line.is_control]
            if not own:
                own, members[0].is_control = members[:1], False
            step = self._step(key[0])
            if totals and step:
                self.balances.append(Balance(key, _label(key, self.choices), step, totals.pop(), own))

    def _step(self, position):
        steps = [Step(str(chosen.field)) for _, chosen in self._columns_of_money[position]]
        return Step.GRANTED if Step.GRANTED in steps else next(iter(steps), None)

    def _merged(self, lines):
        groups = {}
        for line in lines:
            for index, top, bottom, total in line.get("merged", []):
                if not line.refused:
                    groups.setdefault((line.table, index, top, bottom, total), []).append(line)
        for (position, index, top, bottom, total), members in groups.items():
            chosen = self.choices[position].columns[index]
            if not chosen.is_step or total is None:
                continue
            key = (position, index, top, bottom)
            label = f"{self.reading.tables[position].columns[index].label}, cellule fusionnée, lignes {top} à {bottom}"
            self.balances.append(
                Balance(key, label, Step(str(chosen.field)), total, members, column=(position, index))
            )

    def _settle(self, balance):
        column = balance.column
        present = [
            amount
            for line in balance.lines
            for amount in line.amounts
            if amount.step == balance.step and (column is None or amount.column == column)
        ]
        balance.written = add(amount.value for amount in present)
        known = {id(line) for line in balance.lines for amount in line.amounts if amount in present}
        balance.missing = [line for line in balance.lines if id(line) not in known]
        balance.left = list(balance.missing)
        if balance.missing and balance.unallocated > 0:
            self._ask(balance)
            if len(balance.left) == 1 and balance.unallocated > 0:
                line = balance.left.pop()
                amount = balance.unallocated
                line.warnings.append(f"Montant déduit du total {_of(balance)}\u00a0: {euros(amount)}.")
                self._give(balance, line, amount)
        elif balance.unallocated < 0:
            balance.lines[0].warnings.append(
                f"Les lignes dépassent de {euros(-balance.unallocated)} le total {_of(balance)} ({euros(balance.total)})."
            )

    def _ask(self, balance):
        """Several amounts are missing: each may be answered; without answer the rest stays unallocated."""
        if len(balance.left) < 2:
            return
        several = len(self.reading.tables) > 1
        for line in list(balance.left):
            sheet = f"{line.sheet}, " if several else ""
            name = f"amount:{line.sheet}!{line.number}" if several else f"amount:{line.number}"
            self.questions.append(
                Question(
                    name,
                    f"{balance.label}, {sheet}ligne {line.number}, "
                    f"{line.get(Field.TITLE) or line.get(Field.HOLDER_NAME)}\u00a0: "
                    f"quelle part des {euros(balance.unallocated)} sans ligne\u00a0?",
                    kind="amount",
                    required=False,
                    help="Sans réponse, le reste de l’article est montré «\u00a0non réparti\u00a0».",
                )
            )
            amount = self._answer(name)
            if amount is None:
                continue
            if amount > balance.unallocated:
                self.faults.append(
                    (name, f"Ligne {line.number}\u00a0: {euros(amount)} dépassent ce qui reste {_of(balance)} "
                     f"({euros(balance.unallocated)}).")
                )  # fmt: skip
                continue
            balance.left.remove(line)
            self._give(balance, line, amount)

    def _answer(self, name):
        text = self.answers.get(name)
        if text in (None, ""):
            return None
        try:
            amount = parse_euros(str(text))
        except MoneyError as error:
            self.faults.append((name, str(error)))
            return None
        if amount < 0:
            self.faults.append((name, "Un montant ne peut pas être négatif."))
            return None
        return amount

    def _give(self, balance, line, amount):
        position = line.table
        column = balance.column
        columns = dict(self._columns_of_money[position])
        chosen = (
            columns[column[1]] if column else next(c for c in columns.values() if str(c.field) == str(balance.step))
        )
        line.amounts.append(Amount(balance.step, amount, chosen.funder, chosen.year, None))
        balance.deduced += amount


def _amounts(totals):
    return ", ".join(euros(total) for total in sorted(totals))


def _label(key, choices):
    position, act, group = key
    word = "Article " if choices[position].has(Field.GROUP) else ""
    return " – ".join(filter(None, [act, f"{word}{group}"]))


def _of(balance):
    return f"de {quoted(balance.label)}"


def unallocated(balances):
    """The balances that some money of the file's own total is missing from."""
    return [balance for balance in balances if balance.unallocated > ZERO]


def excess(balances):
    return [balance for balance in balances if balance.unallocated < Decimal(0)]
