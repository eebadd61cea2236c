from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cite_educative.common.words import euros_in_words, number_in_words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zéro"),
        (16, "seize"),
        (21, "vingt et un"),
        (22, "vingt-deux"),
        (60, "soixante"),
        (71, "soixante et onze"),
        (75, "soixante-quinze"),
        (80, "quatre-vingts"),
        (81, "quatre-vingt-un"),
        (90, "quatre-vingt-dix"),
        (91, "quatre-vingt-onze"),
        (99, "quatre-vingt-dix-neuf"),
        (100, "cent"),
        (101, "cent un"),
        (200, "deux cents"),
        (280, "deux cent quatre-vingts"),
        (1000, "mille"),
        (1999, "mille neuf cent quatre-vingt-dix-neuf"),
        (80_000, "quatre-vingt mille"),
        (200_000, "deux cent mille"),
        (200_200, "deux cent mille deux cents"),
        (1_000_000, "un million"),
        (80_000_000, "quatre-vingts millions"),
        (2_000_080, "deux millions quatre-vingts"),
        (1_000_000_001, "un milliard un"),
    ],
)
def test_numbers_as_a_secretary_writes_them(number, words):
    assert number_in_words(number) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "zéro euro"),
        ("1", "un euro"),
        ("2", "deux euros"),
        ("0.01", "un centime"),
        ("1.01", "un euro et un centime"),
        ("12500.50", "douze mille cinq cents euros et cinquante centimes"),
        ("23000", "vingt-trois mille euros"),
        ("1000000", "un million d’euros"),
        ("1000000.20", "un million d’euros et vingt centimes"),
        ("1200000", "un million deux cent mille euros"),
    ],
)
def test_euros(amount, words):
    assert euros_in_words(Decimal(amount)) == words


def test_a_negative_amount_has_no_words():
    with pytest.raises(ValueError, match="amount of money"):
        euros_in_words(Decimal("-1"))


@given(st.integers(0, 999_999_999))
def test_two_numbers_never_have_the_same_words(number):
    assert number_in_words(number) != number_in_words(number + 1)
    assert "  " not in number_in_words(number)
