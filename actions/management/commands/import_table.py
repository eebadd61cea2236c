import io
import json
import sys
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from actions.circuits import CIRCUITS
from actions.imports import ImportRefused, MappingError, import_table
from actions.imports.mapping import load_mapping
from actions.imports.planning import build_plan
from actions.imports.reading import read_file, year_of
from actions.imports.report import report_lines
from actions.imports.runs import merged, remembered_actions, template_of
from actions.imports.structures import Question
from actions.imports.words import quoted
from actions.models import Call, ImportMapping
from actions.services import first_lead, save_call
from cite_educative.common.spreadsheets import SpreadsheetError
from cite_educative.common.spreadsheets.errors import MAX_FILE_BYTES
from cite_educative.common.spreadsheets.text import years_in
from partners.enums import Role
from partners.models import Cite, User

QUESTIONS_REMAIN = 2
FUNDER_ANSWERS = (
    'Réponse\u00a0: {"source": "ligne de financement existante"} ou '
    '{"new": "circuit", "name": "nom de la ligne", "organisation": "organisme"}, '
    f"circuit parmi {', '.join(CIRCUITS)}."
)


class Command(BaseCommand):
    """Import a table without a page: all of it or nothing. Exit codes and the mapping: docs/import.md."""

    help = "Import a table of actions or grants into a call of a Cité (see docs/import.md)."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--cite", required=True, metavar="SLUG")
        parser.add_argument("--call", required=True, metavar="LABEL")
        parser.add_argument("--mapping", metavar="FILE", help="JSON: columns and answers")
        parser.add_argument(
            "--as", dest="email", metavar="EMAIL", help="author; the Cité's first active lead otherwise"
        )
        parser.add_argument("--dry-run", action="store_true", help="write nothing, print the same figures")
        parser.add_argument("--json", dest="as_json", action="store_true", help="only JSON on the standard output")

    def handle(self, *, file, cite, call, mapping, email, dry_run, as_json, **options):
        try:
            told = load_mapping(_text(mapping)) if mapping else {}
            content, cite = _content(file), _cite(cite)
            actor = _author(cite, email)
            with transaction.atomic():
                call = _call(cite, call, told, actor)
                plan, run = self._import(content, Path(file).name, call, told, actor, dry_run)
                if run is None:
                    transaction.set_rollback(True)
        except (MappingError, SpreadsheetError) as error:
            raise CommandError(str(error)) from error
        self._print(plan, run, dry_run, as_json)
        if not plan.can_be_written:
            sys.exit(QUESTIONS_REMAIN if plan.actions or plan.required else 1)

    def _import(self, content, filename, call, told, actor, dry_run):
        """The plan as it was before anything was written, and the run; no run when nothing is written."""
        reading = read_file(content, filename, call.budget_year)
        if call.budget_year is None:
            call.budget_year = year_of(reading) or timezone.localdate().year
        known = ImportMapping.objects.filter(cite=call.cite, signature=reading.signature).first()
        told = merged(known.mapping if known else {}, told)
        plan = build_plan(
            cite=call.cite, call=call, reading=reading, mapping=told, filename=filename,
            remembered=remembered_actions(call),
        )  # fmt: skip
        if call.pk is None:
            plan.questions.insert(0, _unknown_call(call))
        if dry_run or not plan.can_be_written:
            return plan, None
        try:
            run = import_table(call=call, actor=actor, content=content.getvalue(), filename=filename, mapping=told)
        except ImportRefused as refused:
            return refused.plan, None
        return plan, run

    def _print(self, plan, run, dry_run, as_json):
        if as_json:
            questions = [
                {
                    "id": question.id,
                    "text": question.text,
                    "required": question.required,
                    "answers": [value for value, _ in question.choices] or question.kind,
                    "proposal": question.proposal,
                }
                for question in plan.questions
            ]
            result = {
                **plan.figures, "dry_run": dry_run, "written": run is not None, "run": run and run.pk,
                "questions": questions, "faults": [{"id": name, "text": text} for name, text in plan.faults],
                "mapping": template_of(plan),
            }  # fmt: skip
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))
        else:
            report = self.stdout if plan.can_be_written else self.stderr
            for line in report_lines(plan, written=run is not None):
                report.write(line)
            if not plan.can_be_written:
                self.stdout.write(json.dumps(template_of(plan), ensure_ascii=False, indent=2))
        self._complain(plan)

    def _complain(self, plan):
        for _, sentence in plan.faults:
            self.stderr.write(sentence)
        for question in plan.required:
            self.stderr.write(f"Question «\u00a0{question.id}\u00a0»\u00a0: {question.text}")
            if question.kind == "funder":
                self.stderr.write("    " + FUNDER_ANSWERS)
                known = [label for value, label in question.choices if value.startswith("source:")]
                self.stderr.write(f"    Lignes de la Cité\u00a0: {', '.join(known) or 'aucune'}.")
            for value, label in question.choices if question.kind != "funder" else ():
                self.stderr.write(f"    {value}\u00a0: {label}")
        if plan.optional:
            names = ", ".join(quoted(question.id) for question in plan.optional)
            self.stderr.write(f"Questions facultatives (un montant chacune)\u00a0: {names}.")
        if plan.required or plan.faults:
            self.stderr.write("Rien n’a été écrit. Complétez la correspondance proposée et donnez-la par --mapping.")
        elif not plan.actions:
            self.stderr.write("Rien n’a été écrit\u00a0: aucune ligne de ce tableau ne peut être importée.")


