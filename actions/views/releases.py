""" "Libérer les notifications": what holders would learn of one funder, then the gesture."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from actions import services
from actions.finances.releases import answers_mark, concerned_fundings, release_lines, releases_of
from actions.finances.sections import finance_sections
from actions.models import Call, FundingSource
from actions.permissions import can_manage_money
from actions.views.finances import readable_cite
from cite_educative.common.dates import date_fr
from cite_educative.common.forms import read_key
from cite_educative.common.money import ZERO, euros, total
from partners.context import current_year


@require_GET
def releases(request):
    cite, year = readable_cite(request), current_year(request)
    context = {
        "year": year,
        "lines": [_line(line) for line in release_lines(cite, year)],
        "sections": finance_sections("releases"),
        "can_manage": can_manage_money(request.user, cite),
    }
    return render(request, "finances/releases.html", context)


def _line(line):
    asked = f"?{urlencode({'appel': line.call.pk})}" if line.call else ""
    return {
        "source": line.source,
        "call": line.call,
        "url": f"{reverse('actions:release', args=[line.source.pk])}{asked}",
        "fundings": line.fundings,
        "granted": line.granted,
        "refused": line.refused,
        "waiting": line.waiting,
        "amount": euros(line.amount),
        "released": f"le {date_fr(line.release.released_on)}" if line.release else "",
        "by": str(line.release.released_by) if line.release else "",
        "is_whole": line.is_whole,
    }


@require_http_methods(["GET", "POST"])
def release(request, pk):
    """`?appel=` narrows it to one call; without it, all that this source answers in the civil year."""
    source = get_object_or_404(FundingSource.objects.visible_to(request.user).select_related("cite"), pk=pk)
    if not can_manage_money(request.user, source.cite):
        raise PermissionDenied
    year, call = current_year(request), _asked_call(request, source)
    known = releases_of(source.cite, year)
    done = known.get((source.pk, call and call.pk)) or known.get((source.pk, None))
    fundings = list(concerned_fundings(source, year, call))
    mark = answers_mark(fundings)
    if request.method == "POST" and (done or request.POST.get("apercu") == mark):
        return _release(request, source, year, call, done)
    is_stale = request.method == "POST"
    context = {
        "mark": mark,
        "is_stale": is_stale,
        "source": source,
        "call": call,
        "year": year,
        "done": done,
        "holders": _by_holder(fundings),
        "number": len(fundings),
        "waiting": sum(funding.granted is None for funding in fundings),
        "granted": euros(total(funding.granted for funding in fundings)),
    }
    return render(request, "finances/release.html", context, status=409 if is_stale else 200)


def _asked_call(request, source):
    asked = request.GET.get("appel", "")
    if not asked:
        return None
    return get_object_or_404(Call.objects.visible_to(request.user), pk=read_key(asked), cite=source.cite_id)


def _by_holder(fundings):
    """What each holder would read, action by action."""
    holders = {}
    for funding in fundings:
        action = funding.action
        name = action.holder.name if action.holder else "Porteur inconnu"
        holders.setdefault(name, []).append(
            {
                "action": action,
                "requested": euros(funding.requested),
                "programmed": euros(funding.programmed),
                "answer": _answer(funding),
                "is_known": funding.granted is not None,
            }
        )
    return holders


def _answer(funding):
    if funding.granted is None:
        return "pas encore de réponse du financeur"
    return f"accordé\u00a0: {euros(funding.granted)}" if funding.granted > ZERO else "refusé"


def _release(request, source, year, call, done):
    if done:
        messages.info(request, "Ces notifications étaient déjà libérées\u00a0: rien n’a changé.")
    elif not concerned_fundings(source, year, call).filter(granted__isnull=False).exists():
        messages.error(
            request, "Rien n’est libéré\u00a0: le financeur n’a encore rien répondu. Enregistrez d’abord son acte."
        )
        return redirect(request.get_full_path())
    else:
        services.release_notifications(
            source=source, budget_year=year, call=call, actor=request.user, on=timezone.localdate()
        )
        messages.success(
            request, f"Les notifications de {source} sont libérées\u00a0: les porteurs lisent sa réponse."
        )
    return redirect("actions:releases")
