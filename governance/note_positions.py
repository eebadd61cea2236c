"""What each side already said of the actions of a point: its opinions in the instruction, its positions on decisions."""

from collections import defaultdict

from django.db.models import Q

from actions.enums import Verdict as OpinionVerdict
from actions.models import Opinion
from governance.enums import DecisionStatus
from governance.models import Position


def position_rows(item):
    """One row per side in protocol order, `{"side", "said": [sentence]}`; nothing said is an empty list.

    Reasons stay where they were written: they were given to the pilots, a note has other readers.
    """
    cite = item.meeting.body.cite
    opinions, decided = _opinions(item), _decided(item)
    return [
        {"side": side.label, "said": [*_sentences(opinions[side.pk]), *decided[side.pk]]}
        for side in cite.sides.order_by("order", "pk")
    ]


def _opinions(item):
    """`{side pk: {verdict: [code]}}`."""
    found = defaultdict(lambda: defaultdict(list))
    rows = Opinion.objects.current().filter(action__agenda_items=item, side__isnull=False)
    for side, verdict, code in rows.order_by("action__code", "pk").values_list("side", "verdict", "action__code"):
        found[side][verdict].append(code or "action sans code")
    return found


def _sentences(by_verdict):
    """Those that agree are counted, the others are named."""
    for verdict, label in OpinionVerdict.choices:
        codes = by_verdict.get(verdict, [])
        if not codes:
            continue
        number = f"{len(codes)}\u00a0action{'s' if len(codes) > 1 else ''}"
        named = "" if verdict == OpinionVerdict.FAVOURABLE else f" ({', '.join(dict.fromkeys(codes))})"
        yield f"Avis {label} sur {number}{named}."


def _decided(item):
    """`{side pk: [sentence]}`: on this point, and on the adopted decisions about its actions."""
    found = defaultdict(list)
    about = Q(decision__item=item) | Q(
        decision__effects__action__agenda_items=item, decision__status=DecisionStatus.ADOPTED
    )
    for row in Position.objects.filter(about).distinct().select_related("decision__body", "organisation"):
        said = f" ({row.organisation})" if row.organisation_id else ""
        subject = row.decision.reference or row.decision.title
        found[row.side_id].append(f"Sur «\u00a0{subject}\u00a0»{said}\u00a0: {row.get_verdict_display()}.")
    return found
