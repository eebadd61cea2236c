from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, models
from django.db.models import Case, F, Max, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from cite_educative.common.money import (
    LIMIT,
    ZERO,
    MoneyError,
    MoneyField,
    MoneyFormField,
    euros,
    money,
    parse_euros,
    round_cents,
    total,
)

amounts = st.decimals(min_value=-LIMIT, max_value=LIMIT, places=2)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1 234,50", "1234.50"),
        ("1 234,50 €", "1234.50"),
        ("1\u00a0234,50\u00a0€", "1234.50"),
        ("1\u202f234,50\u202f€", "1234.50"),
        ("1\u2009234", "1234"),
        ("12,5 k€", "12500"),
        ("12,5 K€", "12500"),
        ("1,2 M€", "1200000"),
        ("1,5 million d’euros", "1500000"),
        ("24 000 euros", "24000"),
        ("24000EUR", "24000"),
        ("€ 12", "12"),
        ("1.234,50", "1234.50"),
        ("3.500,00", "3500"),
        ("1,234.50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("1’234’567", "1234567"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("12.345", "12345"),
        ("1234,500", "1234.50"),
        ("(1 234,50)", "-1234.50"),
        ("( 12 € )", "-12"),
        ("-1 234", "-1234"),
        ("1 234-", "-1234"),
        ("\u22121 234", "-1234"),
        ("- 12,5 k€", "-12500"),
        ("+12", "12"),
        ("24000.0", "24000"),
        ("1234.5000000001", "1234.50"),
        (",5", "0.50"),
        ("12,", "12"),
        ("1 234, 50", "1234.50"),
        (1234.5000000001, "1234.50"),
        (0.1 + 0.2, "0.30"),
        (1e5, "100000"),
        (12, "12"),
        (Decimal("12.5"), "12.50"),
        ("-0", "0"),
    ],
)
def test_an_amount_is_read_as_people_write_it(written, read):
    amount = parse_euros(written)

    assert amount == Decimal(read)
    assert amount.as_tuple().exponent == -2
    assert str(amount) != "-0.00"


