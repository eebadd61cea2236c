"""What a grant file usually holds: the joined documents of CERFA 12156, as domain reference §8 lists them."""


def _piece(label, help_text, **fields):
    return {"label": label, "help_text": help_text, **fields}


def _of_association(label, help_text):
    return _piece(label, help_text, associations_only=True)


USUAL_PIECES = (
    _of_association("Statuts", "Déclarés et à jour."),
    _of_association("Liste des dirigeants", "Bureau et conseil d’administration en fonction."),
    _piece("RIB", "Au nom exact de la structure, à l’adresse de son numéro SIRET."),
    _of_association("Comptes approuvés du dernier exercice", "Bilan, compte de résultat et annexe."),
    _of_association("Rapport d’activité", "Le dernier approuvé en assemblée générale."),
    _piece("Budget prévisionnel de l’action", "Charges et produits équilibrés, avec chaque financeur sollicité."),
    _of_association(
        "Contrat d’engagement républicain", "L’attestation signée du représentant légal ou de la représentante légale."
    ),
    _piece(
        "Pouvoir de signature",
        "Si la personne qui signe n’est pas la représentante légale de la structure.",
        is_required=False,
    ),
)
