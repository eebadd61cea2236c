"""What the settings page leads to, in plain words."""

from dataclasses import dataclass

from django.urls import reverse

from cite_educative.common.colours import contrast_in_words
from cite_educative.common.dates import period_fr

NOT_SAID = "non précisé"


@dataclass(frozen=True)
class Place:
    """One line of the page. `lead_only`: the others would get a refusal."""

    label: str
    name: str
    says: str
    lead_only: bool = False

    @property
    def url(self):
        return reverse(self.name)


GROUPS = (
    (
        "Qui est dans la Cité",
        (
            Place("Troïka et équipe", "partners:troika", "Les sièges de chaque pilote et ceux qui les tiennent."),
            Place(
                "Ordre protocolaire",
                "partners:protocol",
                "L’ordre des pilotes et des personnes, partout le même.",
                lead_only=True,
            ),
            Place("Mandats", "partners:mandates", "Qui agit, pour qui, depuis quand\u00a0: les droits en découlent."),
            Place("Passations", "handovers", "Quand quelqu’un part\u00a0: tout lister, tout transmettre, imprimer."),
            Place(
                "Comptes",
                "partners:accounts",
                "Qui peut se connecter\u00a0: inviter, fermer, rouvrir.",
                lead_only=True,
            ),
            Place(
                "Sécurité des comptes",
                "partners:security",
                "Second facteur, comptes qui ne servent plus.",
                lead_only=True,
            ),
            Place("Messages envoyés", "partners:messages", "Les courriels partis de l’application, et leur sort."),
        ),
    ),
    (
        "Comment elle travaille",
        (
            Place("Instances", "governance:home", "Troïka, comités et groupes, leurs membres et leurs réunions."),
            Place("Lignes de financement", "actions:finances", "Les financeurs, leurs circuits et leurs enveloppes."),
            Place(
                "Seuils financiers", "actions:thresholds", "Ce que la Cité surveille dans son argent, et les alertes."
            ),
            Place("Appels à projets", "actions:call_list", "Les appels de chaque année et l’endroit où l’on dépose."),
            Place(
                "Listes de la Cité",
                "actions:cite_lists",
                "Thématiques, thèmes du contrat de ville, dispositifs liés.",
                lead_only=True,
            ),
            Place("Territoire", "partners:territory", "Communes, quartiers prioritaires et établissements."),
            Place(
                "Doublons",
                "partners:duplicates",
                "Organismes et personnes qui se ressemblent, à réunir ou à laisser.",
                lead_only=True,
            ),
        ),
    ),
    (
        "Qui voit quoi",
        (
            Place("Droits", "rights", "Ce que chaque rôle lit et fait, relu dans les règles de l’application."),
            Place(
                "Voir comme…",
                "partners:view_as",
                "Regarder la Cité avec les droits d’une autre personne.",
                lead_only=True,
            ),
            Place("Journal", "journal", "Qui a fait quoi, quand, et ce qui a changé."),
            Place("Données personnelles", "gdpr", "Le registre des traitements, les durées et les accords d’image."),
        ),
    ),
    ("L’application", (Place("État du service", "service", "La base, les travaux en arrière-plan, les documents."),)),
)


def settings_groups(*, can_lead):
    """[(heading, places)] that this reader may open."""
    kept = ((heading, [place for place in places if can_lead or not place.lead_only]) for heading, places in GROUPS)
    return [(heading, places) for heading, places in kept if places]


def cite_facts(cite):
    """For `_facts.html`."""
    label = period_fr(cite.label_starts_on, cite.label_ends_on)
    return [
        {"label": "Nom", "value": cite.name},
        {"label": "Précision affichée", "value": cite.subtitle or NOT_SAID},
        {"label": "Label", "value": label or NOT_SAID},
        {"label": "Couleur d’accent", "value": f"{cite.accent_colour}. {contrast_in_words(cite.accent_colour)}"},
        {"label": "Préfixe des numéros", "value": cite.note_prefix},
    ]
