"""The figures of an import, the same on the page, in the command's JSON and in the run that is kept."""

from actions.enums import Step
from actions.imports.groups import excess
from actions.imports.words import add, exact
from cite_educative.common.money import ZERO, MoneyError, parse_euros
from cite_educative.common.search import normalise
from cite_educative.common.spreadsheets import Field, compare_totals


def figures_of(plan):
    """JSON-ready; amounts are strings of euros, "1234.50"."""
    outcomes = [line.outcome for line in plan.lines]
    names = ("created", "updated", "unchanged", "refused", "control")
    return {
        "file": plan.filename,
        "cite": plan.cite.slug,
        "call": plan.call.label,
        "budget_year": plan.default_year,
        "rows": {"read": len(outcomes), **{name: outcomes.count(name) for name in names}},
        "actions": {name: plan.count(name) for name in names[:3]},
        "new_organisations": len(new_holders(plan)),
        "refused_rows": [
            {"sheet": line.sheet, "line": line.number, "reasons": line.errors} for line in plan.lines if line.refused
        ],
        "warnings": [
            {"sheet": line.sheet, "line": line.number, "text": text} for line in plan.lines for text in line.warnings
        ],
        "sheets": sheets_of(plan),
        "alerts": plan.alerts,
        "notes": list(dict.fromkeys(plan.notes)),
        "columns": columns_of(plan),
        "steps": _steps(plan),
        "funders": _funders(plan),
        "themes": _themes(plan),
        "groups": groups_of(plan),
        "acts": _acts(plan),
    }


def new_holders(plan):
    """The holders to create: those of a created action."""
    refs = [action.holder for action in plan.actions if action.existing is None and action.holder.organisation is None]
    return list(dict.fromkeys(refs))


def columns_of(plan):
    """The sum of each column of amounts beside the file's own totals of it."""
    columns = []
    for position, (table, choice) in enumerate(zip(plan.reading.tables, plan.choices, strict=True)):
        if not choice.use:
            continue
        indexes = [index for index, chosen in choice.columns.items() if chosen.is_step]
        checks = compare_totals(table, indexes)
        for index in indexes:
            column, chosen = table.columns[index], choice.columns[index]
            cells = [(line, a) for line in plan.lines for a in line.amounts if a.column == (position, index)]
            written = add(amount.value for line, amount in cells if not line.refused)
            whole = [check for check in checks if check.column == index and not table_total(table, check).subtotal]
            announced = whole[-1].announced * column.factor if whole else None
            columns.append(
                {
                    "sheet": table.sheet,
                    "column": column.letter,
                    "header": column.label,
                    "step": str(chosen.field),
                    "funder": chosen.funder,
                    "sum": exact(written) if cells else None,
                    "refused": exact(add(amount.value for line, amount in cells if line.refused)),
                    "file_total": exact(announced),
                    "total_line": whole[-1].number if whole else None,
                    "difference": exact(announced - written) if whole else None,
                    "totals": [_check(check, column) for check in checks if check.column == index],
                }
            )
    return columns


def table_total(table, check):
    return next(total for total in table.total_rows if total.number == check.number)


def _check(check, column):
    return {
        "line": check.number,
        "label": check.label,
        "file_total": exact(check.announced * column.factor),
        "sum": exact(check.computed * column.factor),
        "agrees": check.agrees,
    }


def _amounts(plan):
    for action in plan.actions:
        for funding in action.fundings.values():
            for step, amount in funding.amounts.items():
                yield funding, Step(step), amount


def _steps(plan):
    """What the fundings of these actions hold after the import, step by step."""
    found = {}
    for _, step, amount in _amounts(plan):
        found.setdefault(step, []).append(amount)
    return {str(step): exact(add(found[step])) for step in Step if step in found}


def _funders(plan):
    found = {}
    for funding, step, amount in _amounts(plan):
        found.setdefault(funding.source.label, {}).setdefault(step, []).append(amount)
    return [
        {"label": label, **{str(step): exact(add(steps[step])) for step in Step if step in steps}}
        for label, steps in sorted(found.items())
    ]


def sheets_of(plan):
    tables = zip(plan.reading.tables, plan.choices, strict=True)
    return list(dict.fromkeys(table.sheet for table, choice in tables if choice.use))


def _themes(plan):
    """The sums of each theme, in the order of the file; none when no column gives it."""
    if not any(choice.use and choice.has(Field.THEME) for choice in plan.choices):
        return []
    labels, found = {}, {}
    for action in plan.actions:
        theme = action.fields.get("theme", "")
        labels.setdefault(normalise(theme), theme)
        steps = found.setdefault(normalise(theme), {})
        for funding in action.fundings.values():
            for step, amount in funding.amounts.items():
                steps[step] = steps.get(step, ZERO) + amount
    return [
        {"label": labels[key], **{str(step): exact(steps[step]) for step in Step if step in steps}}
        for key, steps in found.items()
    ]


def groups_of(plan):
    return {
        "count": len(plan.balances),
        "total": exact(add(balance.total for balance in plan.balances)),
        "written": exact(add(balance.written for balance in plan.balances)),
        "deduced": exact(add(balance.deduced for balance in plan.balances)),
        "on_lines": exact(add(balance.on_lines for balance in plan.balances)),
        "unallocated": exact(add(balance.unallocated for balance in plan.unallocated)),
        "unallocated_groups": [_balance(balance) for balance in plan.unallocated],
        "excess_groups": [_balance(balance) for balance in excess(plan.balances)],
    }


def _balance(balance):
    return {
        "label": balance.label,
        "holder": balance.lines[0].holder.name if balance.lines[0].holder else "",
        "step": str(balance.step),
        "total": exact(balance.total),
        "on_lines": exact(balance.on_lines),
        "unallocated": exact(balance.unallocated),
        "lines": [line.number for line in balance.lines],
        "without_amount": [line.number for line in balance.left],
    }


def _acts(plan):
    granted = {}
    for action in plan.actions:
        for funding in action.fundings.values():
            if Step.GRANTED in funding.amounts:
                key = (funding.act[0], funding.act[1])
                granted.setdefault(key, []).append(funding.amounts[Step.GRANTED])
    articles = {}
    for balance in plan.balances:
        if balance.column is None and len(balance.key) == 3 and balance.key[1]:
            articles.setdefault(balance.key[1], []).append(balance.total)
    acts = []
    for (number, decided_on), amounts in sorted(granted.items(), key=str):
        total = add(articles[number]) if number in articles else add(amounts)
        announced = announced_by(plan.mapping, number)
        acts.append(
            {
                "number": number,
                "date": decided_on.isoformat() if decided_on else None,
                "fundings": len(amounts),
                "granted": exact(add(amounts)),
                "articles": exact(total) if number in articles else None,
                "announced": exact(announced),
                "difference": exact(announced - total) if announced is not None else None,
            }
        )
    return acts


def announced_by(mapping, number):
    """The total the user says the act announces, or None."""
    text = mapping.get("answers", {}).get(f"announced:{number}")
    if text in (None, ""):
        return None
    try:
        return max(parse_euros(str(text)), ZERO)
    except MoneyError:
        return None
