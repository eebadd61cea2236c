import uuid

from actions import services
from actions.enums import LetterKind
from actions.finances.letters import USUAL
from partners.models import Organisation
from tests.access.actions import MONEY, OWN_CITE, pk_of
from tests.access.acts import HIDDEN, OFFICERS, granted
from tests.access.matrix import Row, Secret
from tests.actions import factories


def batch(world):
    def build(world):
        funding = granted(world)
        if not funding.source.releases.exists():
            factories.release(funding.source)
        Organisation.objects.filter(pk=world.holder.pk).update(address="1 place de la Mairie")
        return services.make_letters(
            source=funding.source,
            budget_year=funding.budget_year,
            kind=LetterKind.FAVOURABLE,
            text=USUAL[LetterKind.FAVOURABLE],
            signatory="La direction",
            token=uuid.uuid4(),
            actor=world.lead,
        )

    return world.made("letter_batch", build)


ROWS = [
    Row("actions:letters", only=MONEY, outside=OWN_CITE),
    # Without a line and a kind there is nothing to write.
    Row("actions:letters_create", only=OFFICERS, code=404),
    Row("actions:letters_create", only=OFFICERS, code=404, post={}),
    Row("actions:letter_batch", pk_of(batch), only=MONEY, others=404),
    # Nothing is printed yet.
    Row("actions:letter_archive", pk_of(batch), only=MONEY, code=404, codes=HIDDEN),
]

SECRETS = [Secret("actions:letter_batch", lambda world: "7\u00a0654,32", MONEY, pk_of(batch))]