@pytest.mark.parametrize(
    "written",
    [
        *("n.c.", "NC", "néant", "-", " - €", "", "  ", "€", "k€", ".", ",", "--5", "(-5)", "-5-"),
        *("1,234", "12,500", "1.234 k€", "1,234 M€"),
        *("12 34", "1 2345", "1.23.456", "1,2,3", "1.234 567", "12,5 12", "12 %", "#REF!", "1e5", "5 m€", "١٢"),
        *("0.125", "1,2345", "1234.567", 12.345, Decimal("0.001")),
        *("9" * 30, 10**12, Decimal("1e500"), "200 000 M€"),
        *("nan", float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity"), None, True),
    ],
)
def test_an_amount_that_cannot_be_read_is_refused_in_french(written):
    with pytest.raises(MoneyError) as refusal:
        parse_euros(written)

    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert str(written).strip()[:20] in sentence


def test_the_refusal_quotes_what_was_read_and_says_how_to_mend_it():
    with pytest.raises(MoneyError) as refusal:
        parse_euros("n.c.")

    assert str(refusal.value) == (
        "Montant illisible\u00a0: «\u00a0n.c.\u00a0». Écrivez par exemple 1\u00a0234,50 ou laissez la case vide."
    )


@given(amounts)
def test_what_is_written_reads_back(amount):
    assert parse_euros(euros(amount)) == amount
    assert parse_euros(str(amount)) == amount


@given(st.text())
def test_any_text_is_read_or_refused_but_never_breaks(text):
    amount, sentence = None, ""
    try:
        amount = parse_euros(text)
    except MoneyError as refusal:
        sentence = str(refusal)

    assert sentence.endswith(".") if amount is None else amount.is_finite()


def test_amounts_are_written_in_french():
    assert euros(Decimal("12345.5")) == "12\u00a0345,50\u00a0€"
    assert euros(Decimal("12345.5"), cents=False) == "12\u00a0346\u00a0€"
    assert euros(Decimal("-0.5")) == "−0,50\u00a0€"
    assert euros(0) == "0,00\u00a0€"
    assert euros(None) == "–"


def test_a_total_of_nothing_known_is_unknown():
    assert total([None, Decimal("1.10"), Decimal("2.20")]) == Decimal("3.30")
    assert total([None, None]) is None
    assert total([]) is None


def test_a_share_is_rounded_to_the_cent_halves_up():
    assert round_cents(Decimal("0.125")) == Decimal("0.13")


# --- The form field -------------------------------------------------------------------------------


class AmountForm(forms.Form):
    amount = MoneyFormField(label="Montant", required=False)


def test_a_form_keeps_what_was_typed_and_explains():
    form = AmountForm({"amount": "n.c."})

    assert not form.is_valid()
    assert "n.c." in form.errors["amount"][0]
    assert 'value="n.c."' in str(form["amount"])


def test_a_form_shows_an_amount_as_it_would_be_typed():
    html = str(AmountForm(initial={"amount": Decimal("1234.5")})["amount"])

    assert 'value="1\u00a0234,50"' in html
    assert 'inputmode="decimal"' in html


def test_a_form_refuses_a_negative_amount_and_takes_an_empty_one():
    assert AmountForm({"amount": "-5"}).errors["amount"] == ["Le montant ne peut pas être négatif."]
    empty = AmountForm({"amount": " "})
    assert empty.is_valid()
    assert empty.cleaned_data["amount"] is None


def test_the_same_amount_written_otherwise_is_no_change():
    form = AmountForm({"amount": "1234,5"}, initial={"amount": Decimal("1234.50")})

    assert not form.has_changed()


# --- The model field ------------------------------------------------------------------------------


@pytest.fixture
def ledger(make_table):
    with isolate_apps("cite_educative.common"):

        class Line(models.Model):
            label = models.CharField(max_length=20)
            requested = MoneyField("demandé")
            granted = MoneyField("accordé", null=True, blank=True)

            class Meta:
                app_label = "common"
                constraints = [
                    models.CheckConstraint(
                        name="line_amount_positive",
                        condition=models.Q(requested__gte=0),
                        violation_error_message="Le montant demandé ne peut pas être négatif.",
                    )
                ]

            def __str__(self):
                return str(self.label)

    return make_table(Line)


def test_a_field_stores_cents_and_gives_euros(ledger):
    ledger.objects.create(label="a", requested=Decimal("1234.56"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT requested FROM common_line")
        assert cursor.fetchone() == (123456,)
    line = ledger.objects.get()
    assert line.requested == Decimal("1234.56")
    assert line.granted is None


def test_sums_are_exact(ledger):
    ledger.objects.bulk_create(ledger(label="a", requested=Decimal("0.10")) for _ in range(1000))

    assert ledger.objects.aggregate(sum=Sum("requested"))["sum"] == Decimal("100.00")
    assert ledger.objects.aggregate(sum=Sum("granted"))["sum"] is None
    assert ledger.objects.aggregate(sum=Coalesce(Sum("granted"), money(ZERO)))["sum"] == ZERO
    assert ledger.objects.aggregate(max=Max("requested"))["max"] == Decimal("0.10")


def test_expressions_stay_in_euros(ledger):
    ledger.objects.create(label="a", requested=Decimal("10.50"), granted=Decimal("4.25"))
    rows = ledger.objects.annotate(
        gap=F("requested") - F("granted"),
        twice=F("requested") * 2,
        more=F("requested") + money(Decimal("0.50")),
        known=Case(When(granted__gt=Decimal("4.24"), then=F("granted")), default=money(ZERO)),
        constant=Value(Decimal("7.00"), output_field=MoneyField()),
    )

    row = rows.values("gap", "twice", "more", "known", "constant").get()

    assert row == {
        "gap": Decimal("6.25"),
        "twice": Decimal("21.00"),
        "more": Decimal("11.00"),
        "known": Decimal("4.25"),
        "constant": Decimal("7.00"),
    }
    assert rows.aggregate(sum=Sum("gap"))["sum"] == Decimal("6.25")
    assert rows.filter(gap__gt=Decimal("6.24"), gap__lt=Decimal("6.26")).count() == 1


def test_the_heavier_expressions_stay_in_euros(ledger):
    ledger.objects.create(label="a", requested=Decimal("10.50"), granted=Decimal("4.25"))
    ledger.objects.create(label="a", requested=Decimal("1.00"))
    ledger.objects.create(label="b", requested=Decimal("0.01"))
    of_same_label = ledger.objects.filter(label=OuterRef("label")).order_by().values("label")

    row = (
        ledger.objects.annotate(
            best=Greatest("requested", money(Decimal("5.00"))),
            known=Coalesce("granted", "requested"),
            peers=Subquery(of_same_label.annotate(sum=Sum("requested")).values("sum")),
            opposite=-F("requested"),
        )
        .order_by("requested")
        .filter(label="a")
        .values("best", "known", "peers", "opposite")[0]
    )

    assert row == {
        "best": Decimal("5.00"),
        "known": Decimal("1.00"),
        "peers": Decimal("11.50"),
        "opposite": Decimal("-1.00"),
    }
    grouped = ledger.objects.values("label").annotate(sum=Sum("requested", filter=Q(requested__gt=2)))
    assert list(grouped.order_by("label")) == [{"label": "a", "sum": Decimal("10.50")}, {"label": "b", "sum": None}]


def test_an_amount_without_unit_is_refused_rather_than_taken_for_cents(ledger):
    with pytest.raises(FieldError):
        ledger.objects.aggregate(sum=Coalesce(Sum("requested"), Decimal("0")))
    with pytest.raises(FieldError):
        list(ledger.objects.annotate(more=F("requested") + Decimal("5")))


def test_rows_updated_in_bulk_keep_their_amounts(ledger):
    lines = [ledger.objects.create(label="a", requested=Decimal(number)) for number in (1, 2)]
    for line in lines:
        line.granted = line.requested + Decimal("0.25")

    ledger.objects.bulk_update(lines, ["granted"])

    assert list(ledger.objects.order_by("pk").values_list("granted", flat=True)) == [Decimal("1.25"), Decimal("2.25")]


def test_lookups_and_updates_speak_euros(ledger):
    ledger.objects.create(label="a", requested=Decimal("10.50"), granted=Decimal("4.25"))

    assert ledger.objects.filter(requested=Decimal("10.50")).exists()
    assert ledger.objects.filter(requested__in=[Decimal("10.5"), 3]).exists()
    assert ledger.objects.filter(requested__range=(10, 11)).exists()
    assert not ledger.objects.filter(requested__gte=11).exists()
    ledger.objects.update(granted=F("requested") + F("granted"))
    assert ledger.objects.get().granted == Decimal("14.75")


def test_a_float_and_a_fraction_of_a_cent_are_never_stored(ledger):
    with pytest.raises(TypeError):
        ledger.objects.create(label="a", requested=0.1)
    with pytest.raises(MoneyError):
        ledger.objects.create(label="a", requested=Decimal("0.001"))


def test_a_constraint_speaks_french_in_validation(ledger):
    with pytest.raises(ValidationError) as refusal:
        ledger(label="a", requested=Decimal("-1")).full_clean()

    assert "Le montant demandé ne peut pas être négatif." in refusal.value.messages


def test_a_model_form_reads_french(ledger):
    form_class = forms.modelform_factory(ledger, fields=["label", "requested", "granted"])

    form = form_class({"label": "a", "requested": "1 234,50 €", "granted": ""})

    assert form.is_valid(), form.errors
    assert form.save().requested == Decimal("1234.50")
