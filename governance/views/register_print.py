"""The yearly printed register of each body."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from governance import services
from governance.forms import RegisterPrintForm
from governance.models import Body, RegisterEdition
from governance.permissions import can_read_amounts
from governance.views.common import add_errors, chosen_cite, require

SHOWN = 40


@require_http_methods(["GET", "POST"])
def register_print(request):
    """Whoever reads every amount may print; the editions stay."""
    cite = chosen_cite(request)
    require(can_read_amounts(request.user, cite))
    bodies = Body.objects.visible_to(request.user).filter(cite=cite)
    form = RegisterPrintForm(request.POST or None, bodies=bodies)
    if request.method == "POST" and form.is_valid():
        try:
            edition, created = services.print_register(**form.cleaned_data, actor=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            done = "se prépare" if created else "n’a pas changé depuis sa dernière version, que voici"
            messages.success(request, f"{edition}\u00a0: il {done}.")
            return redirect("governance:register_print")
    editions = RegisterEdition.objects.visible_to(request.user).filter(body__cite=cite)
    editions = editions.defer("content").select_related("body").prefetch_related("files__file")[:SHOWN]
    context = {
        "form": form,
        "has_decisions": bool(form.fields["year"].choices),
        "editions": [(edition, [link.file for link in edition.files.all()]) for edition in editions],
    }
    return render(request, "governance/register_print.html", context, status=422 if form.errors else 200)
