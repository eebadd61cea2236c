from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from actions import services
from actions.enums import ActionStatus, Step
from actions.forms.money import ActForm, AmountForm, enterable_steps
from actions.models import Action, FunderAct, Funding, FundingSource
from actions.permissions import can_enter_something, can_manage_money
from actions.sheet import get_sheet_action, sheet_context
from cite_educative.common.money import MoneyError, euros, parse_euros
from partners.context import current_cite, current_year


@require_http_methods(["GET", "POST"])
def amount(request, pk):
    action = get_sheet_action(request.user, pk)
    if not can_enter_something(request.user, action):
        raise PermissionDenied
    steps_by_source = enterable(request.user, action)
    initial = {"budget_year": action.budget_year, "on": timezone.localdate(), **_proposed_amount(request)}
    form = AmountForm(request.POST or None, initial=initial, steps_by_source=steps_by_source)
    if request.method == "POST" and form.is_valid() and _recorded(request, form, action):
        return redirect("actions:money", action.pk)
    context = {
        **sheet_context(request, action, tab="money"),
        "form": form,
        "has_sources": bool(steps_by_source),
        "can_manage": can_manage_money(request.user, action.cite),
    }
    return render(request, "actions/amount.html", context)


def _recorded(request, form, action):
    """False when the amount is refused: the form says why."""
    try:
        entry = _record(action, request.user, form.cleaned_data)
    except ValidationError as error:
        form.add_error("amount", error.messages)
        return False
    if entry is None:
        messages.info(request, "Ce montant était déjà celui de la fiche\u00a0: rien n’a changé.")
    else:
        messages.success(request, "Le montant est enregistré\u00a0; son origine est gardée dans l’historique.")
    return True


def _proposed_amount(request):
    """What the address proposes: a difference with an export leads here, and only the date is left to write."""
    asked = {
        name: request.GET[name][:40] for name in ("source", "budget_year", "step", "amount") if name in request.GET
    }
    if "amount" in asked:
        asked["amount"] = read_or_none(asked["amount"])
    return asked


def enterable(user, action):
    """`{source: steps}` of the sources in use for which the user may enter something."""
    sources = FundingSource.objects.visible_to(user).filter(cite=action.cite_id).active()
    sources = sources.select_related("cite", "organisation")
    steps = {source: enterable_steps(user, action, source) for source in sources}
    return {source: allowed for source, allowed in steps.items() if allowed}


def _record(action, user, answers):
    source, step = answers["source"], Step(answers["step"])
    concerned = action.holder if step == Step.REQUESTED else source.organisation
    return services.record_amount(
        action=action,
        source=source,
        budget_year=answers["budget_year"],
        step=step,
        amount=answers["amount"],
        on=answers["on"],
        actor=user,
        reference=answers["reference"],
        on_behalf_of=on_behalf_of(user, concerned, action.cite_id),
        received=answers["received"],
    )


def on_behalf_of(user, organisation, cite_id):
    """Whom the user stands for: the holder or the funder, unless it is the user's own organisation."""
    return None if organisation.pk in user.access.organisations.get(cite_id, ()) else organisation


@require_http_methods(["GET", "POST"])
def act_create(request):
    cite = current_cite(request)
    actions = _asked_actions(request)
    cite = actions[0].cite if actions else cite
    if cite is None:
        raise Http404
    if not can_manage_money(request.user, cite):
        raise PermissionDenied
    sources = FundingSource.objects.visible_to(request.user).filter(cite=cite).active().select_related("organisation")
    year = actions[0].budget_year if actions else current_year(request)
    context = {
        "cite": cite,
        "sources": _granting(sources),
        "asked": actions,
        "year": year,
        "source": None,
        "form": None,
    }
    asked = request.GET.get("ligne", "")
    if not asked:
        return render(request, "finances/act.html", context)
    source = _granting_source(sources, asked)
    rows = _act_rows(request.user, source, year, actions)
    act = FunderAct(cite=cite, organisation=source.organisation, created_by=request.user)
    form = _act_form(request, act, rows, source)
    if request.method == "POST" and form.is_valid() and _save_act(request, form, source, year):
        return redirect("actions:money", actions[0].pk) if actions else redirect("actions:finances")
    lines = [{**row, "field": form[f"grant-{row['action'].pk}"]} for row in rows]
    return render(request, "finances/act.html", {**context, "source": source, "form": form, "lines": lines})


def _granting(sources):
    return [source for source in sources if Step.GRANTED in source.steps]


def _granting_source(sources, asked):
    source = get_object_or_404(sources, pk=asked if asked.isascii() and asked.isdigit() and len(asked) < 15 else 0)
    if Step.GRANTED not in source.steps:
        raise Http404
    return source


def _act_form(request, act, rows, source):
    """The address may propose amounts, `grant-<pk>`: a difference with an export leads here."""
    asked = {name: read_or_none(value[:40]) for name, value in request.GET.items() if name.startswith("grant-")}
    actions = [row["action"] for row in rows]
    return ActForm(request.POST or None, instance=act, actions=actions, source=source, initial=asked)


def read_or_none(text):
    try:
        return parse_euros(text)
    except MoneyError:
        return None


def _asked_actions(request):
    """The actions named in the address, of one Cité, as far as the user sees them."""
    asked = [pk for pk in request.GET.getlist("action") if pk.isascii() and pk.isdigit() and len(pk) < 15]
    actions = list(
        Action.objects.visible_to(request.user).filter(pk__in=asked).select_related("cite", "holder").order_by("code")
    )
    if len({action.cite_id for action in actions}) > 1 or (request.GET.getlist("action") and not actions):
        raise Http404
    return actions


def _act_rows(user, source, year, asked):
    """One line per action asked for, else per filed action that this source was asked to fund in that year."""
    fundings = Funding.objects.visible_to(user).in_cash().filter(source=source, budget_year=year)
    fundings = fundings.select_related("action")
    if asked:
        known = {funding.action_id: funding for funding in fundings.filter(action__in=asked)}
        return [_act_row(action, known.get(action.pk)) for action in asked]
    left_out = (ActionStatus.DRAFT, ActionStatus.ABANDONED)
    filed = fundings.exclude(action__status__in=left_out).order_by("action__code", "action__pk")
    return [_act_row(funding.action, funding) for funding in filed]


def _act_row(action, funding):
    steps = (Step.REQUESTED, Step.PROGRAMMED, Step.GRANTED)
    return {"action": action, **{str(step): euros(getattr(funding, step) if funding else None) for step in steps}}


def _save_act(request, form, source, year):
    """True when saved; otherwise the form says why."""
    organisations = request.user.access.organisations.get(source.cite_id, ())
    try:
        _, entries = services.grant_by_act(
            act=form.instance,
            source=source,
            budget_year=year,
            grants=form.grants,
            actor=request.user,
            on_behalf_of=None if source.organisation_id in organisations else source.organisation,
            received=form.cleaned_data["received"],
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    if entries:
        number = len(entries)
        counted = f"{number} montants accordés sont enregistrés" if number > 1 else "Un montant accordé est enregistré"
        messages.success(request, f"L’acte est enregistré\u00a0: {counted[:1].lower()}{counted[1:]}.")
    else:
        messages.info(request, "Cet acte était déjà enregistré avec ces montants\u00a0: rien n’a changé.")
    return True
