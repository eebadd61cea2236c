from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from actions import services
from actions.enums import PaymentKind
from actions.models import FundingSource, Payment
from tests.access.actions import MONEY, OWN_CITE, UNSEEN, pk_of
from tests.access.acts import HIDDEN, OFFICERS, granted
from tests.access.matrix import Row, Secret

AMOUNT = "1\u00a0234,56"


def payment(world):
    def build(world):
        part = (granted(world), PaymentKind.SINGLE, Decimal("1234.56"), date(2026, 6, 1), "RIB")
        return services.plan_payments(None, [part], actor=world.lead)[0]

    return world.made("payment", build)


def with_payment(world):
    """The address names no object, but what is sent needs one that our own officer pays."""
    payment(world)
    FundingSource.objects.filter(pk=granted(world).source_id).update(pays_ourselves=True)
    return []


def orders(world):
    return {"chosen": payment(world).pk, "on": "2026-06-02", "mandater": "oui"}


def export(world):
    def build(world):
        payment(world)
        content = b"Mandat;Tiers;Montant;Date de paiement\n1;Club;8765,43;12/06/2026\n"
        run = services.start_accounting(cite=world.cite, actor=world.lead, content=content, filename="export.csv")
        return services.settle_accounting(run, mapping=run.mapping, actor=world.lead)

    return world.made("export", build)


def an_export(world):
    return {"file": SimpleUploadedFile("export.csv", b"Mandat;Montant;Date de paiement\n1;10,00;12/06/2026\n")}


def gesture(key):
    return lambda world: [payment(world).pk, key]


def day(world):
    return {"version": Payment.objects.get(pk=payment(world).pk).version, "on": "2026-06-02"}


def concerned(world):
    return [granted(world).action_id]


def a_plan(world):
    return {"funding": granted(world).pk, "kind": "advance", "amount": "10", "due_on": "2026-06-01"}


ROWS = [
    Row("actions:payments", only=MONEY, outside=OWN_CITE),
    Row("actions:payments", query="?format=csv&exercice=tous", only=MONEY, outside=OWN_CITE),
    Row("actions:payment_orders", with_payment, only=OFFICERS, outside=OWN_CITE),
    Row("actions:payment_orders", with_payment, only=OFFICERS, outside=OWN_CITE, post=orders, code=302),
    Row("actions:accounting", only=OFFICERS, outside=OWN_CITE),
    Row("actions:accounting", only=OFFICERS, outside={"stranger": 404, "other_lead": 302}, post=an_export, code=302),
    Row("actions:accounting_run", pk_of(export), only=OFFICERS, codes=HIDDEN),
    Row(
        "actions:accounting_run",
        pk_of(export),
        only=OFFICERS,
        codes=HIDDEN,
        post={"order": "0", "amount": "2", "on": "3"},
        code=302,
    ),
    Row("actions:accounting_confirm", pk_of(export), only=OFFICERS, codes=HIDDEN, post={}, code=302),
    Row("actions:payment", pk_of(payment), only=MONEY, others=404),
    Row("actions:payment_create", concerned, only=OFFICERS, codes=UNSEEN),
    Row("actions:payment_create", concerned, only=OFFICERS, codes=UNSEEN, post=a_plan, code=302),
    Row("actions:payment_gesture", gesture("payer"), only=OFFICERS, codes=HIDDEN),
    Row("actions:payment_gesture", gesture("condition"), only=OFFICERS, codes=HIDDEN, post=day, code=302),
]
SECRETS = [
    Secret("actions:accounting_run", lambda world: "8\u00a0765,43", OFFICERS, pk_of(export)),
    Secret("actions:payments", lambda world: AMOUNT, MONEY, prepare=payment, query="?exercice=tous"),
    Secret("actions:payments", lambda world: "1234,56", MONEY, prepare=payment, query="?format=csv&exercice=tous"),
    Secret("actions:payment", lambda world: AMOUNT, MONEY, pk_of(payment)),
    Secret("actions:money", lambda world: AMOUNT, MONEY, concerned, prepare=payment),
]
