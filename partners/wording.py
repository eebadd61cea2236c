"""Words that agree with the person they are printed beside."""

from partners.enums import Civility, Role

# role → (masculine, feminine); the others have one form.
AGREED = {
    Role.LEAD: ("chef de projet", "cheffe de projet"),
    Role.FINANCE: ("responsable financier", "responsable financière"),
    Role.REFERENT: ("référent de commune", "référente de commune"),
    Role.INSTITUTION: ("référent d’institution", "référente d’institution"),
    Role.HOLDER: ("porteur", "porteuse"),
    Role.EVALUATOR: ("évaluateur", "évaluatrice"),
    Role.READER: ("lecteur", "lectrice"),
}


def role_label(role, civility=""):
    """The name of a role beside one person; without a civility, that of the heading ("chef ou cheffe de projet")."""
    if civility not in Civility or role not in AGREED:
        return Role(role).label
    masculine, feminine = AGREED[Role(role)]
    return feminine if civility == Civility.MADAME else masculine


def agreed(word, civility):
    """A participle or adjective that takes an -e: "présent", "présente"."""
    return f"{word}e" if civility == Civility.MADAME else word
