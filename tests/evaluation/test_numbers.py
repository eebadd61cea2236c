from decimal import Decimal

import pytest

from evaluation.enums import Unit
from evaluation.numbers import FigureError, figure_text, percent_of, read_figure, says_unknown


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1 234,5", Unit.NUMBER, "1234.5"),
        ("1\u00a0234", Unit.PERSONS, "1234"),
        ("1\u202f234,25", Unit.EUROS, "1234.25"),
        ("12,5 %", Unit.PERCENT, "12.5"),
        ("12,5\u00a0%", Unit.PERCENT, "12.5"),
        ("98.4", Unit.POINTS, "98.4"),
        ("0", Unit.PERSONS, "0"),
    ],
)
def test_figures_are_read_as_the_french_write_them(text, unit, value):
    assert read_figure(text, unit) == Decimal(value)


def test_a_blank_is_nothing():
    assert read_figure("  ", Unit.PERSONS) is None


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("beaucoup", Unit.PERSONS, "n’est pas un nombre"),
        ("12 k€", Unit.PERSONS, "n’est pas un nombre"),
        ("-3", Unit.NUMBER, "négatif"),
        ("130 %", Unit.PERCENT, "dépasse 100"),
        ("12,5", Unit.PERSONS, "nombres entiers"),
        ("1,23456", Unit.POINTS, "trop précis"),
        ("999999999999999", Unit.NUMBER, "démesuré"),
    ],
)
def test_a_wrong_figure_is_told(text, unit, words):
    with pytest.raises(FigureError, match=words):
        read_figure(text, unit)


@pytest.mark.parametrize("text", ["N/A", "n.c.", "NC", "non connu", "?", "–", "Non renseigné"])
def test_words_say_that_a_figure_is_not_known(text):
    assert says_unknown(text)


@pytest.mark.parametrize("text", ["0", "", "12", "nombre"])
def test_other_words_do_not(text):
    assert not says_unknown(text)


def test_a_share_is_its_numerator_over_its_denominator():
    assert percent_of(Decimal(1), Decimal(3)) == Decimal("33.3333")
    with pytest.raises(FigureError, match="dépasse le dénominateur"):
        percent_of(Decimal(4), Decimal(3))
    with pytest.raises(FigureError, match="divise pas par zéro"):
        percent_of(Decimal(0), Decimal(0))


def test_figures_are_printed_with_their_unit():
    assert figure_text(None, Unit.PERSONS) == "non connu"
    assert figure_text(Decimal("1234.5000"), Unit.NUMBER) == "1\u00a0234,5"
    assert figure_text(Decimal("33.3333"), Unit.PERCENT) == "33,3\u00a0%"
    assert figure_text(Decimal("1"), Unit.DAYS) == "1\u00a0jour"
    assert figure_text(Decimal("100.0000"), Unit.POINTS) == "100"
