"""Who may be called to a meeting and by which address, and what the letter says, frozen when it is sent."""

import hashlib
import json
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils import timezone

from cite_educative.common.dates import date_fr
from governance.content import meeting_lines
from governance.paper_content import agenda_content, minutes_of
from partners.enums import Role
from partners.models import Mandate
from partners.tables import mandate_quality

ADDRESS = re.compile(r"[^\s<>,;:()]+@[^\s<>,;:()]+")
QUESTION = "{réponse}"
NO_ADDRESS = "aucune adresse électronique"


@dataclass(frozen=True)
class Called:
    """Somebody who may be called: `missing` says why the letter has to be printed. `copy_to` is the assistant's."""

    mandate: Mandate
    email: str
    copy_to: str = ""
    missing: str = ""

    @property
    def person(self):
        return self.mandate.person

    @property
    def quality(self):
        return f"{mandate_quality(self.mandate)}, {self.mandate.organisation.name}"


def called(mandates):
    """One line a person, at her first mandate. An address serves once: a personal link is sent to nobody else."""
    lines, owners = {}, {}
    for mandate in mandates:
        if mandate.person_id in lines:
            continue
        email, copy_to, missing = _address(mandate.person)
        owner = owners.setdefault(email.lower(), mandate.person) if email else mandate.person
        if owner != mandate.person:
            email, copy_to, missing = "", "", f"même adresse que {owner.formal_name}"
        lines[mandate.person_id] = Called(mandate, email, copy_to, missing)
    return list(lines.values())


def _address(person):
    """(address, copy, why none). The assistant's is read in the free text of the sheet, and serves for who has none."""
    found = ADDRESS.search(person.assistant)
    assistant = found[0].rstrip(".") if found and _is_usable(found[0].rstrip(".")) else ""
    if person.email and _is_usable(person.email):
        return person.email, assistant if assistant.lower() != person.email.lower() else "", ""
    if assistant:
        return assistant, "", ""
    return "", "", f"adresse mal écrite ({person.email})" if person.email else NO_ADDRESS


def _is_usable(email):
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def guests_of(meeting):
    """Who acts in the Cité that day and does not sit in the body, in protocol order."""
    on = timezone.localdate(meeting.starts_at)
    members = Mandate.objects.active(on).filter(memberships__body=meeting.body).values("person")
    mandates = Mandate.objects.active(on).filter(cite=meeting.body.cite_id).exclude(person__in=members)
    return called(mandates.in_protocol_order())


def signatories_of(meeting):
    """Who presides the body and the pilots who sit in it today, then the leads of the Cité."""
    today = Mandate.objects.active().filter(substitute_of=None)
    signs = Q(role=Role.PILOT) | Q(memberships__presides=True)
    seats = today.filter(signs, memberships__body=meeting.body).in_protocol_order()
    leads = _leads(meeting.body.cite_id)
    return [*seats, *(mandate for mandate in leads if mandate not in seats)]


def usual_signatories(meeting):
    """Who presides; else the first pilot of each side; the lead of a body without pilots."""
    presiding = list(meeting.body.presiding().filter(substitute_of=None))
    if presiding:
        return presiding
    first = {}
    for mandate in signatories_of(meeting):
        first.setdefault(mandate.side_id if mandate.role == Role.PILOT else None, mandate)
    pilots = [mandate for side, mandate in first.items() if side is not None]
    return pilots or list(first.values())


def _leads(cite):
    return Mandate.objects.active().filter(cite=cite, role=Role.LEAD).in_protocol_order()


def organiser_of(cite, actor):
    """Who answers come to: the lead, else who sends."""
    lead = next((mandate.person for mandate in _leads(cite.pk) if mandate.person.email), None)
    return {"name": lead.formal_name, "email": lead.email} if lead else {"name": str(actor), "email": actor.email}


# --- What is frozen ---------------------------------------------------------------------------------


def meeting_facts(meeting):
    """What a new convocation is needed for when it changes."""
    agenda = agenda_content(meeting)
    return {
        "starts_at": timezone.localtime(meeting.starts_at).isoformat(),
        "place": meeting.place,
        "agenda": agenda,
        "minutes": minutes_of(meeting, agenda),
    }


def is_called_for(meeting):
    """Whether the convocation in force is for the day and the hour of the meeting."""
    last = meeting.convocations.select_related("paper").first()
    return last is not None and last.paper.content["starts_at"] == timezone.localtime(meeting.starts_at).isoformat()


def is_outdated(convocation, facts):
    return any(convocation.paper.content[name] != value for name, value in facts.items())


def mark_of(meeting):
    """Changes with the date, the place, the agenda, and each convocation that leaves."""
    last = meeting.convocations.first()
    known = json.dumps([meeting_facts(meeting), last.pk if last else 0], sort_keys=True)
    return hashlib.sha256(known.encode()).hexdigest()


def letter_content(meeting, *, text, signatories, members, guests, replaced, actor):
    """`text`: `place`, `opening`, `closing`, `reply_by`. `replaced`: the convocation in force, or None."""
    return {
        **meeting_lines(meeting),
        **meeting_facts(meeting),
        "number": str(replaced.paper.number + 1 if replaced else 1),
        "replaces": date_fr(timezone.localdate(replaced.sent_at)) if replaced else "",
        "day": date_fr(timezone.localdate(meeting.starts_at), weekday=True),
        "written_at": text["place"],
        "dated": date_fr(timezone.localdate()),
        "opening": _paragraphs(text["opening"]),
        "closing": _paragraphs(text["closing"]),
        "reply_by": date_fr(text["reply_by"], weekday=True),
        "signatories": [named(mandate) for mandate in signatories],
        "recipients": [named(one.mandate) for one in members],
        "guests": [named(one.mandate) for one in guests],
        "copies": [f"secrétariat de {one.person.formal_name}" for one in [*members, *guests] if one.copy_to],
        "organiser": organiser_of(meeting.body.cite, actor),
    }


def _paragraphs(text):
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def named(mandate):
    """Who signs or receives a letter."""
    return {"name": mandate.person.formal_name, "title": f"{mandate_quality(mandate)}, {mandate.organisation.name}"}


def with_question(text, reply_by, replaces=""):
    """`text` of a mail, with the reply asked for where it says `{réponse}`, at its end otherwise.

    Each one's own link takes the place of `{lien}` when the mail leaves.
    """
    lines = [f"Cette convocation annule et remplace celle du {replaces}."] if replaces else []
    lines.append(f"Votre réponse est attendue pour le {reply_by}, par ce lien personnel, sans compte\u00a0:\n{{lien}}")
    asked = "\n\n".join(lines)
    return text.replace(QUESTION, asked) if QUESTION in text else f"{text}\n\n{asked}"
