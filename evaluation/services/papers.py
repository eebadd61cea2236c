"""The papers of the Cité: their texts, each with its own lock, and the versions in which they are issued."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from cite_educative.common import journal
from cite_educative.common.locks import ConflictError, next_version
from cite_educative.common.once import lock_row
from cite_educative.documents.services import request_file
from evaluation.models import EvaluationPaper, PaperFile, PaperText, PaperVersion
from evaluation.paper_enums import PaperKind
from evaluation.papers.balance import balance_content
from evaluation.papers.one_page import one_page_content
from evaluation.papers.report import report_content

PAPER_KIND = "evaluation.paper"
# (format, whether it holds every amount)
FILES = {
    PaperKind.ONE_PAGE: (("pdf", True), ("pdf", False)),
    PaperKind.REPORT: (("pdf", False), ("docx", False)),
    PaperKind.BALANCE: (("pdf", True), ("docx", True)),
}
CONTENTS = {
    PaperKind.ONE_PAGE: one_page_content,
    PaperKind.REPORT: report_content,
    PaperKind.BALANCE: balance_content,
}
TITLES = {
    PaperKind.ONE_PAGE: "L’année {} en une page",
    PaperKind.REPORT: "Rapport annuel {}",
    PaperKind.BALANCE: "Bilan du label commencé en {}",
}
VARYING = ("number", "label", "made_on", "made_by")


@transaction.atomic
def start_paper(cite, kind, year, *, actor):
    """The paper of this kind and year, written down when it is not there yet: a second click finds the first's."""
    lock_row(cite)
    known = EvaluationPaper.objects.filter(cite=cite, kind=kind, year=year).first()
    if known:
        return known
    title = TITLES[kind].format(year)
    paper = EvaluationPaper.objects.create(cite=cite, kind=kind, year=year, title=title, created_by=actor)
    _record(paper, actor, "started", f"a commencé «\u00a0{paper}\u00a0».")
    return paper


@transaction.atomic
def save_paper(paper, *, flagships, actor, version=None):
    """Its title and its flagship actions. Raises `ConflictError` when somebody saved it since, `ValidationError`."""
    paper.version = next_version(paper, version)
    paper.full_clean()
    paper.save()
    paper.flagships.set(flagships)
    _record(paper, actor, "saved", f"a réglé «\u00a0{paper}\u00a0».")
    return paper


@transaction.atomic
def save_paper_text(*, paper, key, body, version, actor, is_automatic=False):
    """Write one text. `version` is 0 for a text that nobody wrote yet.

    Raises `ConflictError` when somebody saved it since, `ValidationError`. The journal keeps what a person saves with
    the button, not each automatic saving.
    """
    lock_row(paper)
    row = PaperText.objects.filter(paper=paper, key=key).first()
    known = row.version if row else 0
    if known != version:
        raise ConflictError(row)
    if row is None:
        row = PaperText(paper=paper, key=key, version=0)
    elif row.body == body and is_automatic:
        return row
    row.body, row.updated_by, row.version = body, actor, row.version + 1
    row.full_clean()
    row.save()
    if not is_automatic:
        _record(paper, actor, "text_saved", f"a écrit dans «\u00a0{paper}\u00a0».")
    return row


@transaction.atomic
def issue_paper(paper, *, actor, label=""):
    """A new version, every figure stored, with its files: (version, created).

    When nothing changed since the last one, that one is returned and nothing is written. `label` says what a correction
    changes; raises `ValidationError` for a correction of a report or of a balance that does not.
    """
    lock_row(paper)
    label = " ".join(label.split())
    last = paper.versions.first()
    now = timezone.now()
    number = last.number + 1 if last else 1
    made_on = timezone.localdate(now)
    content = CONTENTS[paper.kind](paper, number=number, label=label, made_on=made_on, made_by=actor)
    if last and all(content[key] == last.content.get(key) for key in content if key not in VARYING):
        return last, False
    if last and not label and paper.kind != PaperKind.ONE_PAGE:
        raise ValidationError({"label": "Dites ce que cette version corrige\u00a0: la précédente a déjà été émise."})
    version = PaperVersion(paper=paper, number=number, label=label, content=content, made_by=actor, made_at=now)
    version.full_clean()
    version.save()
    _request_files(version, actor)
    _record(paper, actor, "issued", f"a émis «\u00a0{paper}\u00a0», version {number}.")
    return version, True


@transaction.atomic
def issue_one_page(cite, year, *, actor):
    """The page of elected members of a year, as `issue_paper` returns it."""
    return issue_paper(start_paper(cite, PaperKind.ONE_PAGE, year, actor=actor), actor=actor)


def _request_files(version, actor):
    paper = version.paper
    for format_, is_full in FILES[paper.kind]:
        is_private = is_full and paper.kind == PaperKind.ONE_PAGE
        words = ", avec tous les montants" if is_private else ""
        name = f"{slugify(paper.title)[:80]}-v{version.number}{'-montants' if is_private else ''}.{format_}"
        file = request_file(
            kind=PAPER_KIND,
            format=format_,
            title=f"{paper.title}, version {version.number}{words}",
            filename=name,
            cite_id=paper.cite_id,
            author=actor,
        )
        PaperFile.objects.create(version=version, file=file, is_full=is_full)


def _record(paper, actor, verb, sentence):
    journal.record(
        cite_id=paper.cite_id,
        actor=actor,
        verb=f"paper.{verb}",
        subject=paper,
        sentence=f"{actor} {sentence}",
    )
