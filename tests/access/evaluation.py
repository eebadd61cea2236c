from tests.access.matrix import Row

OWN_CITE = {"stranger": 404, "other_lead": 200}
OWN_CITE_WRITTEN = {"stranger": 404, "other_lead": 302}
TEAM = "lead co_lead"
READERS = "lead co_lead pilot elected finance referent institution evaluator reader"

ROWS = [
    Row("evaluation:home", only=READERS, others=403, outside=OWN_CITE),
    Row("evaluation:usual_protocol", post={}, only=TEAM, code=302, others=403, outside=OWN_CITE_WRITTEN),
]
