from tests import factories
from tests.access.matrix import Row

OWN_CITE = {"stranger": 404, "other_lead": 200}
ELSEWHERE = 404
READERS = "lead co_lead pilot elected finance referent institution evaluator reader"


def neighbourhood(world):
    def build(world):
        made = factories.make_neighbourhood(communes=[world.commune])
        world.cite.neighbourhoods.add(made)
        return made

    return [world.made("observed neighbourhood", build).pk]


def school(world):
    def build(world):
        made = factories.make_school("Collège observé", world.commune)
        world.cite.schools.add(made)
        return made

    return [world.made("observed school", build).pk]


ROWS = [
    Row("evaluation:observatory", only=READERS, others=403, outside=OWN_CITE),
    Row("evaluation:commune_portrait", lambda world: [world.commune.pk], only=READERS, others=403, outside=ELSEWHERE),
    Row("evaluation:neighbourhood_portrait", neighbourhood, only=READERS, others=403, outside=ELSEWHERE),
    Row("evaluation:school_portrait", school, only="lead co_lead", others=403, outside=ELSEWHERE),
]