def _text(path):
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"Le fichier de correspondance {path} ne peut pas être lu.") from error


def _content(path):
    """The file in memory, one byte past the limit at most."""
    try:
        with Path(path).open("rb") as stream:
            return io.BytesIO(stream.read(MAX_FILE_BYTES + 1))
    except OSError as error:
        raise CommandError(f"Le fichier {path} ne peut pas être lu\u00a0: vérifiez son chemin.") from error


def _cite(slug):
    cite = Cite.objects.filter(slug=slug).first()
    if cite is None:
        known = ", ".join(Cite.objects.order_by("slug").values_list("slug", flat=True)) or "aucune"
        raise CommandError(f"Aucune Cité n’a l’identifiant «\u00a0{slug}\u00a0». Cités connues\u00a0: {known}.")
    return cite


def _author(cite, email):
    if email:
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None or not user.access.has(cite.pk, Role.LEAD):
            raise CommandError(f"{email} n’est pas chef ou cheffe de projet de cette Cité.")
        return user
    first = first_lead(cite)
    if first is None:
        raise CommandError("Cette Cité n’a pas de chef ou cheffe de projet en fonction\u00a0: ajoutez --as ADRESSE.")
    return first


def _call(cite, label, told, actor):
    """The call of this label, created when the mapping says its year; else an unsaved one, that must be asked."""
    call = Call.objects.filter(cite=cite, label=label).first()
    if call:
        return call
    year = told.get("call", {}).get("budget_year")
    if year:
        try:
            return save_call(Call(cite=cite, label=label, budget_year=year), actor=actor)
        except (ValidationError, ValueError) as error:
            raise CommandError(
                f"L’appel «\u00a0{label}\u00a0» ne peut pas être créé\u00a0: vérifiez son exercice."
            ) from error
    return Call(cite=cite, label=label, budget_year=max(years_in(label), default=None))


def _unknown_call(call):
    known = ", ".join(quoted(other.label) for other in Call.objects.filter(cite=call.cite)) or "aucun"
    return Question(
        "call",
        f"Aucun appel de cette Cité ne s’appelle {quoted(call.label)}. Appels connus\u00a0: {known}. "
        f'Pour le créer, gardez dans la correspondance {{"call": {{"budget_year": {call.budget_year}}}}}, '
        "après avoir vérifié son exercice.",
        kind="year",
        proposal=call.budget_year,
    )
