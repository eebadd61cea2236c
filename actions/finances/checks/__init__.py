"""Checks of the money: every module of this package is read, and what it registers is run."""

from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from actions.finances.books import Books
from actions.finances.checks.registry import GROUPS, RULES, Rule

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")


@dataclass(frozen=True)
class Result:
    rule: Rule
    findings: list

    @property
    def count(self):
        return len(self.findings)


def run_checks(cite, year):
    """One `Result` per rule, in the order of groups, those without any finding included."""
    books = Books(cite, year)
    rules = sorted(RULES.values(), key=lambda rule: GROUPS.index(rule.group))
    return [Result(rule, list(rule.find(books))) for rule in rules]


def count_findings(cite, year):
    return sum(result.count for result in run_checks(cite, year))
