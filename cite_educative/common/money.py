"""Amounts: integer cents in the database, `Decimal` euros in Python, French writing on screen.

In a query, a constant amount is written `money(Decimal("12.50"))`: a bare `Value(Decimal("12.50"))`
has no unit and would be compared with cents.
"""

import math
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable, register_combinable_fields

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
LIMIT = Decimal(10) ** 11
DUST = Decimal("0.000001")  # what binary floats leave behind in spreadsheets
NBSP = "\u00a0"
DASH = "–"

MULTIPLIERS = {"": 1, "k": 1_000, "K": 1_000, "M": 1_000_000, "million": 1_000_000, "millions": 1_000_000}
UNIT = re.compile(r"(?P<multiplier>k|K|M|millions?)? ?(?:d')?(?:€|eur(?:os?)?|EUR(?:OS?)?|Euros?)?$")
GROUPED = {
    separator: re.compile(rf"[0-9]{{1,3}}(?:{re.escape(separator)}[0-9]{{3}})+") for separator in (" ", "'", ".", ",")
}
PLAIN = re.compile(r"[0-9]*")


class MoneyError(ValueError):
    """An amount that cannot be read; the message is a French sentence fit for the user."""


def round_cents(value):
    """Round a computed amount (a share, a ratio) to the cent, halves away from zero."""
    return value.quantize(CENT, ROUND_HALF_UP)


