"""The budget of an action: read, written line by line, pasted from a spreadsheet."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from actions import services
from actions.finances.budget import ORDER, Budget, budget_of, budget_words, words_label
from actions.finances.budget_page import changes_of, columns, last_budget, years_of
from actions.finances.budget_paste import budget_text, read_budget
from actions.finances.pasting import LONGEST, PasteError
from actions.finances.requests_of_budget import compare_requests
from actions.forms.budget import BudgetForm, merged
from actions.permissions import can_edit_action
from actions.sheet import get_sheet_action, sheet_context
from cite_educative.common import journal
from cite_educative.common.dates import date_fr, time_fr
from cite_educative.common.locks import ConflictError
from cite_educative.common.money import euros


@require_http_methods(["GET", "POST"])
def budget(request, pk):
    action = get_sheet_action(request.user, pk)
    year = asked_year(request, action)
    can_write = can_edit_action(request.user, action)
    kept = budget_of(action, year)
    if request.method == "POST":
        if not can_write:
            raise PermissionDenied
        return _posted(request, action, kept)
    return _page(request, action, kept, _form(action, kept) if can_write else None)


def asked_year(request, action):
    """The civil year of the address, one of the action's; its own when none is asked for."""
    asked = request.GET.get("exercice", "")
    if not asked:
        return int(action.budget_year)
    if asked not in map(str, years_of(action)):
        raise Http404
    return int(asked)


def _form(action, kept, data=None, shown=None, typed=None):
    asks_cost = kept.year == action.budget_year
    return BudgetForm(data, budget=kept, shown=shown, total_cost=action.total_cost, asks_cost=asks_cost, typed=typed)


def _posted(request, action, kept):
    form = _form(action, kept, request.POST)
    is_valid = form.is_valid()
    if "coller" in request.POST:
        return _pasted(request, action, kept, form)
    if "reprendre" in request.POST:
        return _taken(request, action, kept, form)
    if not is_valid:
        return _page(request, action, kept, form)
    try:
        saved = services.save_budget(
            action,
            budget_year=kept.year,
            lines=form.lines,
            actor=request.user,
            mark=form.cleaned_data["mark"],
            total_cost=form.cleaned_data.get("total_cost"),
        )
    except ConflictError:
        return _conflict(request, action, form, budget_of(action, kept.year))
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _page(request, action, kept, form)
    told = f"il est {saved.balance.words}" if saved.lines else "il est vide"
    messages.success(request, f"Le budget {kept.year} est enregistré\u00a0: {told}.")
    return redirect(f"{reverse('actions:budget', args=[action.pk])}?exercice={kept.year}")


def _pasted(request, action, kept, form):
    """What was typed, with the pasted accounts over it: shown to be read again, not saved yet."""
    text = request.POST.get("pasted", "")
    try:
        read = read_budget(text)
    except PasteError as error:
        preview = {"error": str(error), "text": text[:LONGEST]}
        return _page(request, action, kept, _again(action, kept, form.lines, form), preview=preview)
    lines = merged(form.lines, read.lines, everything="everything" in request.POST)
    preview = {
        "count": len(read.lines),
        "total": euros(sum(line.planned for line in read.lines)) if read.lines else "",
        "left_aside": read.left_aside,
        "remarks": read.remarks,
        "unread": read.unread,
        "text": "\n".join(one.text for one in read.unread).replace(" | ", "\t"),
    }
    return _page(request, action, kept, _again(action, kept, lines, form), preview=preview)


def _again(action, kept, lines, form):
    """A form on these lines, still marked with the budget that its reader saw first."""
    lines = Budget.of(kept.year, lines).lines
    made = _form(action, kept, shown=lines, typed=form.kept({line.code for line in lines}))
    made.fields["mark"].initial = form.data.get("mark") or made.fields["mark"].initial
    return made


def _taken(request, action, kept, form):
    """Last year's budget as a beginning: shown to be read again, not saved yet."""
    last = last_budget(request.user, action, kept.year)
    if last is None:
        raise Http404
    taken = _again(action, kept, last.lines, form)
    return _page(request, action, kept, taken, preview={"taken": str(last.year)})


def _conflict(request, action, form, current):
    """Both versions; sending again keeps the one typed over the one just read."""
    mine = Budget.of(current.year, form.lines)
    last = journal.entries_for(action).first()
    conflict = {
        "author": str(last.actor) if last and last.actor else "Quelqu’un d’autre",
        "when": f"le {date_fr(last.created_at)} à {time_fr(last.created_at)}" if last else "",
        "fields": _compared(budget_words(mine), budget_words(current)),
    }
    again = _form(action, current, shown=mine.lines, typed=form.kept())
    return _page(request, action, current, again, conflict=conflict, status=409)


def _compared(mine, theirs):
    rows = []
    for name in sorted({*mine, *theirs}, key=lambda name: ORDER[name.split()[0]]):
        typed, kept = mine.get(name), theirs.get(name)
        rows.append(
            {"label": words_label(name), "mine": euros(typed), "theirs": euros(kept), "different": typed != kept}
        )
    return rows


def _page(request, action, kept, form, *, preview=None, conflict=None, status=200):
    context = sheet_context(request, action, tab="money")
    last = last_budget(request.user, action, kept.year)
    shown = kept if form is None else Budget.of(kept.year, form.shown)
    context |= {
        "form": form,
        "budget": shown,
        "balance": shown.balance,
        "columns": columns(shown, last=last, form=form),
        "last_year": last.year if last else "",
        "years": years_of(action),
        "year": kept.year,
        "preview": preview,
        "pasted": (preview or {}).get("text", ""),
        "conflict": conflict,
        "changes": changes_of(action, kept.year, hides_names=context["hides_names"]),
        "requests": compare_requests(action, shown, context["read"]),
        "copied": budget_text(shown),
    }
    return render(request, "actions/budget.html", context, status=status)
