"""Documents: what a call asks, what is received, what is refused. A piece is never replaced nor deleted."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from actions.enums import Audience
from actions.models import ActionPiece, ExpectedPiece, PieceFile
from actions.services.reminders import action_of
from actions.usual_pieces import USUAL_PIECES
from cite_educative.common import journal
from cite_educative.common.dates import date_fr
from cite_educative.common.locks import next_version
from cite_educative.common.once import is_same_file, just_written
from partners.services import LinkError, use_link

# --- What a call asks -----------------------------------------------------------------------------


@transaction.atomic
def save_expected(expected, *, actor, version=None):
    """Add or change a piece that a call asks; raises `ValidationError`, `ConflictError` when saved since `version`."""
    created = expected.pk is None
    expected.version = next_version(expected, version)
    if created and not expected.order:
        expected.order = expected.call.expected_pieces.count() + 1
    expected.full_clean()
    expected.save()
    _record_call(expected.call, actor, f"{'demande désormais' if created else 'a modifié'} la pièce", [expected.label])
    return expected


@transaction.atomic
def remove_expected(expected, *, actor):
    """Raises `ValidationError` once somebody answered it: what was received keeps its question."""
    if expected.pieces.exists():
        raise ValidationError(
            f"Des porteurs ont déjà remis «\u00a0{expected.label}\u00a0»\u00a0: elle ne s’efface plus. "
            "Rendez-la facultative, ou changez son intitulé."
        )
    call, label = expected.call, expected.label
    expected.delete()
    _record_call(call, actor, "ne demande plus la pièce", [label])


@transaction.atomic
def add_usual_pieces(call, *, actor):
    """The usual list of a grant file. Pieces already asked stay as they are; returns how many were added."""
    return _add_missing(call, [ExpectedPiece(**piece) for piece in USUAL_PIECES], actor)


@transaction.atomic
def copy_expected(call, *, source, actor):
    """The pieces of another call of the same Cité that this one does not ask yet; returns how many were added."""
    if source.cite_id != call.cite_id:
        raise ValueError("The call belongs to another Cité.")
    return _add_missing(call, source.expected_pieces.all(), actor)


def _add_missing(call, rows, actor):
    known = set(call.expected_pieces.values_list("label", flat=True))
    added = [row for row in rows if row.label not in known]
    ExpectedPiece.objects.bulk_create(
        ExpectedPiece(
            call=call,
            label=row.label,
            help_text=row.help_text,
            is_required=row.is_required,
            associations_only=row.associations_only,
            order=len(known) + rank,
        )
        for rank, row in enumerate(added, start=1)
    )
    if added:
        _record_call(call, actor, "demande désormais", [row.label for row in added])
    return len(added)


def _record_call(call, actor, words, labels):
    listed = ", ".join(f"«\u00a0{label}\u00a0»" for label in labels)
    journal.record(
        cite_id=call.cite_id,
        actor=actor,
        verb="call.pieces",
        subject=call,
        sentence=f"{actor} {words} {listed} pour l’appel «\u00a0{call.label}\u00a0».",
    )


# --- What is received -----------------------------------------------------------------------------


@transaction.atomic
def receive_piece(
    *, action, actor, title="", expected=None, upload=None, received_from="", received_how="", received_on=None,
    audience=Audience.HOLDER, link=None,
):  # fmt: skip
    """Keep a piece of an action: the checked `upload`, or the note of how it came ("par courrier").

    A piece that answers an expected one bears its label and is the holder's to read. With `link`, `actor` is
    who sent the link and `received_from` who used it. A second click finds the piece of the first one.
    """
    if expected and expected.call_id != action.call_id:
        raise ValueError("The piece is expected by another call.")
    piece = ActionPiece(
        action=action,
        expected=expected,
        title=expected.label if expected else title,
        audience=Audience.HOLDER if expected else audience,
        received_on=received_on or timezone.localdate(),
        received_from=received_from,
        received_how=received_how,
        entered_by=actor,
        link=link,
    )
    piece.full_clean()
    known = just_written(piece, lock=action, alike=lambda row: is_same_file(getattr(row, "attachment", None), upload))
    if known:
        return known
    piece.save()
    if upload:
        PieceFile.objects.create(piece=piece, file=upload, title=piece.title[:200], author=actor)
    _record_piece(piece, actor, "piece.received", _received_sentence(piece, actor))
    return piece


def _received_sentence(piece, actor):
    name = f"«\u00a0{piece.title}\u00a0»"
    if piece.link:
        return f"{piece.received_from} a remis {name}, par le lien que {actor} a envoyé."
    if piece.received_from or piece.received_how:
        return f"{actor} a enregistré {name}, {provenance(piece)}."
    return f"{actor} a joint {name}."


def provenance(piece):
    """ "reçue de M. X, par courrier, le 12 novembre 2026": shown with the piece for ever; "" when sent by its author."""
    words = [f"de {piece.received_from}"] if piece.received_from else []
    words += [piece.received_how] if piece.received_how else []
    return f"reçue {', '.join([*words, f'le {date_fr(piece.received_on)}'])}" if words else ""


@transaction.atomic
def refuse_piece(piece, *, actor, reason):
    """It stays in the list, with its reason, which the holder reads. Raises `ValidationError`; a second run changes nothing."""
    row = ActionPiece.objects.select_for_update(of=("self",)).get(pk=piece.pk)
    if row.refused_on:
        return row
    if not reason.strip():
        raise ValidationError("Dites pourquoi\u00a0: le porteur lira ce motif.")
    row.refused_on, row.refused_reason = timezone.localdate(), reason.strip()
    row.full_clean()
    row.save(update_fields=["refused_on", "refused_reason"])
    sentence = f"{actor} a refusé la pièce «\u00a0{row.title}\u00a0»\u00a0: {row.refused_reason}"
    _record_piece(row, actor, "piece.refused", sentence)
    return row


def _record_piece(piece, actor, verb, sentence):
    """An internal piece leaves no line on the sheet, which referents and the holder read."""
    subject = piece.action if piece.audience == Audience.HOLDER else piece
    journal.record(cite_id=piece.action.cite_id, actor=actor, verb=verb, subject=subject, sentence=sentence)


@transaction.atomic
def receive_by_link(link, *, uploads):
    """Use the link and keep the files joined: `{expected piece: checked upload}`. Raises `LinkError`."""
    use_link(link)
    action = action_of(link, lock=True)
    if any(expected.call_id != action.call_id for expected in uploads):
        raise LinkError("Cette demande vient de changer d’appel à projets\u00a0: ces pièces n’y sont plus attendues.")
    return [
        receive_piece(
            action=action,
            actor=link.created_by,
            expected=expected,
            upload=upload,
            received_from=link.name,
            received_how="par le lien envoyé",
            link=link,
        )
        for expected, upload in uploads.items()
    ]
