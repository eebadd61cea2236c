"""Two contents of a strategic file compared: texts word by word, axes and objectives by what became of them."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS = re.compile(r"\s+|[^\W_]+|[\W_]", re.UNICODE)
LONG = 3000  # words beyond which the comparison looks for whole passages only

KIND_WORDS = {
    "added": "Ajouté",
    "removed": "Retiré",
    "renamed": "Renommé",
    "moved": "Déplacé",
    "linked": "Relié",
}
SAME, REMOVED, ADDED = "same", "removed", "added"


@dataclass(frozen=True)
class Piece:
    kind: str
    text: str


@dataclass(frozen=True)
class TextChange:
    """The two sides of one text: what left is in `before`, what came is in `after`."""

    title: str
    before: list
    after: list

    @property
    def is_changed(self):
        return any(piece.kind != SAME for piece in (*self.before, *self.after))


@dataclass(frozen=True)
class Move:
    """One sentence about an axis or an objective. `kind`: added, removed, renamed, moved, linked."""

    kind: str
    label: str
    detail: str = ""

    @property
    def word(self):
        return KIND_WORDS[self.kind]


def compare(before, after):
    """What changed: {"sections": [TextChange], "summaries": [TextChange], "moves": [Move]}, and "same": [title]."""
    old = {section["key"]: section for section in before["sections"]}
    sections = [
        text_change(section["title"], old.get(section["key"], {}).get("body", ""), section["body"])
        for section in after["sections"]
    ]
    return {
        "sections": [change for change in sections if change.is_changed],
        "same": [change.title for change in sections if not change.is_changed],
        "summaries": [change for change in _summaries(before, after) if change.is_changed],
        "moves": [*_axis_moves(before["axes"], after["axes"]), *_objective_moves(before["axes"], after["axes"])],
    }


def text_change(title, before, after):
    left, right = WORDS.findall(before), WORDS.findall(after)
    matcher = SequenceMatcher(None, left, right, autojunk=max(len(left), len(right)) > LONG)
    pieces_before, pieces_after = [], []
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        gone, come = "".join(left[start:end]), "".join(right[new_start:new_end])
        same = tag == "equal"
        if gone:
            pieces_before.append(Piece(SAME if same else REMOVED, gone))
        if come:
            pieces_after.append(Piece(SAME if same else ADDED, come))
    return TextChange(title, pieces_before, pieces_after)


def _summaries(before, after):
    old = {(kind, row["pk"]): row["summary"] for kind, row in _rows(before["axes"])}
    for kind, row in _rows(after["axes"]):
        if (kind, row["pk"]) in old:
            yield text_change(f"{kind} «\u00a0{row['label']}\u00a0»", old[kind, row["pk"]], row["summary"])


def _rows(axes):
    for axis in axes:
        yield "Axe", axis
        yield from (("Objectif", objective) for objective in axis["objectives"])


def _axis_moves(before, after):
    old, new = {row["pk"]: row for row in before}, {row["pk"]: row for row in after}
    moves = [Move("removed", row["label"], "axe") for pk, row in old.items() if pk not in new]
    for pk, row in new.items():
        if pk not in old:
            moves.append(Move("added", row["label"], "axe"))
            continue
        if old[pk]["label"] != row["label"]:
            moves.append(Move("renamed", row["label"], f"axe, avant\u00a0: «\u00a0{old[pk]['label']}\u00a0»"))
        if old[pk]["national"] != row["national"]:
            moves.append(
                Move(
                    "moved",
                    row["label"],
                    f"axe, de «\u00a0{old[pk]['national']}\u00a0» à «\u00a0{row['national']}\u00a0»",
                )
            )
    return [*moves, *_reordered(before, after, "axe")]


def _objective_moves(before, after):
    old = {row["pk"]: (axis, row) for axis in before for row in axis["objectives"]}
    new = {row["pk"]: (axis, row) for axis in after for row in axis["objectives"]}
    moves = [
        Move("removed", row["label"], f"objectif de l’axe «\u00a0{axis['label']}\u00a0»")
        for pk, (axis, row) in old.items()
        if pk not in new
    ]
    for pk, (axis, row) in new.items():
        moves += (
            _objective_change(old[pk], axis, row)
            if pk in old
            else [Move("added", row["label"], f"objectif de l’axe «\u00a0{axis['label']}\u00a0»")]
        )
    olds = {axis["pk"]: axis["objectives"] for axis in before}
    for axis in after:
        moves += _reordered(olds.get(axis["pk"], []), axis["objectives"], "objectif")
    return moves


def _objective_change(earlier, axis, row):
    was_in, was = earlier
    moves = []
    if was["label"] != row["label"]:
        moves.append(Move("renamed", row["label"], f"objectif, avant\u00a0: «\u00a0{was['label']}\u00a0»"))
    if was_in["pk"] != axis["pk"]:
        moves.append(
            Move(
                "moved",
                row["label"],
                f"objectif, de l’axe «\u00a0{was_in['label']}\u00a0» à l’axe «\u00a0{axis['label']}\u00a0»",
            )
        )
    if was["themes"] != row["themes"]:
        told = [", ".join(themes) or "aucun" for themes in (was["themes"], row["themes"])]
        moves.append(Move("linked", row["label"], f"thèmes du contrat de ville\u00a0: {told[0]} → {told[1]}"))
    return moves


def _reordered(before, after, noun):
    """Those of the two lists that changed places among themselves, without counting comings and goings."""
    common = {row["pk"] for row in before} & {row["pk"] for row in after}
    old = [row["pk"] for row in before if row["pk"] in common]
    new = [row for row in after if row["pk"] in common]
    kept = set()
    for block in SequenceMatcher(None, old, [row["pk"] for row in new], autojunk=False).get_matching_blocks():
        kept.update(old[block.a : block.a + block.size])
    return [
        Move("moved", row["label"], f"{noun}, du rang {old.index(row['pk']) + 1} au rang {rank}")
        for rank, row in enumerate(new, start=1)
        if row["pk"] not in kept
    ]
