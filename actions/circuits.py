"""Usual ways of money: which steps a source goes through, and which act proves its grant (domain reference §5).

They fill in a new source, which then says its own (`FundingSource.steps`).
"""

from dataclasses import dataclass

from actions.enums import ActKind, Step


@dataclass(frozen=True)
class Circuit:
    """`says` is for who chooses one. `is_ours`: in the usual case an officer of the Cité's own carrier pays."""

    label: str
    steps: tuple
    act_kind: ActKind
    says: str
    is_ours: bool = False
    has_carrier: bool = False


_COMMON = (Step.REQUESTED, Step.PROPOSED, Step.PROGRAMMED, Step.GRANTED)
_PAID = (*_COMMON, Step.PAID, Step.JUSTIFIED)
STATE_DIRECT, STATE_CARRIER, OWN = "state_direct", "state_carrier", "own"
STATE = (STATE_DIRECT, STATE_CARRIER)
PUBLIC = (*STATE, "school_fund", "commune", "intercommunality")

CIRCUITS = {
    STATE_DIRECT: Circuit(
        "État, subvention directe (Dauphin)",
        (*_COMMON, Step.COMMITTED, Step.PAID, Step.JUSTIFIED),
        ActKind.ORDER,
        "Le porteur dépose dans Dauphin, l’État verse au porteur.",
    ),
    STATE_CARRIER: Circuit(
        "État, par une structure qui porte les crédits",
        (*_COMMON, Step.COMMITTED, Step.PAID, Step.JUSTIFIED),
        ActKind.ORDER,
        "L’État verse à une structure (intercommunalité, commune, caisse des écoles), qui reverse ou dépense.",
        is_ours=True,
        has_carrier=True,
    ),
    "commune": Circuit("Commune", _PAID, ActKind.DELIBERATION, "Le conseil municipal vote, la commune verse."),
    "intercommunality": Circuit(
        "Intercommunalité",
        _PAID,
        ActKind.DELIBERATION,
        "Le conseil communautaire ou métropolitain vote, l’intercommunalité verse.",
        is_ours=True,
    ),
    "school_fund": Circuit(
        "Fonds du collège chef de file",
        _PAID,
        ActKind.BOARD,
        "Le conseil d’administration du collège vote, son agent comptable paie.",
    ),
    "family_fund": Circuit(
        "CAF et autres organismes", _PAID, ActKind.FAMILY_FUND, "La CAF décide en commission et verse au porteur."
    ),
    OWN: Circuit(
        "Ressources propres du porteur",
        (Step.REQUESTED, Step.JUSTIFIED),
        ActKind.OTHER,
        "Ce que le porteur met lui-même\u00a0: prévu au dépôt, justifié au bilan. Personne ne l’accorde.",
    ),
    "other": Circuit(
        "Autre financeur",
        (Step.REQUESTED, Step.GRANTED, Step.PAID, Step.JUSTIFIED),
        ActKind.OTHER,
        "Département, Région, fondation, bailleur\u00a0: à préciser étape par étape.",
    ),
}
CIRCUIT_CHOICES = [(code, circuit.label) for code, circuit in CIRCUITS.items()]

# What proves each step, in plain words; the grant is proved by the act of the source.
PROOFS = {
    Step.REQUESTED: "la demande déposée",
    Step.PROPOSED: "l’avis du comité technique",
    Step.PROGRAMMED: "la décision numérotée",
    Step.COMMITTED: "l’engagement comptable",
    Step.PAID: "le versement, avec sa date",
    Step.JUSTIFIED: "le compte rendu financier",
}
ENTERED_BY = {
    Step.REQUESTED: "le porteur ou l’équipe",
    Step.PROPOSED: "l’équipe ou les finances",
    Step.PROGRAMMED: "les pilotes, en réunion\u00a0: jamais saisi à la main",
    Step.GRANTED: "l’équipe ou les finances, en enregistrant l’acte",
    Step.COMMITTED: "les finances",
    Step.PAID: "les finances",
    Step.JUSTIFIED: "les finances",
}
EITHER_WAY = (Step.PROPOSED, Step.COMMITTED, Step.PAID, Step.JUSTIFIED)


def step_words(step, *, act_kind=None, side=None):
    """Who enters a step and what proves it, as one line; `side`: the pilot who may enter it too."""
    entered = ENTERED_BY[step]
    if side and step in EITHER_WAY:
        entered += f", ou {side}"
    proof = ActKind(act_kind).label if step == Step.GRANTED and act_kind else PROOFS.get(step, "l’acte du financeur")
    return f"saisi par {entered}. Preuve\u00a0: {proof}."
