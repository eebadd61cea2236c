"""Ready strings for the pages of notes: what the editor begins with, fields, versions, readers and their remarks."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from cite_educative.common.dates import date_fr
from cite_educative.documents.enums import Format
from governance.convocation_content import usual_signatories
from governance.enums import BodyKind, NoteKind, NoteStage
from governance.minutes_page import REMARK_CODES, badge, one_each, quality_of, received
from governance.models import Note, NoteRemark, NoteReview, NoteTemplate
from governance.network import Addressee
from governance.note_content import note_money, note_words
from governance.note_diff import plain_text
from governance.note_fields import field_rows
from governance.permissions import can_answer_note, can_prepare
from governance.services.note_review import awaited_mandates, what_prevents
from partners.enums import Role
from partners.models import Mandate

PAGES_READ = 2
APPROVAL_CODES = {"awaited": "attendu", "approved": "fait", "changes": "encours"}
WRITTEN = (
    *(
        "kind",
        "title",
        "addressee",
        "place",
        "source",
        "request",
        "sections",
        "proposal",
        "follow_up",
        "prints_positions",
    ),
    "version",
)


def first_values(item, note, wanted):
    """(what the form begins with, kind): the note itself, or the template `wanted`, or that of the body."""
    if note:
        return {name: getattr(note, name) for name in WRITTEN} | {"signatories": note.signatories.all()}, note.kind
    body = item.meeting.body
    usual = NoteKind.COPIL if body.kind == BodyKind.STEERING else NoteKind.TROIKA
    kind = wanted if wanted in NoteKind.values else usual
    template = NoteTemplate.of(body.cite, kind)
    first = {name: getattr(template, name) for name in ("request", "sections", "proposal")}
    first |= {"kind": kind, "title": item.title, "prints_positions": body.prints_positions}
    if kind == NoteKind.LETTER:
        first |= {"place": body.cite.name, "signatories": usual_signatories(item.meeting)}
    return first, kind


def live_fields(item, note):
    """What each field becomes today."""
    row = note or Note(item=item)
    return field_rows(note_words(row, note_money(row), on=timezone.localdate()))


def versions(note):
    rows = note.versions.prefetch_related("files__file")
    return [{"version": version, "files": [link.file for link in version.files.all()]} for version in rows]


def chosen(rows, number, otherwise):
    return next((row for row in rows if str(row.number) == number), otherwise)


def conflicting(form, current):
    """(label, mine, theirs) of each text, and of the sections as one."""
    names = ("title", "addressee", "request", "proposal", "follow_up")
    rows = [(form.fields[name].label, form.cleaned_data[name], getattr(current, name)) for name in names]
    if "signatories" in form.fields:
        rows.append(("Fait à", form.cleaned_data["place"], current.place))
        mine, theirs = form.cleaned_data["signatories"], current.signatories.all()
        rows.append(("Signataires", _names(mine), _names(theirs)))
    return [*rows, ("Parties", _as_text(form.sections), _as_text(current.sections))]


def _names(mandates):
    return ", ".join(mandate.person.formal_name for mandate in mandates.in_protocol_order())


def _as_text(sections):
    return "\n\n".join(f"{one['title']}\n{plain_text(one['text'])}" for one in sections)


def review_part(user, note):
    """Who reads again, what was said, and for the team what prevents validating."""
    may_prepare = can_prepare(user, note.cite)
    in_review = note.stage == NoteStage.REVIEW
    reviews = NoteReview.objects.visible_to(user).filter(note=note).in_protocol_order()
    return {
        "may_prepare": may_prepare,
        "in_review": in_review,
        "is_validated": note.stage == NoteStage.VALIDATED,
        "due_on": date_fr(note.review_due_on) if note.review_due_on else "",
        "reviews": [_review(user, note, row) for row in reviews],
        "remarks": [_remark(row) for row in _remarks(user, note)],
        "problems": what_prevents(note) if may_prepare and in_review else [],
    }


def _review(user, note, row):
    return {
        "pk": row.pk,
        "reader": row.reader,
        "badge": badge(row, APPROVAL_CODES),
        "is_late": row.is_awaited and note.stage == NoteStage.REVIEW and note.review_due_on < timezone.localdate(),
        "is_outdated": bool(row.text_version and row.text_version != note.version),
        "answered_on": date_fr(timezone.localdate(row.answered_at)) if row.answered_at else "",
        "received": received(row),
        "is_awaited": row.is_awaited,
        "may_answer": note.stage == NoteStage.REVIEW and can_answer_note(user, row),
    }


def _remarks(user, note):
    rows = NoteRemark.objects.visible_to(user).filter(review__note=note)
    return rows.select_related("review__side", "review__mandate__person", "author")


def _remark(row):
    return {
        "pk": row.pk,
        "reader": row.review.reader,
        "text": row.text,
        "written": f"{row.author}, le {date_fr(timezone.localdate(row.created_at))}",
        "received": received(row).replace("reçu", "reçue", 1),
        "badge": badge(row, REMARK_CODES),
        "answer": row.answer,
        "is_open": row.is_open,
    }


def readers(cite):
    """(sides, mandates) that may be asked: persons are those who read the amounts."""
    roles = (Role.LEAD, Role.CO_LEAD, Role.PILOT, Role.FINANCE)
    mandates = Mandate.objects.filter(cite=cite, role__in=roles).active().in_protocol_order()
    return cite.sides.order_by("order", "pk"), mandates


def addressees(note):
    """Those whose answer is awaited: the persons, and the pilots of the sides, in protocol order."""
    return [Addressee(mandate.person, quality_of(mandate)) for mandate in one_each(awaited_mandates(note))]


def review_letter(note, title, sender):
    """{subject, body}. The text of the note is not in it: each reads it with the own account."""
    page = settings.SITE_URL + reverse("governance:note", args=[note.item_id])
    said = [
        "Madame, Monsieur,",
        f"La note «\u00a0{note.title}\u00a0», préparée pour la réunion «\u00a0{title}\u00a0», est soumise à votre relecture. "
        f"Votre réponse est attendue pour le {date_fr(note.review_due_on, weekday=True)}.",
        f"La note se lit ici, et votre réponse s’y écrit\u00a0: {page}",
        f"Cordialement,\n\n{sender}\nCité éducative {note.cite}",
    ]
    return {"subject": f"Note à relire\u00a0: {note.title}"[:200], "body": "\n\n".join(said)}


def length_alert(note, files):
    """What is said of a note whose PDF is longer than what is read before a meeting; "" for a report or a letter."""
    pages = max((file.pages or 0 for file in files if file.format == Format.PDF), default=0)
    if note.kind not in (NoteKind.TROIKA, NoteKind.COPIL) or pages <= PAGES_READ:
        return ""
    return f"{pages}\u00a0pages\u00a0: un préfet en lit deux."
