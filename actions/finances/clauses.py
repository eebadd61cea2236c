"""The clauses of an agreement: those usually written (domain reference §9), and the words that stand for its facts."""

from django.core.exceptions import ValidationError

from cite_educative.common.merge import braced, unknown_fields

NBSP = "\u00a0"

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

# What an agreement rests on, before its articles; the last ones bind private holders alone.
VISAS = (
    "la loi n° 2000-321 du 12 avril 2000 relative aux droits des citoyens dans leurs relations avec les administrations, "
    "notamment son article 9-1",
)
PRIVATE_VISAS = (
    "l’article 10 de cette loi et le décret n° 2001-495 du 6 juin 2001 sur la transparence financière des aides "
    "octroyées par les personnes publiques",
    "l’article 10-1 de cette loi et le décret n° 2021-1947 du 31 décembre 2021 approuvant le contrat d’engagement "
    "républicain",
)

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
        "Contrat d’engagement républicain",
        "S’il est une association ou une fondation, {porteur} a souscrit le contrat d’engagement républicain et le "
        "respecte{nb}: lois de la République, liberté de conscience, liberté des membres, égalité et non-discrimination, "
        "fraternité et prévention de la violence, dignité de la personne, symboles de la République. Il en informe ses "
        "membres et répond de ses dirigeants, de ses salariés et de ses bénévoles. S’il y manque, {financeur} retire la "
        "subvention par décision motivée, après l’avoir entendu, à proportion de la période qui reste à courir.",
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
    ("Annexes", "La fiche et le budget de chaque action, joints ci-après, font partie de la convention."),
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


def visas(actes, *, is_private, amended=""):
    """What the agreement rests on: the law, the acts that grant, the agreement that an amendment changes."""
    found = [*VISAS, *(PRIVATE_VISAS if is_private else ())]
    found += [f"l’acte du financeur{NBSP}: {acte}" for acte in actes]
    if amended:
        found.append(f"la convention {amended}")
    return [f"Vu {one}" for one in found]


def check_clauses(clauses):
    """Raises `ValidationError` when a clause is empty or names a field that does not exist."""
    faults = []
    for rank, clause in enumerate(clauses, start=1):
        if not (clause["title"].strip() and clause["text"].strip()):
            faults.append(f"L’article {rank} n’a pas de titre ou pas de texte{NBSP}: complétez-le, ou videz les deux.")
        faults += [
            f"L’article {rank} cite «{NBSP}{{{name}}}{NBSP}», que personne ne sait remplacer. Ceux qui existent"
            f"{NBSP}: {braced(MERGE_FIELDS)}."
            for name in unknown_fields(clause["text"], MERGE_FIELDS)
        ]
    if not clauses:
        faults.append("Une convention a au moins un article.")
    if faults:
        raise ValidationError(faults)
