from tests.access.evaluation import OWN_CITE
from tests.access.matrix import Row

PROJECT = "lead co_lead pilot elected evaluator"
MONEY = "lead co_lead pilot elected finance"

ROWS = [
    Row("evaluation:computed", lambda world: ["actions_done"], only=PROJECT, others=403, outside=OWN_CITE),
    Row("evaluation:computed", lambda world: ["leverage"], only=MONEY, others=403, outside=OWN_CITE),
    Row("evaluation:computed", lambda world: ["review.b2"], only=PROJECT, others=403, outside=OWN_CITE),
    Row("evaluation:computed", lambda world: ["inconnu"], only="", others=404, outside=404),
]
