"""Alerts on what a Cité watches in its money: told and acknowledged, never in the way of anything."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from actions.models import ThresholdAcknowledgement
from cite_educative.common.money import ZERO, euros, round_cents, short_euros, total
from partners.enums import PRIVATE_KINDS

NBSP = "\u00a0"
PAGE = "actions:thresholds"


@dataclass(frozen=True)
class Measure:
    """A share of the year beside its threshold, whether it is kept or not; `figure` is None when nobody knows."""

    label: str
    figure: Decimal | None
    limit: int
    is_floor: bool
    detail: str

    @property
    def is_kept(self):
        if self.figure is None:
            return True
        return self.figure >= self.limit if self.is_floor else self.figure <= self.limit

    @property
    def limit_text(self):
        return f"{self.limit}{NBSP}% au {'moins' if self.is_floor else 'plus'}"

    @property
    def excess(self):
        return abs(self.figure - self.limit)


@dataclass(frozen=True)
class Alert:
    """`key` names it in its Cité and year. `excess`, in euros or in points, says how far beyond; more is worse."""

    key: str
    title: str
    figure: str
    limit: str
    sentence: str
    excess: Decimal
    url: str
    acknowledgement: ThresholdAcknowledgement | None = None

    @property
    def is_open(self):
        """Nobody took note of it, or it got worse since."""
        return self.acknowledgement is None or self.excess > self.acknowledgement.excess

    @property
    def got_worse(self):
        return self.acknowledgement is not None and self.is_open


def percent(share):
    """ "48,52 %"."""
    return f"{share:.2f}".replace(".", ",").removesuffix(",00") + f"{NBSP}%"


def alerts(books):
    """All of them, acknowledged ones included."""
    known = books.acknowledgements
    found = (*_of_measures(books), *_public_shares(books), *_agreements(books))
    return [Alert(**facts, acknowledgement=known.get(facts["key"])) for facts in found]


def measures(books):
    """The shares of the year that the Cité watches."""
    found = [_cofinancing(books), _engineering(books)]
    return [measure for measure in found if measure]


def _share(part, whole):
    return round_cents(100 * part / whole) if whole else None


def _cofinancing(books):
    target = books.thresholds.cofinancing_target
    if target is None:
        return None
    state = total(amount for row, amount in books.decided if row.source.is_state) or ZERO
    others = total(amount for row, amount in books.decided if not row.source.is_state) or ZERO
    words = f"{euros(others)} des cofinanceurs"
    if books.thresholds.counts_in_kind and books.valued:
        others += books.valued
        words += f", {euros(books.valued)} de droit commun valorisé"
    detail = f"{words}, {euros(state)} de l’État"
    return Measure("Part des cofinanceurs", _share(others, state + others), target, True, detail)


def _engineering(books):
    limit = books.thresholds.engineering_share
    if limit is None or books.thresholds.engineering_theme_id is None:
        return None
    whole = total(amount for _, amount in books.decided) or ZERO
    part = total(amount for row, amount in books.decided if row.action_id in books.engineering) or ZERO
    detail = f"{euros(part)} pour l’ingénierie, sur {euros(whole)}"
    return Measure("Part de l’ingénierie", _share(part, whole), limit, False, detail)


def _of_measures(books):
    for measure in measures(books):
        if not measure.is_kept:
            yield {
                "key": "cofinancement" if measure.is_floor else "ingenierie",
                "title": measure.label,
                "figure": percent(measure.figure),
                "limit": measure.limit_text,
                "sentence": f"{measure.detail[:1].upper()}{measure.detail[1:]}{NBSP}: {percent(measure.figure)}, le seuil "
                f"est de {measure.limit_text}.",
                "excess": measure.excess,
                "url": reverse("actions:finances"),
            }


def _public_shares(books):
    """Of the total cost of the action when somebody said it, else of the money that is known, if it is not all public."""
    ceiling = books.thresholds.public_ceiling
    if ceiling is None:
        return
    public, others = defaultdict(lambda: ZERO), defaultdict(lambda: ZERO)
    for row in books.cash:
        known = next((one for one in (row.granted, row.programmed, row.requested) if one is not None), None)
        if known is not None:
            (public if row.source.is_public else others)[row.action_id] += known
    for key in sorted({*public, *others}):
        action = books.actions[key]
        known = public[key] + others[key]
        whole = max(known, _cost(books, action) or ZERO)
        share = _share(public[key], whole)
        if (others[key] or whole > known) and share > ceiling:
            yield {
                "key": f"public:{key}",
                "title": f"Argent public de {action}",
                "figure": percent(share),
                "limit": f"{ceiling}{NBSP}% au plus",
                "sentence": f"{euros(public[key])} d’argent public sur {euros(whole)}{NBSP}: {percent(share)}, le seuil est "
                f"de {ceiling}{NBSP}% au plus.",
                "excess": share - ceiling,
                "url": reverse("actions:money", args=[key]),
            }


def _cost(books, action):
    """The total cost is that of the action's own civil year."""
    return action.total_cost if action.budget_year == books.year else None


def _agreements(books):
    """Cumulated per funder, holder of private law and year; quiet once signed agreements hold all of it."""
    limit = books.thresholds.agreement_above
    if limit is None:
        return
    sums, names, held = defaultdict(lambda: ZERO), {}, defaultdict(lambda: True)
    for row, amount in books.decided:
        if row.action.holder.kind in PRIVATE_KINDS and row.source.circuit != "own":
            key = row.source.organisation_id, row.action.holder_id
            sums[key] += amount
            held[key] &= books.agreed.get(row.pk, ZERO) >= amount
            names[key] = row.source.organisation.name, row.action.holder.name
    for key, amount in sorted(sums.items(), key=lambda pair: names[pair[0]]):
        if amount > limit and not held[key]:
            funder, holder = names[key]
            yield {
                "key": f"convention:{key[0]}:{key[1]}",
                "title": f"Convention de {funder} avec {holder}",
                "figure": euros(amount),
                "limit": short_euros(limit),
                "sentence": f"{funder} apporte {euros(amount)} à {holder} en {books.year}{NBSP}: au-delà de "
                f"{short_euros(limit)}, une convention est obligatoire.",
                "excess": amount - limit,
                "url": f"{reverse('actions:fundings')}?exercice={books.year}&porteur={key[1]}",
            }
