"""Who may be sent which letter of notification, why the others may not, and what each letter says."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from actions.enums import ActionStatus, LetterKind, Outcome
from actions.finances.clauses import NBSP
from actions.finances.releases import concerned_fundings
from actions.models import Funding, Letter
from cite_educative.common.dates import date_fr
from cite_educative.common.merge import braced, merged, unknown_fields
from cite_educative.common.money import ZERO, euros, total
from cite_educative.common.words import euros_in_words
from partners.models import Organisation

MERGE_FIELDS = {
    "porteur": "le nom du porteur",
    "financeur": "le nom du financeur",
    "ligne": "la ligne de financement",
    "cite": "le nom de la Cité éducative",
    "exercice": "l’exercice",
}
# Only the act of the funder gives them.
GRANTED_FIELDS = {
    "montant": "le montant accordé, en chiffres",
    "montant_en_lettres": "ce montant en lettres",
    "actes": "les actes qui accordent, avec leur date",
}
SUBJECTS = {
    LetterKind.FAVOURABLE: "Notification de subvention",
    LetterKind.UNFAVOURABLE: "Réponse défavorable à votre demande",
    LetterKind.DEFERRED: "Ajournement de votre demande",
}
USUAL = {
    LetterKind.FAVOURABLE: (
        "Madame, Monsieur,\n"
        "J’ai le plaisir de vous annoncer qu’une subvention de {montant} ({montant_en_lettres}) est accordée à {porteur}, "
        "pour l’exercice {exercice} de la Cité éducative {cite}, sur la ligne «\u00a0{ligne}\u00a0» ({financeur}), au vu "
        "de\u00a0: {actes}.\n"
        "Le tableau ci-dessous en donne le détail, action par action.\n"
        "Vous rendrez compte de l’emploi de cette somme dans les six mois qui suivent la fin de l’exercice."
    ),
    LetterKind.UNFAVOURABLE: (
        "Madame, Monsieur,\n"
        "J’ai le regret de vous annoncer que les demandes énumérées ci-dessous, présentées par {porteur}, n’ont pas reçu "
        "de suite favorable pour l’exercice {exercice}, sur la ligne «\u00a0{ligne}\u00a0» ({financeur}).\n"
        "L’équipe de la Cité éducative {cite} se tient à votre disposition pour en parler avec vous."
    ),
    LetterKind.DEFERRED: (
        "Madame, Monsieur,\n"
        "L’examen des demandes énumérées ci-dessous, présentées par {porteur}, est ajourné pour l’exercice {exercice}. "
        "Le financeur ({financeur}) n’y a pas encore répondu.\n"
        "L’équipe de la Cité éducative {cite} vous dira quand elles seront examinées de nouveau."
    ),
}
NOTHING = {
    LetterKind.FAVOURABLE: "Rien ne lui est accordé par ce financeur.",
    LetterKind.UNFAVOURABLE: "Aucune de ses demandes n’est refusée.",
    LetterKind.DEFERRED: "Aucune de ses demandes n’est ajournée.",
}
NOT_RELEASED = "Les notifications ne sont pas libérées."
NO_ADDRESS = "Son adresse n’est pas connue."
SAME = "Un courrier dit déjà la même chose."
GONE = (Outcome.WITHDRAWN, Outcome.CANCELLED)


@dataclass
class Recipient:
    """One holder, what its letter tells, and why it gets none; `reason` is empty when it may be written."""

    holder: Organisation
    fundings: list[Funding] = field(default_factory=list)
    reason: str = ""

    @property
    def amount(self):
        """Granted, in euros; None when nothing is."""
        return total(funding.granted for funding in self.fundings)


def recipients_of(source, year, kind):
    """`[Recipient]` by name: every holder that asked something of `source` in this civil year."""
    asked = {}
    for funding in concerned_fundings(source, year, None).exclude(outcome__in=GONE).with_release():
        asked.setdefault(funding.action.holder, []).append(funding)
    last = _last_lines(source, year, kind)
    return [_recipient(holder, fundings, kind, last) for holder, fundings in asked.items()]


def _recipient(holder, fundings, kind, last):
    told = [funding for funding in fundings if _is_told(funding, kind)]
    released = [funding for funding in told if funding.is_released]
    if not told:
        reason = NOTHING[kind]
    elif not released:
        reason = NOT_RELEASED
    elif not holder.address.strip():
        reason = NO_ADDRESS
    else:
        reason = SAME if last.get(holder.pk) == _lines(released, kind) else ""
    return Recipient(holder, released, reason)


def _is_told(funding, kind):
    """What was programmed plays no part: only the funder's answer is told, or that there is none yet."""
    if kind == LetterKind.FAVOURABLE:
        return bool(funding.granted)
    status, is_answered = funding.action.status, funding.granted is not None
    if kind == LetterKind.DEFERRED:
        return not is_answered and status == ActionStatus.DEFERRED
    return funding.granted == ZERO or (not is_answered and status == ActionStatus.REJECTED)


def _last_lines(source, year, kind):
    """What each holder was last told, by key."""
    letters = Letter.objects.filter(batch__source=source, batch__budget_year=year, batch__kind=kind).order_by("pk")
    return {holder: content["lines"] for holder, content in letters.values_list("holder", "content")}


def _lines(fundings, kind):
    step = "granted" if kind == LetterKind.FAVOURABLE else "requested"
    return [
        {
            "code": funding.action.code or "",
            "title": funding.action.title,
            "amount": euros(getattr(funding, step)),
            "act": _act(funding) if kind == LetterKind.FAVOURABLE else "",
        }
        for funding in fundings
    ]


def _act(funding):
    return f"{funding.act} du {date_fr(funding.granted_on)}"


def fields_of(kind):
    """The words that may stand between braces in a letter of this kind."""
    return MERGE_FIELDS | (GRANTED_FIELDS if kind == LetterKind.FAVOURABLE else {})


def check_text(text, kind):
    """Raises `ValidationError` when the text names a field that this kind of letter has not."""
    known = fields_of(kind)
    unknown = unknown_fields(text, known)
    if unknown:
        raise ValidationError(
            f"Ce courrier ne sait pas remplacer {braced(unknown)}. Ce qu’il connaît{NBSP}: {braced(known)}."
        )


def letter_content(recipient, source, year, kind, *, text, signatory, today):
    """A JSON of texts, for one holder that may be written to."""
    lines = _lines(recipient.fundings, kind)
    words = {
        "porteur": recipient.holder.name,
        "financeur": source.organisation.name,
        "ligne": source.label,
        "cite": source.cite.name,
        "exercice": str(int(year)),
    }
    if kind == LetterKind.FAVOURABLE:
        words |= {
            "montant": euros(recipient.amount),
            "montant_en_lettres": euros_in_words(recipient.amount),
            "actes": f"{NBSP}; ".join(dict.fromkeys(line["act"] for line in lines)),
        }
    return {
        "cite": source.cite.name,
        "accent": source.cite.accent_colour,
        "year": int(year),
        "funder": source.organisation.name,
        "source": source.label,
        "holder": recipient.holder.name,
        "address": recipient.holder.address.strip().splitlines(),
        "dated": date_fr(today),
        "subject": SUBJECTS[kind],
        "is_favourable": kind == LetterKind.FAVOURABLE,
        "paragraphs": [part for part in merged(text, words).splitlines() if part.strip()],
        "lines": lines,
        "amount": words.get("montant", ""),
        "signatory": signatory,
    }
