"""Signed scans of a meeting: attached by the team, downloaded by who may read what they sign."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from governance import services
from governance.forms import MeetingFileForm
from governance.models import MeetingFile
from governance.views.common import add_errors, meeting_title, prepared_meeting


@require_http_methods(["GET", "POST"])
def meeting_file_add(request, pk):
    meeting = prepared_meeting(request, pk)
    form = MeetingFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_meeting_file(meeting, actor=request.user, **form.cleaned_data)
            messages.success(request, "Le document signé est joint à la réunion.")
            return redirect("governance:meeting", pk=pk)
        except ValidationError as error:
            add_errors(form, error)
    context = {"form": form, "meeting": meeting, "title": meeting_title(meeting)}
    return render(request, "governance/meeting_file_form.html", context)


@require_GET
@cache_control(private=True, no_cache=True)
def meeting_file(request, pk):
    file = get_object_or_404(MeetingFile.objects.visible_to(request.user), pk=pk)
    try:
        content = file.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("Ce fichier n’est plus sur le serveur.") from error
    response = FileResponse(content, as_attachment=True, filename=file.filename)
    response["X-Content-Type-Options"] = "nosniff"
    return response
