"""The five criteria on which collective appraisals usually compare requests (domain reference §8, block 16)."""

USUAL_CRITERIA = (
    {
        "label": "Profil et capacité de l’opérateur",
        "help_text": "Expérience, équipe, équilibre financier, bilans des années passées.",
    },
    {
        "label": "Présence et implication dans les quartiers",
        "help_text": "Ancrage dans les quartiers prioritaires, liens avec leurs habitants et leurs écoles.",
    },
    {
        "label": "Faisabilité dans le calendrier",
        "help_text": "Étapes, moyens et partenaires prêts pour les dates annoncées.",
    },
    {
        "label": "Publics cibles et capacité à les mobiliser",
        "help_text": "Qui est visé, comment on ira le chercher, combien de personnes.",
    },
    {
        "label": "Inscription dans les priorités et enjeux des quartiers",
        "help_text": "Réponse à un besoin du diagnostic, complément du droit commun.",
    },
)
