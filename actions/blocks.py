"""The nineteen blocks of a sheet (domain reference §8), from which each call chooses.

A block holds fields of `Action` and texts of `ActionText`; the last ones live in tabs of their own. Only the eight
fields of `services.missing_for_submission` are ever mandatory: their blocks are always there.
"""

from dataclasses import dataclass

from actions.enums import TextKey


@dataclass(frozen=True)
class Block:
    """`tab`: the URL name of the tab where the block lives, when it is none of the sheet's own sections.

    `page`: the URL name of the page where a section of the sheet is written, when it is not the form of its fields.
    """

    key: str
    label: str
    fields: tuple = ()
    texts: tuple = ()
    always: bool = False
    tab: str = ""
    page: str = ""


BLOCKS = (
    Block(
        "identification",
        "Identification",
        ("title", "call", "budget_year", "school_year", "request_kind", "external_ref"),
        always=True,
    ),
    Block("holder", "Porteur", ("holder", "contact"), always=True),
    Block("plan", "Rattachement au plan", ("objective", "axis", "themes", "theme", "schemes"), always=True),
    Block("need", "Contexte et besoin", texts=(TextKey.NEED, TextKey.MAINSTREAM)),
    Block("goals", "Objectifs et résultats attendus", texts=(TextKey.GOALS, TextKey.RESULTS)),
    Block(
        "content",
        "Contenu",
        ("summary", "during_school", "around_school", "outside_school", "during_holidays"),
        texts=(TextKey.METHOD,),
    ),
    Block(
        "public",
        "Public",
        ("audience", "publics", "expected_reach", "expected_female_share", "expected_qpv_share"),
        texts=(TextKey.OUTREACH,),
        always=True,
    ),
    Block(
        "territory",
        "Territoire",
        ("scope", "intercommunal_role", "communes", "neighbourhoods", "schools", "places"),
        always=True,
    ),
    Block("calendar", "Calendrier", ("starts_on", "ends_on", "period_text"), always=True),
    Block("partners", "Partenaires", texts=(TextKey.PARTNERS, TextKey.SCHOOL_LINK)),
    Block("means", "Moyens humains et matériels", texts=(TextKey.MEANS,)),
    Block("budget", "Budget", ("total_cost",), page="actions:budget"),
    Block("funding", "Financements", always=True, tab="actions:money"),
    Block("evaluation", "Évaluation", texts=(TextKey.EVALUATION,)),
    Block("communication", "Communication", texts=(TextKey.COMMUNICATION,)),
    Block("appraisal", "Instruction", tab="actions:opinions"),
    Block("follow_up", "Suivi", tab="actions:follow_up"),
    Block("report", "Bilan"),
    Block("pieces", "Pièces", tab="actions:documents"),
)
BY_KEY = {block.key: block for block in BLOCKS}
BLOCK_KEYS = tuple(BY_KEY)
OPTIONAL_KEYS = tuple(block.key for block in BLOCKS if not block.always)


def default_blocks():
    """What a new call asks: everything, for a lead to take away what is not wanted."""
    return list(OPTIONAL_KEYS)


def blocks_of(action):
    """The blocks of this sheet, in order: those of its call; all of them when it answers none."""
    chosen = OPTIONAL_KEYS if action.call_id is None else action.call.blocks
    return tuple(block for block in BLOCKS if block.always or block.key in chosen)
