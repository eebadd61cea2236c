"""What this app copies of persons' names, and erases with them. Issued notes, relevés and minutes are not rewritten."""

from governance.models import (
    Attendance,
    ConsultationAnswer,
    ConvocationCopy,
    Invitee,
    MeetingGuest,
    Minutes,
    MinutesRemark,
    MinutesReview,
    NoteRemark,
    NoteReview,
)
from partners.services.privacy import ANONYMOUS, register_forgetter


@register_forgetter
def forget_names(person):
    """Who stood in for somebody, chaired or took the minutes, from whom an answer came, who answered a consultation: typed as text."""
    names, cites = (person.formal_name, person.full_name), person.mandates.values("cite")
    for answers in (
        MinutesReview.objects.filter(side__cite__in=cites),
        MinutesRemark.objects.filter(side__cite__in=cites),
        NoteReview.objects.filter(note__cite__in=cites),
        NoteRemark.objects.filter(review__note__cite__in=cites),
    ):
        answers.filter(received_from__in=names).update(received_from=ANONYMOUS)
    minutes = Minutes.objects.filter(meeting__body__cite__in=cites)
    minutes.filter(chair__in=names).update(chair=ANONYMOUS)
    minutes.filter(secretary__in=names).update(secretary=ANONYMOUS)
    typed = Attendance.objects.filter(mandate__cite__in=cites)
    typed.filter(represented_by__in=names).update(represented_by=ANONYMOUS)
    for guest in MeetingGuest.objects.filter(meeting__body__cite__in=cites, name__in=names):
        # One name serves once in a meeting.
        MeetingGuest.objects.filter(pk=guest.pk).update(name=f"{ANONYMOUS} {guest.pk}")
    announced = Invitee.objects.filter(mandate__cite__in=cites)
    announced.filter(represented_by__in=names).update(represented_by=ANONYMOUS)
    ConvocationCopy.objects.filter(invitee__mandate__person=person).update(email="")
    consulted = ConsultationAnswer.objects.filter(consultation__body__cite__in=cites)
    consulted.filter(name__in=names).update(name=ANONYMOUS)
