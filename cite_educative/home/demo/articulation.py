"""Ordinary policies, and the table of an invented contrat de ville "pour mémoire"; amounts stand for nobody's real file."""

from datetime import date
from decimal import Decimal

from actions.double_funding import doubles_of
from actions.models import Action, Scheme
from actions.outside import import_outside
from actions.services import (
    add_contribution,
    add_outside_grant,
    dismiss_double,
    explain_absence,
    make_articulation_note,
    update_action,
)
from partners.enums import OrganisationKind, Part
from partners.services import create_organisation

KNOWN_ON = date(2026, 3, 3)
DEPARTMENT = "Département du Nord"
# (start of the title, institution, what, kind, amount or quantity, unit, scheme, source)
CONTRIBUTIONS = (
    ("Ambassadeurs de la lecture", "academy", "Deux professeures des écoles déchargées le jeudi", "hours", 144, "heures", "", "courriel de l’inspection du 3 mars"),
    ("Ambassadeurs de la lecture", "ville_gs", "Prêt de la médiathèque hors ouverture", "premises", 36, "demi-journées", "", "convention de mise à disposition"),
    ("Tous au savoir-nager", "academy", "Enseignants pendant les créneaux de piscine", "hours", 320, "heures", "", "courriel de l’inspection du 3 mars"),
    ("Tous au savoir-nager", "ville_cb", "Bassin et maîtres-nageurs", "euros", 18_400, "", "", "budget des sports de la ville"),
    ("Café des parents", "caf", "Animation du lieu d’accueil enfants-parents", "euros", 9_600, "", "REAAP", "convention REAAP 2026"),
    ("Dépistage des troubles", "department", "Puéricultrices de PMI", "hours", 90, "heures", "", "réunion du 24 février"),
    ("Langage et parentalité", "department", "Une éducatrice de jeunes enfants, un jour par semaine", "hours", 210, "heures", "", "réunion du 24 février"),
    ("Langage et parentalité", "caf", "Prestation de service de la crèche", "euros", 22_350, "", "CTG", "convention territoriale globale"),
    ("Parcours d’orientation", "academy", "Psychologue de l’Éducation nationale", "hours", 60, "heures", "", ""),
)  # fmt: skip
ABSENCES = {
    "Escalade et confiance": "Le Département a été sollicité en janvier pour le mur du collège\u00a0: le créneau est déjà "
    "pris. Demande renouvelée pour la rentrée.",
    "La parole des collégiens": "Aucun dispositif ordinaire ne finance l’éducation aux médias dans ce collège. L’académie "
    "étudie un poste partagé.",
    "Atelier vélo": "La ville ne peut pas prêter de local avant la fin des travaux de la maison de quartier.",
}
QUARTERS = {
    "Ambassadeurs de la lecture": "Albeck",
    "Vacances sportives": "Albeck",
    "Chantiers éducatifs": "Albeck",
    "Café des parents": "Saint-Pol-sur-Mer",
    "Classes de mer": "Soubise",
    "Dépistage des troubles": "Banc Vert",
}
FILENAME = "programmation-contrat-de-ville-2026.csv"
# Holder;title;neighbourhood;reference;asked;granted
TABLE = """Porteur;Intitulé de l’action;Quartier prioritaire;N° de dossier;Montant demandé;Montant accordé
Les Mots Passeurs;Ambassadeurs de la lecture (0-11 ans);Albeck - Europe - Moulin;CV26-0041;9000;6 500,00
Café des parents des Quartiers Ouest;Ateliers sociolinguistiques;Saint-Pol-sur-Mer Quartiers Ouest;CV26-0057;7200;5 000,00
Chantiers des Dunes;Chantiers éducatifs des 16-20 ans;Albeck - Europe - Moulin;CV26-0063;12000;8 000,00
Sport et Vacances de l’Albeck;Tournois de pied d’immeuble;Albeck - Europe - Moulin;CV26-0064;4500;3 200,50
Les Roues du Polder;Remise en selle des adultes;Albeck - Europe - Moulin;CV26-0070;6000;
Voiles et Classes du Large;Sorties en mer des familles;Soubise - Basse Ville;CV26-0078;8000;4 000,00
Régie de quartier des Bassins;Jardin partagé;Banc Vert - Île Jeanty - Carré de la Vieille - Jeu de Mail;CV26-0081;11000;7 750,00
Accueil et Droits du Littoral;Permanences d’accès aux droits;;CV26-0085;15000;12 000,00
TOTAL;;;;72700;46 450,50
"""


def articulate(dunkerque):
    cite, actor = dunkerque.cite, dunkerque.actor
    institutions = {**dunkerque.organisations, "department": _department(cite, actor)}
    actions = list(Action.objects.filter(cite=cite, budget_year=2026))
    _locate(actions, actor, cite)
    _contribute(cite, actor, actions, institutions)
    for start, reason in ABSENCES.items():
        explain_absence(_of(actions, start), actor=actor, reason=reason)
    import_outside(
        cite=cite,
        actor=actor,
        programme="Contrat de ville",
        budget_year=2026,
        content=TABLE.encode(),
        filename=FILENAME,
        funder="État – P147",
    )
    _note_reussite_educative(cite, actor, institutions["ville_gs"])
    _look_at_doubles(cite, actor)
    make_articulation_note(programme=cite.programmes.first(), year=2026, actor=actor)


def _department(cite, actor):
    return create_organisation(
        actor=actor, cite=cite, part=Part.ASSOCIATED, name=DEPARTMENT, kind=OrganisationKind.PUBLIC_BODY
    )


def _of(actions, start):
    return next(action for action in actions if action.title.startswith(start))


def _locate(actions, actor, cite):
    quarters = list(cite.neighbourhoods.all())
    for start, name in QUARTERS.items():
        places = [place for place in quarters if place.name.startswith(name)]
        action = _of(actions, start)
        if places:
            action.version = update_action(action, actor=actor, version=action.version, neighbourhoods=places).version


def _contribute(cite, actor, actions, institutions):
    schemes = {scheme.label: scheme for scheme in Scheme.objects.filter(cite=cite)}
    for start, institution, label, kind, number, unit, scheme, source in CONTRIBUTIONS:
        measure = {"amount": Decimal(number)} if kind == "euros" else {"quantity": Decimal(number), "unit": unit}
        add_contribution(
            cite=cite,
            actor=actor,
            action=_of(actions, start),
            institution=institutions[institution],
            label=label,
            kind=kind,
            scheme=schemes.get(scheme),
            budget_year=2026,
            source=source,
            informed_on=KNOWN_ON,
            **measure,
        )


def _note_reussite_educative(cite, actor, town):
    add_outside_grant(
        cite=cite,
        actor=actor,
        programme="Programme de réussite éducative",
        budget_year=2026,
        holder=town,
        holder_name=town.name,
        title="Parcours personnalisés, 40 enfants",
        funder="État – P147",
        amount=Decimal(64_000),
        step="granted",
        commune=cite.communes.get(name="Grande-Synthe"),
        reference="PRE26-GS",
    )


def _look_at_doubles(cite, actor):
    """One is set aside, the other stays to be looked at."""
    double = next(one for one in doubles_of(actor, cite, year=2026) if "Chantiers" in one.first.title)
    dismiss_double(
        cite=cite,
        key=double.key,
        label=double.label,
        reason="Deux chantiers, deux périodes\u00a0: avril pour le contrat de ville, été pour la Cité.",
        said_by="Mme Prévost, directrice",
        actor=actor,
    )
