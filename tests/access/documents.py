from django.core.files.base import ContentFile
from django.utils import timezone

from cite_educative.documents.models import GeneratedFile
from tests.access.matrix import Row, Secret

# Who sees the documents of an app's own kinds is in that app's rows; here, a file that only its author sees.
EVERYBODY = {"stranger": 200, "other_lead": 200}


def generated_file(world):
    return world.made("generated file", make_file)


def make_file(world):
    now = timezone.now()
    made = GeneratedFile(
        kind="essai",
        format="pdf",
        title="Note confidentielle",
        filename="note-confidentielle.pdf",
        state="ready",
        cite_id=world.cite.pk,
        author=world.lead,
        sha256="0" * 64,
        size=4,
        queued_at=now,
        finished_at=now,
    )
    made.file.save("essai.pdf", ContentFile(b"%PDF"), save=False)
    made.save()
    return made


def args(world):
    return [generated_file(world).pk]


ROWS = [
    Row("documents:list", outside=EVERYBODY),
    Row("documents:status", args, only="lead", others=404),
    Row("documents:download", args, only="lead", others=404),
    Row("documents:retry", args, only="lead", others=404, post={}, code=302),
]

SECRETS = [
    Secret("documents:list", lambda world: generated_file(world).title, readers="lead", prepare=generated_file),
    Secret("documents:download", lambda world: generated_file(world).filename, "lead", args),
]
