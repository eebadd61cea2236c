"""Remarks on an action, for the circle that each of them opens."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from actions import services
from actions.comments import (
    can_change_comment,
    can_resolve_comment,
    can_withdraw_comment,
    comment_audiences,
    threads,
)
from actions.forms.life import BodyForm, CommentForm
from actions.models import ActionComment
from actions.sheet import get_sheet_action, sheet_context


@require_http_methods(["GET", "POST"])
def comments(request, pk):
    action = get_sheet_action(request.user, pk)
    may_write = bool(comment_audiences(request.user, action))
    form = CommentForm(request.POST or None, user=request.user, action=action) if may_write else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            services.add_comment(action=action, actor=request.user, **form.cleaned_data)
            messages.success(request, "Votre commentaire est écrit.")
            return redirect("actions:comments", pk)
    context = sheet_context(request, action, tab="comments")
    context |= {"form": form, "threads": threads(request.user, action)}
    return render(request, "actions/comments.html", context)


def _comment(request, pk):
    rows = ActionComment.objects.visible_to(request.user).select_related("action__cite", "organisation")
    return get_object_or_404(rows, pk=pk)


@require_POST
def comment_answer(request, pk):
    comment = _comment(request, pk)
    action = get_sheet_action(request.user, comment.action_id)
    if comment.audience not in comment_audiences(request.user, action):
        raise PermissionDenied
    form = BodyForm(request.POST)
    if form.is_valid():
        try:
            services.answer_comment(comment, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, "Votre réponse est écrite.")
    else:
        messages.error(request, "La réponse est vide\u00a0: écrivez quelques mots, puis recommencez.")
    return redirect("actions:comments", comment.action_id)


@require_POST
def comment_resolve(request, pk):
    comment, resolved = _comment(request, pk), bool(request.POST.get("regle"))
    if resolved and comment.resolved_at is not None:
        messages.info(request, "Ce commentaire est déjà réglé.")
        return redirect("actions:comments", comment.action_id)
    if not can_resolve_comment(request.user, comment):
        raise PermissionDenied
    services.resolve_comment(comment, actor=request.user, resolved=resolved)
    messages.success(request, "Le commentaire est réglé." if resolved else "Le commentaire est rouvert.")
    return redirect("actions:comments", comment.action_id)


@require_http_methods(["GET", "POST"])
def comment_change(request, pk):
    comment = _comment(request, pk)
    if not can_change_comment(request.user, comment):
        raise PermissionDenied
    action = get_sheet_action(request.user, comment.action_id)
    form = BodyForm(request.POST or None, initial={"body": comment.body})
    if request.method == "POST" and form.is_valid():
        services.change_comment(comment, actor=request.user, **form.cleaned_data)
        messages.success(request, "Votre commentaire est modifié.")
        return redirect("actions:comments", action.pk)
    context = sheet_context(request, action, tab="comments")
    context |= {"form": form, "form_heading": "Modifier le commentaire", "submit": "Modifier le commentaire"}
    return render(request, "actions/life_form.html", context | {"form_lead": ""})


@require_POST
def comment_withdraw(request, pk):
    comment = _comment(request, pk)
    is_second_click = comment.withdrawn_at is not None and comment.author_id == request.user.pk
    if not (is_second_click or can_withdraw_comment(request.user, comment)):
        raise PermissionDenied
    services.withdraw_comment(comment, actor=request.user)
    messages.success(request, "Votre commentaire est retiré\u00a0: son texte ne se lit plus.")
    return redirect("actions:comments", comment.action_id)