def total(amounts):
    """Sum the known amounts; None when none is known, because unknown is not zero."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, ZERO) if known else None


def euros(value, cents=True):
    """Write an amount as `12 345,50 €`, with no-break spaces; an unknown one is a dash.

    Without `cents` the amount is rounded to the euro.
    """
    if value is None:
        return DASH
    amount = Decimal(value).quantize(CENT if cents else Decimal(1), ROUND_HALF_UP)
    sign = "−" if amount < 0 else ""
    written = f"{abs(amount):,}".replace(",", NBSP).replace(".", ",")
    return f"{sign}{written}{NBSP}€"


def short_euros(value):
    """No cents when there are none: a list is read by columns."""
    return euros(value, cents=value is not None and value != value.to_integral_value())


# --- Reading --------------------------------------------------------------------------------------


def parse_euros(value):
    """Read an amount as people and spreadsheets write it, and return `Decimal` euros to the cent.

    A dot before exactly three digits groups thousands (`12.345` is twelve thousand); a comma there could
    mean either and is refused, as is a dot when the amount is in thousands or millions. Signs may be
    leading, trailing or accounting parentheses. Raises `MoneyError`.
    """
    if isinstance(value, bool) or value is None:
        raise MoneyError(_sentence("Montant illisible", value))
    if isinstance(value, float):
        if not math.isfinite(value):
            raise MoneyError(_sentence("Montant illisible", value))
        amount = Decimal(repr(value))
    elif isinstance(value, (int, Decimal)):
        amount = Decimal(value)
    else:
        amount = _read_text(str(value))
    return _checked(amount, value)


def _checked(amount, written):
    if not amount.is_finite():
        raise MoneyError(_sentence("Montant illisible", written))
    if abs(amount) > LIMIT:
        raise MoneyError(_sentence("Montant trop grand", written, "Vérifiez le nombre de chiffres."))
    rounded = round_cents(amount)
    if abs(rounded - amount) >= DUST:
        raise MoneyError(_sentence("Montant trop précis", written, "Indiquez deux décimales au plus."))
    return rounded + ZERO  # adding zero drops the sign of “-0”


def _sentence(fault, written, remedy=f"Écrivez par exemple 1{NBSP}234,50 ou laissez la case vide."):
    read = str(written).strip()
    read = f"{read[:40]}…" if len(read) > 40 else read
    return f"{fault}{NBSP}: «{NBSP}{read}{NBSP}». {remedy}"


def _read_text(written):
    text = "".join(" " if character.isspace() else character for character in written[:200])
    for odd, usual in (("−", "-"), ("–", "-"), ("’", "'"), ("\ufeff", ""), ("\u200b", "")):
        text = text.replace(odd, usual)
    text = re.sub(" +", " ", text).strip()
    if not text:
        raise MoneyError("Le montant est vide.")
    text, negative = _split_sign(text.removeprefix("€").strip())
    unit = UNIT.search(text)
    multiplier = MULTIPLIERS[unit["multiplier"] or ""]
    body, late_sign = (text[: unit.start()].strip(), False)
    if not negative:
        body, late_sign = _split_sign(body)
    digits = _plain_number(re.sub(" ?([.,]) ?", r"\1", body), written, scaled=multiplier > 1)
    try:
        amount = Decimal(digits) * multiplier
    except InvalidOperation:
        raise MoneyError(_sentence("Montant illisible", written)) from None
    return -amount if negative or late_sign else amount


def _split_sign(text):
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True
    if text.startswith("-"):
        return text[1:].strip(), True
    if text.endswith("-") and text != "-":
        return text[:-1].strip(), True
    return text.removeprefix("+").strip(), False


def _plain_number(body, written, *, scaled):
    """Return digits with at most one dot, or raise; `scaled` says that a unit of thousands follows."""
    whole, point, decimals = _split_decimals(body, written, scaled=scaled)
    if not PLAIN.fullmatch(whole):
        grouped = [separator for separator in GROUPED if separator in whole]
        if len(grouped) != 1 or not GROUPED[grouped[0]].fullmatch(whole):
            raise MoneyError(_sentence("Montant illisible", written))
        whole = whole.replace(grouped[0], "")
    if not re.fullmatch("[0-9]*", decimals) or not (whole or decimals):
        raise MoneyError(_sentence("Montant illisible", written))
    return f"{whole or '0'}{'.' if point else ''}{decimals}"


def _split_decimals(body, written, *, scaled):
    dots, commas = body.count("."), body.count(",")
    if dots and commas:
        return body.rpartition("." if body.rfind(".") > body.rfind(",") else ",")
    mark = "." if dots else ","
    if dots + commas != 1:
        return body, "", ""
    whole, _, decimals = body.partition(mark)
    could_group = len(decimals) == 3 and re.fullmatch("[1-9][0-9]{0,2}", whole)
    if not could_group:
        return whole, mark, decimals
    if mark == "," or scaled:
        remedy = f"Le signe «{NBSP}{mark}{NBSP}» y sépare-t-il les milliers{NBSP}? Écrivez 1{NBSP}234 ou 1,23."
        raise MoneyError(_sentence("Montant ambigu", written, remedy))
    return body, "", ""


# --- Fields ---------------------------------------------------------------------------------------


class MoneyFormField(forms.Field):
    """Accepts every writing of `parse_euros`; refuses negative amounts unless `min_value` is None."""

    widget = forms.TextInput

    def __init__(self, *, min_value=ZERO, max_value=None, **kwargs):
        self.min_value, self.max_value = min_value, max_value
        super().__init__(**kwargs)

    def widget_attrs(self, widget):
        return {"inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value):
        return euros(value).removesuffix(f"{NBSP}€") if isinstance(value, Decimal) else value

    def to_python(self, value):
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return parse_euros(value)
        except MoneyError as error:
            raise ValidationError(str(error), code="invalid") from error

    def validate(self, value):
        super().validate(value)
        if value is None:
            return
        if self.min_value is not None and value < self.min_value:
            fault = (
                "Le montant ne peut pas être négatif."
                if self.min_value == 0
                else f"Le montant doit être d’au moins {euros(self.min_value)}."
            )
            raise ValidationError(fault, code="min_value")
        if self.max_value is not None and value > self.max_value:
            raise ValidationError(f"Le montant ne peut pas dépasser {euros(self.max_value)}.", code="max_value")


class MoneyField(models.Field):
    """`Decimal` euros stored as a big integer of cents; sums and comparisons are exact on every engine.

    Not a subclass of `BigIntegerField`: Django would then type `F("a") - F("b")` as a plain integer and
    hand out cents. Writing a float raises `TypeError`, a fraction of a cent `MoneyError`. `Avg` cuts to the
    cent below: divide in Python instead.
    """

    description = "montant en euros"

    def get_internal_type(self):
        return "BigIntegerField"

    def from_db_value(self, value, expression, connection):
        return None if value is None else Decimal(int(value)).scaleb(-2)

    def to_python(self, value):
        if value is None or value == "":
            return None
        try:
            return parse_euros(value)
        except MoneyError as error:
            raise ValidationError(str(error), code="invalid") from error

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        if value is None:
            return None
        if isinstance(value, float):
            raise TypeError(f"{self.name or 'MoneyField'} takes a Decimal, not a float.")
        return int(parse_euros(value).scaleb(2))

    def get_db_prep_value(self, value, connection, prepared=False):
        value = super().get_db_prep_value(value, connection, prepared)
        return connection.ops.adapt_integerfield_value(value, self.get_internal_type())

    def value_to_string(self, instance):
        amount = self.value_from_object(instance)
        return "" if amount is None else str(amount)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": MoneyFormField, **kwargs})


for _connector in (Combinable.ADD, Combinable.SUB):
    register_combinable_fields(MoneyField, _connector, MoneyField, MoneyField)
register_combinable_fields(MoneyField, Combinable.MUL, models.IntegerField, MoneyField)
register_combinable_fields(models.IntegerField, Combinable.MUL, MoneyField, MoneyField)


def money(amount):
    """A constant amount for use inside a query: `Coalesce(Sum("granted"), money(0))`."""
    return models.Value(amount, output_field=MoneyField())
