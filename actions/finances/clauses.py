"""The clauses of an agreement: those usually written (domain reference §9), and the words that stand for its facts."""

import re

from django.core.exceptions import ValidationError

NBSP = "\u00a0"
FIELD = re.compile(r"\{([^{}]*)\}")

# What may stand between braces, and what it becomes.
MERGE_FIELDS = {
    "porteur": "le nom du porteur",
    "siret": "son SIRET",
    "financeur": "le nom du financeur",
    "exercice": "l’exercice",
    "objet": "l’objet de la convention",
    "actions": "les actions, une par une, avec leur montant",
    "montant": "le montant en chiffres",
    "montant_en_lettres": "le montant en lettres",
    "actes": "les actes qui accordent, avec leur date",
    "versements": "les versements et leurs dates",
    "debut": "le premier jour",
    "fin": "le dernier jour",
    "date_bilan": "le jour où le compte rendu financier est dû",
    "convention": "la convention modifiée (avenants)",
}

USUAL = (
    (
        "Objet",
        "{financeur} apporte son concours à {porteur} pour l’exercice {exercice}. Objet{nb}: {objet}.\n{actions}",
    ),
    ("Durée", "La présente convention prend effet le {debut} et s’achève le {fin}."),
    (
        "Montant",
        "Au vu de{nb}: {actes}, {financeur} accorde à {porteur} une subvention de {montant} ({montant_en_lettres}) "
        "pour l’exercice {exercice}.",
    ),
    ("Modalités de versement", "La subvention est versée comme suit.\n{versements}"),
    (
        "Conditions d’utilisation",
        "{porteur} emploie la subvention aux seules actions décrites à l’article 1 et n’en reverse aucune part à un "
        "autre organisme sans accord écrit. Il fait connaître sans délai tout retard, tout abandon et tout changement "
        "important de ses actions, de ses statuts ou de ses responsables.",
    ),
    (
        "Contrôle",
        "{porteur} tient une comptabilité conforme à ses obligations et permet à tout moment à {financeur} de vérifier, "
        "sur pièces et sur place, l’emploi de la subvention.",
    ),
    (
        "Évaluation",
        "{porteur} renseigne les indicateurs prévus dans la fiche de chaque action et participe à l’évaluation de la "
        "Cité éducative.",
    ),
    (
        "Communication",
        "{porteur} mentionne le soutien de {financeur} et de la Cité éducative dans ses publications et auprès des "
        "familles. Aucune photographie de mineur n’est diffusée sans autorisation écrite.",
    ),
    (
        "Compte rendu financier",
        "{porteur} remet au plus tard le {date_bilan} le compte rendu financier de l’emploi de la subvention, dans la "
        "forme du CERFA 15059, avec un compte rendu de l’action.",
    ),
    (
        "Reversement",
        "La part de la subvention qui n’a pas été employée, ou qui l’a été autrement que prévu, est reversée à "
        "{financeur} dans les deux mois qui suivent sa demande écrite.",
    ),
    (
        "Résiliation",
        "Chaque partie peut résilier la convention si l’autre manque à ses obligations, un mois après une mise en "
        "demeure restée sans effet.",
    ),
    (
        "Litiges",
        "Les parties cherchent d’abord un règlement amiable. À défaut, le tribunal administratif compétent est saisi.",
    ),
    ("Annexes", "La fiche et le budget de chaque action font partie de la convention."),
)
AMENDING = (
    ("Objet", "Le présent avenant modifie la convention {convention} entre {financeur} et {porteur}.\n{actions}"),
    (
        "Montant",
        "Le montant de la subvention est désormais de {montant} ({montant_en_lettres}), au vu de{nb}: {actes}.",
    ),
    ("Durée", "La convention s’achève désormais le {fin}."),
    ("Autres articles", "Les autres articles de la convention restent inchangés."),
)


def usual_clauses(*, amending=False):
    return [{"title": title, "text": text.replace("{nb}", NBSP)} for title, text in (AMENDING if amending else USUAL)]


def check_clauses(clauses):
    """Raises `ValidationError` when a clause is empty or names a field that does not exist."""
    faults = []
    for rank, clause in enumerate(clauses, start=1):
        if not (clause["title"].strip() and clause["text"].strip()):
            faults.append(f"L’article {rank} n’a pas de titre ou pas de texte{NBSP}: complétez-le, ou videz les deux.")
        for name in FIELD.findall(clause["text"]):
            if name not in MERGE_FIELDS:
                known = ", ".join(f"{{{field}}}" for field in MERGE_FIELDS)
                faults.append(
                    f"L’article {rank} cite «{NBSP}{{{name}}}{NBSP}», que personne ne sait remplacer. Ceux qui existent"
                    f"{NBSP}: {known}."
                )
    if not clauses:
        faults.append("Une convention a au moins un article.")
    if faults:
        raise ValidationError(faults)


def merged(text, words):
    """`text` with every field replaced; `words` has them all."""
    return FIELD.sub(lambda found: words[found.group(1)], text)
