"""The two decision notes of the demonstration: what `save_note` takes."""


def section(html):
    return [{"title": "Ce qu’il faut savoir", "text": html}]


FIRST_NOTE = {
    "title": "Programmer seize actions de la première vague",
    "request": "La Troïka est invitée à programmer seize actions pour 320\u00a0000\u00a0€.",
    "sections": section(
        "<p>L’appel 2026 a reçu seize demandes pour 367\u00a0600\u00a0€. Le comité technique les a examinées en mars "
        "avec la grille partagée et propose 320\u00a0000\u00a0€, soit 62\u00a0% des enveloppes notifiées.</p>"
    ),
    "proposal": "La Troïka programme seize actions de la première vague pour 320\u00a0000\u00a0€, selon le tableau annexé.",
    "follow_up": "<ul><li>Informer les porteurs, sans montant, avant le 30 avril.</li>"
    "<li>Actes des financeurs de mai à juillet.</li></ul>",
}

SECOND_NOTE = {
    "title": "Programmer treize actions de la seconde vague",
    "request": "La Troïka est invitée à programmer treize actions pour 174\u00a0500\u00a0€ et à ajourner le séjour linguistique.",
    "sections": section(
        "<p>La Troïka du 21 avril a programmé 320\u00a0000\u00a0€ sur 514\u00a0000\u00a0€ notifiés (TR-2026-001). La seconde vague a "
        "reçu quatorze demandes pour 225\u00a0300\u00a0€.</p><p>Après cette décision, il reste 19\u00a0500\u00a0€, soit 3,8\u00a0% des "
        "enveloppes, pour les ajustements.</p>"
    ),
    "proposal": "La Troïka programme treize actions de la seconde vague pour 174\u00a0500\u00a0€, selon le tableau annexé. Elle "
    "ajourne la demande de séjour linguistique et invite son porteur à la redéposer.",
    "follow_up": "<ul><li>Informer les porteurs, sans montant.</li><li>Préparer les actes des financeurs.</li></ul>",
    "options": [
        {
            "label": "A. Équilibre entre les axes",
            "interest": "Chaque axe progresse\u00a0; chaque enveloppe est respectée.",
            "risk": "Montants réduits de 23\u00a0% en moyenne.",
            "cost": 174500,
            "is_proposed": True,
        },
        {
            "label": "B. Priorité aux 0-6 ans",
            "interest": "Renforce le langage avant l’école.",
            "risk": "Dépasse l’enveloppe de l’État de 6\u00a0000\u00a0€.",
            "cost": 186200,
        },
        {
            "label": "C. Baisse de 10\u00a0%",
            "interest": "Garde une réserve.",
            "risk": "Trois porteurs renonceraient.",
            "cost": 157050,
        },
    ],
}

NOTE_REMARK = (
    "Dans «\u00a0Ce qu’il faut savoir\u00a0», dire combien d’actions touchent les collèges, et rappeler que le séjour "
    "linguistique pourra être présenté de nouveau."
)

FIRST_DISCUSSION = (
    "<p>La cheffe de projet rappelle le calendrier de l’appel et présente les demandes instruites par le comité "
    "technique. Les montants proposés tiennent dans les enveloppes de l’État et des communes.</p>"
    "<p>Les communes demandent que les actions de lecture soient suivies ensemble, et qu’un point soit fait à "
    "l’automne sur celles qui touchent plusieurs quartiers.</p>"
)
