from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from partners import services, tenure
from partners.forms import MissionLetterForm
from partners.models import MissionLetter
from partners.views.mandates import led_mandate


@require_http_methods(["GET", "POST"])
def letter_create(request, pk):
    mandate = led_mandate(request, pk)
    form = MissionLetterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_mission_letter(actor=request.user, mandate=mandate, **form.cleaned_data)
        except services.PartnersError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"La lettre de mission de {mandate.person.formal_name} est déposée.")
            return redirect("partners:person", pk=mandate.person_id)
    letters = MissionLetter.objects.visible_to(request.user).filter(mandate=mandate)
    context = {
        "form": form,
        "mandate": mandate,
        "heading": f"Lettre de mission de {mandate.person.formal_name}",
        "submit": "Déposer la lettre",
        "facts": tenure.mandate_facts(mandate),
        "letters": tenure.mission_letters(letters),
    }
    return render(request, "partners/mission_letter.html", context)


@require_safe
@cache_control(private=True, no_cache=True)
def letter_download(request, pk):
    letter = get_object_or_404(MissionLetter.objects.visible_to(request.user), pk=pk)
    try:
        content = letter.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("Le fichier de cette lettre n’est plus sur le serveur.") from error
    response = FileResponse(content, as_attachment=True, filename=letter.filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response
