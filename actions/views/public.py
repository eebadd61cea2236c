"""What anybody reads without an account: the page of a call that the team published."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from actions.calls import delay_words, published_call, sentence_case, state_of, where_to_file, years_words
from actions.enums import BornIn


@login_not_required
@require_safe
def call_public(request, slug, pk):
    """The same for everybody, whoever is signed in."""
    call = published_call(slug, pk)
    if call is None:
        raise Http404
    today = timezone.localdate()
    code, words = state_of(call, today)
    context = {
        "call": call,
        "state": {"code": code, "label": words[:1].upper() + words[1:]},
        "delay": delay_words(call, today),
        "is_early": call.is_early(today),
        "is_over": call.is_late(today),
        "years": years_words(call),
        "where": where_to_file(call),
        "is_dauphin": call.born_in == BornIn.DAUPHIN,
        "pieces": list(call.expected_pieces.all()),
        "criteria": list(call.criteria.all()),
        "contact": sentence_case(call.contact),
    }
    return render(request, "actions/call_public.html", context)
