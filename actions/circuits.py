"""Which steps each kind of money goes through, and which act proves the grant (domain reference §5)."""

from dataclasses import dataclass

from actions.enums import ActKind, Step


@dataclass(frozen=True)
class Circuit:
    label: str
    steps: tuple
    act_kind: ActKind


_COMMON = (Step.REQUESTED, Step.PROPOSED, Step.PROGRAMMED, Step.GRANTED)

CIRCUITS = {
    "state_direct": Circuit(
        "État, subvention directe (Dauphin)",
        (*_COMMON, Step.COMMITTED, Step.PAID, Step.JUSTIFIED),
        ActKind.ORDER,
    ),
    "state_carrier": Circuit(
        "État, par une structure qui porte les crédits",
        (*_COMMON, Step.COMMITTED, Step.PAID, Step.JUSTIFIED),
        ActKind.ORDER,
    ),
    "commune": Circuit("Commune", (*_COMMON, Step.PAID, Step.JUSTIFIED), ActKind.DELIBERATION),
    "intercommunality": Circuit("Intercommunalité", (*_COMMON, Step.PAID, Step.JUSTIFIED), ActKind.DELIBERATION),
    "school_fund": Circuit("Fonds du collège chef de file", (*_COMMON, Step.PAID, Step.JUSTIFIED), ActKind.BOARD),
    "family_fund": Circuit("CAF et autres organismes", (*_COMMON, Step.PAID, Step.JUSTIFIED), ActKind.FAMILY_FUND),
    "other": Circuit("Autre financeur", (Step.REQUESTED, Step.GRANTED, Step.PAID, Step.JUSTIFIED), ActKind.OTHER),
}
CIRCUIT_CHOICES = [(code, circuit.label) for code, circuit in CIRCUITS.items()]
