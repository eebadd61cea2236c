import re

from django.core.exceptions import ValidationError

LA_POSTE = "356000000"
UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"  # no I, O or Q
INSEE_CODE = re.compile(r"(?:\d{2}|2[AB])\d{3}")
# Département on three signs, number, then a letter since the geography of 2024: QP059001, QN05901M.
NEIGHBOURHOOD_CODES = {2015: re.compile(r"QP(?:\d{3}|02[AB])\d{3}"), 2024: re.compile(r"QN(?:\d{3}|02[AB])\d{2}[A-Z]")}


def is_siret(value):
    """Fourteen digits with a Luhn check, zeros alone being nobody's.

    La Poste's establishments follow their own rule (sum of digits, modulo 5).
    """
    if len(value) != 14 or not value.isascii() or not value.isdigit() or not int(value):
        return False
    if value.startswith(LA_POSTE) and sum(map(int, value)) % 5 == 0:
        return True
    doubled = (int(digit) * (2 if index % 2 == 0 else 1) for index, digit in enumerate(value))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def validate_siret(value):
    if not is_siret(value):
        raise ValidationError("Ce SIRET n’est pas valable : il compte quatorze chiffres, vérifiez-les.")


def is_uai(value):
    """Seven digits and the letter that they give: their number modulo 23."""
    if len(value) != 8 or not value.isascii() or not value[:7].isdigit():
        return False
    return UAI_LETTERS[int(value[:7]) % 23] == value[7]


def validate_uai(value):
    if not is_uai(value):
        raise ValidationError(
            "Cet UAI n’est pas valable\u00a0: il compte sept chiffres et une lettre de contrôle, vérifiez-les."
        )


def validate_insee_code(value):
    if not INSEE_CODE.fullmatch(value):
        raise ValidationError("Un code INSEE compte cinq signes, par exemple 59183 (et non le code postal).")


def generation_of(code):
    """The geography that a QPV code belongs to, 2015 or 2024; None when it is no such code."""
    return next((year for year, pattern in NEIGHBOURHOOD_CODES.items() if pattern.fullmatch(code)), None)
