from django.core.exceptions import ValidationError

LA_POSTE = "356000000"


def is_siret(value):
    """Fourteen digits with a Luhn check; La Poste's establishments follow their own rule (sum of digits, modulo 5)."""
    if len(value) != 14 or not value.isascii() or not value.isdigit():
        return False
    if value.startswith(LA_POSTE) and sum(map(int, value)) % 5 == 0:
        return True
    doubled = (int(digit) * (2 if index % 2 == 0 else 1) for index, digit in enumerate(value))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def validate_siret(value):
    if not is_siret(value):
        raise ValidationError("Ce SIRET n’est pas valable : il compte quatorze chiffres, vérifiez-les.")
