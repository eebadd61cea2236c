"""Agreements and their amendments: drafted, issued with a number, signed of all, or given up."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.enums import AgreementState
from actions.finances.agreement_content import agreement_content, capacity_of
from actions.finances.clauses import check_clauses, usual_clauses
from actions.finances.payments import claimed
from actions.models import (
    Agreement,
    AgreementDocument,
    AgreementFile,
    AgreementLine,
    AgreementSignature,
    AgreementTemplate,
    Funding,
)
from cite_educative.common import journal
from cite_educative.common.locks import ConflictError, lock_version
from cite_educative.common.money import ZERO, euros
from cite_educative.common.once import is_same_file, lock_row
from cite_educative.documents.services import request_file
from partners.models import Cite

AGREEMENT_KIND = "actions.agreement"
FORMATS = ("pdf", "docx")
CORRECT = "Corrigez la ligne, ou enregistrez d’abord l’acte du financeur."
FIELDS = ("title", "starts_on", "ends_on", "balance_percent", "first_due_on", "balance_due_on", "clauses")


# --- The template ---------------------------------------------------------------------------------


def template_clauses(cite):
    template = AgreementTemplate.objects.filter(cite=cite).first()
    return template.clauses if template else usual_clauses()


@transaction.atomic
def save_template(template, *, version, clauses, actor):
    """The clauses with which the next agreements begin; those already drafted keep theirs.

    `template` may not be saved yet. Raises `ValidationError`, `ConflictError`.
    """
    check_clauses(clauses)
    lock_row(template.cite)
    known = AgreementTemplate.objects.filter(cite=template.cite).first()
    if (known.version if known else 0) != version:
        raise ConflictError(known or template)
    template.pk, template.version = known and known.pk, version + 1
    template.clauses = clauses
    template.save()
    journal.record(
        cite_id=template.cite_id,
        actor=actor,
        verb="agreement_template.saved",
        subject=template,
        sentence=f"{actor} a modifié le modèle de convention.",
    )
    return template


# --- The draft ------------------------------------------------------------------------------------


@transaction.atomic
def draft_agreement(*, cite, funder, holder, budget_year, actor, today=None):
    """A draft on what `funder` granted to `holder` this year and no agreement holds yet; the open one when there is one.

    Raises `ValidationError` when nothing is left to agree upon, or when the funder would agree with itself.
    """
    if funder.pk == holder.pk:
        raise ValidationError(
            f"{holder} porte l’action et la finance\u00a0: il ne passe pas de convention avec lui-même."
        )
    lock_row(cite)
    open_one = Agreement.objects.filter(
        cite=cite, funder=funder, holder=holder, budget_year=budget_year, amends=None, state=AgreementState.DRAFT
    ).first()
    if open_one:
        return open_one
    fundings = Funding.objects.agreeable().filter(
        source__cite=cite, source__organisation=funder, action__holder=holder, budget_year=budget_year
    )
    fundings = list(fundings.select_related("action").order_by("action__code", "pk"))
    if not fundings:
        raise ValidationError(
            f"{funder} n’a rien accordé à {holder} en {int(budget_year)} qui ne soit déjà dans une convention."
        )
    parties = {"cite": cite, "funder": funder, "holder": holder, "budget_year": budget_year}
    agreement = _usual(**parties, title=_title(fundings), today=today or timezone.localdate(), created_by=actor)
    AgreementLine.objects.bulk_create(
        AgreementLine(agreement=agreement, funding=funding, amount=funding.granted) for funding in fundings
    )
    tell_agreement(agreement, actor, "drafted", f"a préparé une convention avec {holder}")
    return agreement


def _usual(*, today, **facts):
    """Over the civil year, with the clauses of the template, the balance once the statement is due."""
    year = int(facts["budget_year"])
    return Agreement.objects.create(
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
        first_due_on=today,
        balance_due_on=date(year + 1, 6, 30),
        clauses=template_clauses(facts["cite"]),
        **facts,
    )


def _title(fundings):
    titles = [funding.action.title for funding in fundings]
    written = ", ".join(dict.fromkeys(titles))
    return written if len(written) <= 200 else f"{len(titles)} actions de la Cité éducative"


@transaction.atomic
def draft_amendment(agreement, *, actor):
    """A draft that changes a signed agreement; the open one when there is one. Raises `ValidationError`."""
    lock_row(agreement)
    agreement = Agreement.objects.get(pk=agreement.pk)
    if agreement.state != AgreementState.SIGNED or agreement.amends_id:
        raise ValidationError("Seule une convention signée se modifie par un avenant.")
    last = standing(agreement)
    open_one = agreement.amendments.filter(state__in=(AgreementState.DRAFT, AgreementState.ISSUED)).first()
    if open_one:
        return open_one
    amendment = Agreement.objects.create(
        cite=agreement.cite,
        funder=agreement.funder,
        holder=agreement.holder,
        budget_year=agreement.budget_year,
        amends=agreement,
        title=agreement.title,
        starts_on=agreement.starts_on,
        ends_on=last.ends_on,
        balance_percent=0,
        first_due_on=agreement.balance_due_on or agreement.first_due_on,
        clauses=usual_clauses(amending=True),
        created_by=actor,
    )
    AgreementLine.objects.bulk_create(
        AgreementLine(agreement=amendment, funding=line.funding, amount=line.amount)
        for line in last.lines.select_related("funding")
    )
    tell_agreement(amendment, actor, "drafted", f"a préparé un avenant à la convention {agreement}")
    return amendment


def standing(agreement):
    """What stands of an agreement: its last signed amendment, itself without any."""
    return agreement.amendments.filter(state=AgreementState.SIGNED).order_by("signed_on", "pk").last() or agreement


@transaction.atomic
def save_agreement(agreement, *, version, amounts, actor):
    """Save a draft as its form wrote it; `amounts` is `{line pk: euros or None}`, None takes the line out.

    An amendment keeps every line: it says 0 for what it gives up. Raises `ValidationError`, `ConflictError`.
    """
    before = lock_version(Agreement.objects.select_related("cite"), agreement.pk, version)
    if not before.is_draft:
        raise ValidationError("Cette convention est établie\u00a0: elle ne se modifie plus que par un avenant.")
    agreement.version = version + 1
    agreement.full_clean()
    check_clauses(agreement.clauses)
    if agreement.balance_percent and not agreement.balance_due_on:
        raise ValidationError({"balance_due_on": "Dites quand le solde est prévu, ou mettez sa part à 0."})
    agreement.save(update_fields=[*FIELDS, "version"])
    for line in agreement.lines.select_related("funding__action"):
        amount = amounts.get(line.pk, line.amount)
        if amount is None and agreement.amends_id:
            raise ValidationError(f"{line.funding.action}\u00a0: écrivez 0 pour la retirer de la convention.")
        if amount == ZERO and not agreement.amends_id:
            raise ValidationError(f"{line.funding.action}\u00a0: écrivez un montant supérieur à zéro.")
        if amount is None:
            line.delete()
        elif amount != line.amount:
            line.amount = amount
            line.full_clean()
            line.save(update_fields=["amount"])
    if not agreement.lines.exists():
        raise ValidationError("Gardez au moins une action\u00a0: une convention porte sur un montant.")
    tell_agreement(agreement, actor, "saved", f"a modifié le projet avec {agreement.holder}")
    return agreement


# --- Issue ----------------------------------------------------------------------------------------


@transaction.atomic
def issue_agreement(agreement, *, version, actor, today=None):
    """Give the number, freeze what is said, ask for the documents and name who signs.

    Raises `ValidationError` when a line is above what was granted or not released, `ConflictError` when somebody saved it since.
    A second click finds it issued.
    """
    Cite.objects.select_for_update(of=("self",)).get(pk=agreement.cite_id)
    agreement = Agreement.objects.select_related("cite", "funder", "holder", "amends").get(pk=agreement.pk)
    if agreement.state == AgreementState.ISSUED:
        return agreement
    if not agreement.is_draft:
        raise ValidationError("Cette convention n’est plus un projet.")
    lock_version(Agreement.objects.all(), agreement.pk, version)
    lines = agreement_lines(agreement)
    _refuse_unreleased(lines)
    refuse_wrong_amounts(lines, CORRECT)
    agreement.number = _next_number(agreement)
    agreement.state, agreement.issued_on = AgreementState.ISSUED, today or timezone.localdate()
    agreement.version = version + 1
    agreement.content = agreement_content(agreement, lines)
    agreement.save(update_fields=["number", "state", "issued_on", "content", "version"])
    for order, organisation in enumerate((agreement.holder, agreement.funder), start=1):
        AgreementSignature.objects.create(
            agreement=agreement,
            organisation=organisation,
            capacity=capacity_of(organisation, agreement.cite),
            order=order,
        )
    _request_documents(agreement, actor)
    tell_agreement(agreement, actor, "issued", f"a établi {the_agreement(agreement)} avec {agreement.holder}")
    return agreement


def agreement_lines(agreement):
    """With what its content reads, in the order of codes."""
    rows = agreement.lines.select_related("funding__action", "funding__act", "funding__source")
    return list(rows.order_by("funding__action__code", "pk"))


def _refuse_unreleased(lines):
    """What the agreement says, its holder reads."""
    fundings = Funding.objects.filter(pk__in=[line.funding_id for line in lines]).with_release()
    sources = {str(funding.source) for funding in fundings.filter(is_released=False).select_related("source")}
    if sources:
        raise ValidationError(
            f"Libérez d’abord les notifications de {', '.join(sorted(sources))}\u00a0: la convention dit au porteur ce qui "
            "lui est accordé."
        )


def refuse_wrong_amounts(lines, advice):
    """Raises `ValidationError`: a line above what is granted, or below what is paid or ordered."""
    faults = []
    for line in lines:
        funding, amount = line.funding, euros(line.amount)
        out = (funding.paid or ZERO) + claimed(funding)
        if line.amount > (funding.granted or ZERO):
            told = "rien n’est accordé" if funding.granted is None else f"{euros(funding.granted)} sont accordés"
            faults.append(
                f"{funding.action}\u00a0: la convention porte {amount}, {told} par {funding.source}. {advice}"
            )
        elif line.amount < out:
            faults.append(
                f"{funding.action}\u00a0: la convention porte {amount}, {euros(out)} sont déjà versés ou mandatés. {advice}"
            )
    if faults:
        raise ValidationError(faults)


def _next_number(agreement):
    """ "C-2026-003"; "C-2026-003-A1" for its first amendment. Call it under the lock of the Cité."""
    if agreement.amends_id:
        issued = agreement.amends.amendments.exclude(number="").count()
        return f"{agreement.amends.number}-A{issued + 1}"
    year = int(agreement.budget_year)
    issued = Agreement.objects.filter(cite=agreement.cite, budget_year=year, amends=None).exclude(number="").count()
    return f"C-{year}-{issued + 1:03d}"


def _request_documents(agreement, actor):
    word = "Avenant" if agreement.amends_id else "Convention"
    for format_ in FORMATS:
        file = request_file(
            kind=AGREEMENT_KIND,
            format=format_,
            title=f"{word} {agreement.number}, {agreement.holder}",
            filename=f"{word.lower()}-{agreement.number.lower()}.{format_}",
            cite_id=agreement.cite_id,
            author=actor,
        )
        AgreementDocument.objects.create(agreement=agreement, file=file)


def the_agreement(agreement):
    """In a sentence."""
    return f"{'l’avenant' if agreement.amends_id else 'la convention'} {agreement.number}"


# --- Files and end --------------------------------------------------------------------------------


@transaction.atomic
def add_agreement_file(agreement, *, upload, actor):
    """Join the signed agreement; a second click finds the first one's file."""
    lock_row(agreement)
    known = next((file for file in agreement.files.all() if is_same_file(file, upload)), None)
    if known:
        return known
    file = AgreementFile.objects.create(agreement=agreement, file=upload, author=actor)
    tell_agreement(agreement, actor, "file", f"a joint «\u00a0{file.filename}\u00a0» à {the_agreement(agreement)}")
    return file


@transaction.atomic
def cancel_agreement(agreement, *, reason, actor):
    """Give up what is not signed; its number is not given again. Raises `ValidationError` for a signed one."""
    lock_row(agreement)
    agreement = Agreement.objects.select_related("holder").get(pk=agreement.pk)
    if agreement.state == AgreementState.CANCELLED:
        return agreement
    if agreement.state == AgreementState.SIGNED:
        raise ValidationError("Une convention signée ne s’abandonne pas\u00a0: modifiez-la par un avenant.")
    agreement.state, agreement.cancel_reason = AgreementState.CANCELLED, reason
    agreement.cancelled_on = timezone.localdate()
    agreement.save(update_fields=["state", "cancelled_on", "cancel_reason"])
    tell_agreement(agreement, actor, "cancelled", f"a abandonné le projet avec {agreement.holder} ({reason})")
    return agreement


def tell_agreement(agreement, actor, verb, words):
    """A line of the journal."""
    journal.record(
        cite_id=agreement.cite_id,
        actor=actor,
        verb=f"agreement.{verb}",
        subject=agreement,
        sentence=f"{actor} {words}.",
    )
