"""The lists that a Cité keeps: one page, three lists, each with its own words."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.forms import ModelForm
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actions import services
from actions.forms.lists import ContractThemeForm, SchemeForm, ThemeForm
from actions.models import ContractTheme, Scheme, Theme
from actions.services.lists import USUAL
from actions.strategy_page import LAST, places
from actions.views.plan import check_writer, chosen_cite
from actions.views.versions import form_context, saved_or_compared
from cite_educative.common.forms import read_key


@dataclass(frozen=True)
class Kind:
    slug: str
    name: str  # of its addresses
    model: type
    form: type[ModelForm]
    title: str
    says: str
    new: str
    usual: str
    users: str  # the relation that is counted
    used: tuple


KINDS = {
    kind.slug: kind
    for kind in (
        Kind(
            "thematiques",
            "theme",
            Theme,
            ThemeForm,
            "Thématiques",
            "Ce dont parlent les actions. Une action peut en avoir plusieurs\u00a0; la couverture les compte.",
            "Nouvelle thématique",
            "Ajouter les thématiques usuelles",
            "actions",
            ("action", "actions"),
        ),
        Kind(
            "contrat-de-ville",
            "contract_theme",
            ContractTheme,
            ContractThemeForm,
            "Thèmes du contrat de ville",
            "Ceux du contrat «\u00a0Engagements Quartiers 2030\u00a0» signé localement, auxquels répondent les objectifs. "
            "À défaut, partez des rubriques du programme 147 de l’État et corrigez-les.",
            "Nouveau thème",
            "Ajouter les rubriques du programme 147",
            "objectives",
            ("objectif", "objectifs"),
        ),
        Kind(
            "dispositifs",
            "scheme",
            Scheme,
            SchemeForm,
            "Dispositifs liés",
            "Ce qui existe à côté de la Cité et avec quoi les actions s’articulent.",
            "Nouveau dispositif",
            "Ajouter les dispositifs usuels",
            "actions",
            ("action", "actions"),
        ),
    )
}


def _kind(slug):
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]


def _back(kind):
    return f"{reverse('actions:cite_lists')}#{kind.slug}"


def _item(request, slug, pk):
    kind = _kind(slug)
    item = get_object_or_404(kind.model.objects.visible_to(request.user).select_related("cite"), pk=pk)
    check_writer(request.user, item.cite)
    return kind, item


@require_GET
def cite_lists(request):
    cite = chosen_cite(request)
    check_writer(request.user, cite)
    return render(
        request, "actions/cite_lists.html", {"lists": [_list(kind, request.user, cite) for kind in KINDS.values()]}
    )


def _list(kind, user, cite):
    rows = kind.model.objects.visible_to(user).filter(cite=cite)
    items = list(rows.annotate(number=Count(kind.users)))
    known = {item.label.casefold() for item in items}
    keys = [item.pk for item in items]
    rows = [
        {
            "item": item,
            "detail": _detail(item),
            "used": f"{item.number} {kind.used[item.number > 1]}" if item.number else "",
            "place": place,
            **{
                f"{gesture}_url": reverse(f"actions:{kind.name}_{gesture}", args=[item.pk])
                for gesture in ("update", "place", "retire", "restore")
            },
        }
        for item, place in zip(items, places(keys), strict=True)
    ]
    lacks_usual = any(usual["label"].casefold() not in known for usual in USUAL[kind.model])
    return {"kind": kind, "rows": rows, "seen": " ".join(map(str, keys)), "lacks_usual": lacks_usual}


def _detail(item):
    """Of a scheme: its full name, when it is another one, and its institution."""
    full_label = getattr(item, "full_label", "")
    told = [full_label if full_label != item.label else "", getattr(item, "institution", "")]
    return ", ".join(filter(None, told))


@require_http_methods(["GET", "POST"])
def list_item_create(request, slug):
    cite, kind = chosen_cite(request), _kind(slug)
    check_writer(request.user, cite)
    return _item_page(request, kind, kind.model(cite=cite), kind.new)


@require_http_methods(["GET", "POST"])
def list_item_update(request, slug, pk):
    kind, item = _item(request, slug, pk)
    return _item_page(request, kind, item, item.label)


def _item_page(request, kind, item, heading):
    form, conflict, saved = saved_or_compared(request, kind.form, item, save=services.save_list_item)
    if saved:
        messages.success(request, f"«\u00a0{saved.label}\u00a0» est enregistré dans la liste.")
        return redirect(_back(kind))
    context = form_context(form, conflict, heading=heading, submit="Enregistrer", cancel_url=_back(kind))
    return render(request, "actions/list_item_form.html", context, status=409 if conflict else 200)


@require_POST
def list_item_place(request, slug, pk):
    kind, item = _item(request, slug, pk)
    asked = request.POST.get("avant", LAST)
    rows = kind.model.objects.visible_to(request.user).filter(cite=item.cite)
    before = None if asked in (LAST, "") else get_object_or_404(rows, pk=read_key(asked))
    seen = [read_key(key) for key in request.POST.get("vu", "").split()]
    try:
        place, number = services.place_list_item(item, actor=request.user, seen=seen, before=before)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(_back(kind))
    messages.success(request, f"«\u00a0{item.label}\u00a0» est maintenant au rang {place} sur {number}.")
    return redirect(f"{reverse('actions:cite_lists')}#{kind.slug}-{item.pk}")


@require_POST
def list_item_retire(request, slug, pk):
    kind, item = _item(request, slug, pk)
    if services.retire_list_item(item, actor=request.user):
        messages.success(request, f"«\u00a0{item.label}\u00a0» n’est plus proposé. Ce qui le porte déjà le garde.")
    else:
        messages.success(
            request, f"«\u00a0{item.label}\u00a0» ne servait pas encore\u00a0: il est effacé de la liste."
        )
    return redirect(_back(kind))


@require_POST
def list_item_restore(request, slug, pk):
    kind, item = _item(request, slug, pk)
    services.restore_list_item(item, actor=request.user)
    messages.success(request, f"«\u00a0{item.label}\u00a0» est de nouveau proposé.")
    return redirect(_back(kind))


@require_POST
def list_usual(request, slug):
    cite, kind = chosen_cite(request), _kind(slug)
    check_writer(request.user, cite)
    number = services.add_usual_items(kind.model, cite, actor=request.user)
    if number:
        messages.success(request, f"{number} lignes sont ajoutées." if number > 1 else "Une ligne est ajoutée.")
    else:
        messages.info(request, "La liste les avait déjà\u00a0: rien n’a changé.")
    return redirect(_back(kind))
