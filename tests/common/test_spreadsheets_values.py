from datetime import date, datetime
from decimal import Decimal

import pytest

from cite_educative.common.spreadsheets import (
    CellError,
    read_amount,
    read_date,
    read_period,
    read_school_year,
    read_siren,
    read_siret,
    read_text,
    read_year,
)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        (None, None),
        ("  ", None),
        ("-", None),
        ("– ", None),
        (2000, "2000.00"),
        (1234.0999999999999, "1234.10"),
        (3333.3333333, "3333.33"),
        ("24000.0", "24000.00"),
        ("1 234,50 €", "1234.50"),
        ("1\u202f234,50", "1234.50"),
        ("12,5 k€", "12500.00"),
        ("3.500,00", "3500.00"),
        ("1,200.50", "1200.50"),
        ("0", "0.00"),
    ],
)
def test_amounts(cell, amount):
    assert read_amount(cell) == (None if amount is None else Decimal(amount))


def test_amounts_in_thousands_are_not_multiplied_twice():
    assert read_amount("12,5", 1000) == read_amount("12,5 k€", 1000) == Decimal("12500.00")


@pytest.mark.parametrize(
    "cell", ["n.c.", "NC", "à définir", "12 000 ou 15 000", True, date(2025, 1, 1), 1e15, "#REF!"]
)
def test_amounts_that_cannot_be_read_get_a_sentence(cell):
    with pytest.raises(CellError) as caught:
        read_amount(cell)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "cell",
    [
        "224 900 019 000 15'",
        22490001900015,
        2.2490001900015e13,
        "22490001900015.0",
        "224.900.019.00015",
        " 224 900 019\u00a000015",
    ],
)
def test_dirty_siret(cell):
    assert read_siret(cell) == "22490001900015"


def test_siret_of_la_poste_lost_zeros_and_faults():
    assert read_siret("35600000049837") == "35600000049837"
    assert read_siret(5720800000315) == "05720800000315"
    assert read_siret("") is None
    for cell in ("12345678901234", "123", "abc", "8,22127E+13"):
        with pytest.raises(CellError):
            read_siret(cell)
    assert read_siren("783 603 749") == "783603749"


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        (datetime.fromisoformat("2025-03-01T12:00"), date(2025, 3, 1)),
        (date(2025, 3, 1), date(2025, 3, 1)),
        ("01/03/2025", date(2025, 3, 1)),
        ("1-3-25", date(2025, 3, 1)),
        ("2025-03-01T00:00:00", date(2025, 3, 1)),
        ("1er mars 2025", date(2025, 3, 1)),
        (45717, date(2025, 3, 1)),
        ("", None),
    ],
)
def test_dates(cell, moment):
    assert read_date(cell) == moment


@pytest.mark.parametrize("cell", ["31/02/2025", "bientôt", 12, "01/01/2025 - 02/02/2025"])
def test_dates_that_cannot_be_read(cell):
    with pytest.raises(CellError):
        read_date(cell)


def test_years():
    assert read_year("Exercice 2014") == read_year(2014) == read_year(2014.0) == read_year(date(2014, 5, 1)) == 2014
    assert (
        read_school_year("Année scolaire 2024-2025")
        == read_school_year("24/25")
        == read_school_year("2024/25")
        == 2024
    )
    for cell in ("20214", "2024-2025", "14", "deux mille", 3025):
        with pytest.raises(CellError):
            read_year(cell)
    for cell in ("2024", "2024-2026"):
        with pytest.raises(CellError):
            read_school_year(cell)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("JANVIER A JUIN 2014", "2014-01-01", "2014-06-30"),
        ("01/01/2014->01/07/2014", "2014-01-01", "2014-07-01"),
        ("Du 13 au 17 Octobre 2014", "2014-10-13", "2014-10-17"),
        ("du 1 janvier 2014 au 31 decembre 2014", "2014-01-01", "2014-12-31"),
        ("2017-10-06/2018-06-30", "2017-10-06", "2018-06-30"),
        ("2018-11-20/fin de l'action", "2018-11-20", None),
        ("NC/2019-06-30", None, "2019-06-30"),
        ("jusqu’au 30/06/2025", None, "2025-06-30"),
        ("année scolaire 2024-2025", "2024-09-01", "2025-08-31"),
        ("ANNEE SCOLAIRE 2013/2014", "2013-09-01", "2014-08-31"),
        ("septembre 2024 à juin 2025", "2024-09-01", "2025-06-30"),
        ("septembre à juin 2025", "2024-09-01", "2025-06-30"),
        ("JUILLET2014", "2014-07-01", "2014-07-31"),
        ("mars 2014", "2014-03-01", "2014-03-31"),
        ("ANNEE 2014", "2014-01-01", "2014-12-31"),
        ("2014", "2014-01-01", "2014-12-31"),
        ("2e semestre 2025", "2025-07-01", "2025-12-31"),
        ("Rentrée 2025", "2025-09-01", None),
        ("28/05/2014", "2014-05-28", None),
        ("1 ERE SEMAINE AVRIL OU MAI 2014", None, None),
        ("30/06/2025 au 01/01/2025", None, None),
        ("tous les mercredis", None, None),
        ("", None, None),
    ],
)
def test_periods_keep_their_text(text, start, end):
    period = read_period(text)
    assert (str(period.start) if period.start else None, str(period.end) if period.end else None) == (start, end)
    assert period.text == text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("  A \u00a0 B\n C ", "A B C"),
        ("CÅ’UR", "CŒUR"),
        ("CÃƒâ€¦Ã¢â‚¬â„¢UR", "CŒUR"),
        ("Ã‰cole Ã©tÃ©", "École été"),
        ("lâ€™Ã©cole", "l’école"),
        ("ÂGE Âme Ôter À Århus", "ÂGE Âme Ôter À Århus"),
        ("São Paulo, Ãm", "São Paulo, Ãm"),
        (2037, "2037"),
        (2037.0, "2037"),
        (None, ""),
    ],
)
def test_texts(written, read):
    assert read_text(written) == read
