"""The journal of exchanges, the library and the national network of Dunkerque: invented words and persons."""

from datetime import timedelta
from io import BytesIO

import pikepdf
from django.core.files.base import ContentFile
from django.utils import timezone

from actions.enums import Audience, ExchangeKind, LibraryKind
from actions.models import Action
from actions.services import add_library_version, create_exchange, create_library_item, mark_next_step
from cite_educative.home.demo.accounts import DOMAIN
from partners.enums import Civility
from partners.models import User
from partners.services import add_peer_contact

PEERS = (
    (
        "Cité éducative du Val Fleuri",
        {"civility": Civility.MADAME, "first_name": "Maud", "last_name": "Keller", "function": "Cheffe de projet"},
    ),
    (
        "Cité éducative des Hauts de Brume",
        {"civility": Civility.MONSIEUR, "first_name": "Samir", "last_name": "Aït", "function": "Chef de projet"},
    ),
)
# days ago, author, kind, audience, title, summary, actions, organisations, next step (text, days from now, owner)
EXCHANGES = (
    (
        *(3, "pilote", ExchangeKind.ADVICE, Audience.HOLDER, "Préparer le bilan des Ambassadeurs de la lecture"),
        "Modèle de bilan relu ensemble. Les heures des bénévoles se comptent à part\u00a0; le compte rendu des ateliers "
        "suffit pour chaque crèche.",
        *(("Ambassadeurs de la lecture",), ("mots",), ("Envoyer le modèle de bilan rempli à moitié", 6, "pilote")),
    ),
    (
        *(
            9,
            "pilote",
            ExchangeKind.CALL,
            Audience.TEAM,
            "Appel de la CAF sur les fonds «\u00a0Publics et territoires\u00a0»",
        ),
        "La commission se tient en décembre. Il manque le budget détaillé de deux actions.",
        *((), ("caf",), ("Transmettre les deux budgets détaillés", -2, "pilote")),
    ),
    (
        *(12, "referent", ExchangeKind.VISIT, Audience.NETWORK, "Visite d’un atelier de lecture à Grande-Synthe"),
        "Douze familles présentes. La salle est trop petite pour deux groupes.",
        *(("Ambassadeurs de la lecture",), (), ("Demander une seconde salle au service des écoles", 4, "referent")),
    ),
    (
        *(18, "prefecture", ExchangeKind.PARTNER, Audience.PILOTS, "Point mensuel avec la direction académique"),
        "Calendrier des évaluations de sixième et places en classe découverte.",
        *((), ("academy",), None),
    ),
    (
        *(25, "pilote", ExchangeKind.MEETING, Audience.NETWORK, "Conseil d’administration du collège des Peupliers"),
        "Le collège souhaite porter une action sur l’orientation à la rentrée.",
        *((), ("college_gs",), ("Envoyer le calendrier de l’appel à projets", -10, "pilote")),
    ),
    (
        *(31, "pilote", ExchangeKind.MAIL, Audience.TEAM, "Question du Café des parents sur les justificatifs"),
        "",
        *((), ("parents",), None),
    ),
    (
        *(40, "education", ExchangeKind.VISIT, Audience.PILOTS, "Visite du studio d’Ondes collégiennes"),
        "Émission enregistrée avec deux classes de quatrième.",
        *((), ("radio",), None),
    ),
    (
        *(52, "finances", ExchangeKind.CALL, Audience.NETWORK, "Relevé d’identité bancaire de Nager ensemble"),
        "Changement de banque au 1er octobre.",
        *((), ("nage",), ("Remplacer le relevé dans le dossier de paiement", -40, "finances")),
    ),
)
DONE = "Relevé d’identité bancaire"
SEMINAR = {
    "title": "Rencontres nationales des Cités éducatives",
    "summary": "Deux jours d’ateliers entre chefs et cheffes de projet, principaux et délégués du préfet.",
    "lesson": "Trois Cités font visiter leurs actions par les parents eux-mêmes\u00a0: à essayer à Grande-Synthe avec le "
    "Café des parents. Le suivi par cohorte suppose l’accord écrit des établissements dès la rentrée.",
}
WEBINAR = {
    "title": "Visioconférence de l’ANCT sur la revue de projet",
    "lesson": "La revue se remplit par partie\u00a0: désigner dès décembre qui écrit chacune.",
}


AGREEMENT = "Convention-cadre 2024-2027"
# kind, audience, title, source, file, lines
DOCUMENTS = (
    (
        *(LibraryKind.AGREEMENT, Audience.MEMBERS, AGREEMENT, "État, Éducation nationale, communes et CUD"),
        *("convention-cadre-projet.pdf", (AGREEMENT, "Dunkerque - Grande-Synthe", "Projet")),
    ),
    (
        *(
            LibraryKind.CIRCULAR,
            Audience.NETWORK,
            "Instruction sur la programmation des crédits",
            "Préfecture du Nord",
        ),
        *("instruction.pdf", ("Instruction", "Programmation des crédits de la politique de la ville")),
    ),
    (
        *(LibraryKind.LETTER, Audience.HOLDER, "Courrier de félicitations aux Mots Passeurs", "Équipe projet"),
        *("courrier.txt", ("Madame la directrice,", "", "La Cité éducative vous remercie.")),
    ),
    (
        *(LibraryKind.TOOL, Audience.MEMBERS, "Modèle de bilan d’action", "Équipe projet"),
        *(
            "modele-de-bilan.txt",
            ("Action\u00a0:", "Public touché\u00a0:", "Ce qui a marché\u00a0:", "Ce qui reste à faire\u00a0:"),
        ),
    ),
    (
        *(LibraryKind.TRAINING, Audience.NETWORK, "Supports des rencontres nationales", "Coordination nationale"),
        *("rencontres-nationales.pdf", ("Rencontres nationales", "Associer les parents")),
    ),
)


def keep_journal(dunkerque):
    """Exchanges with their next steps, two events and two contacts of the network, five documents."""
    users = {user.email.removesuffix(f"@{DOMAIN}"): user for user in User.objects.filter(email__endswith=DOMAIN)}
    for row in EXCHANGES:
        _exchange(dunkerque, users, row)
    events = [_event(dunkerque, SEMINAR, 45, Audience.NETWORK), _event(dunkerque, WEBINAR, 15, Audience.TEAM)]
    for rank, (name, identity) in enumerate(PEERS, start=1):
        contact = {"email": f"contact{rank}@{DOMAIN}", "phone": f"01 99 00 00 0{rank}", "is_fictional": True}
        mandate = add_peer_contact(
            actor=dunkerque.actor, cite=dunkerque.cite, name=name, identity={**identity, **contact}
        )
        mandate.organisation.is_fictional = True
        mandate.organisation.save(update_fields=["is_fictional"])
    _library(dunkerque, events[0])


def _exchange(dunkerque, users, row):
    ago, login, kind, audience, title, summary, actions, organisations, step = row
    today, step_fields = timezone.localdate(), {}
    if step:
        text, days, owner = step
        due = today + timedelta(days=days)
        step_fields = {"next_step": text, "next_step_due": due, "next_step_owner": users[owner].person}
    exchange = create_exchange(
        cite=dunkerque.cite,
        actor=users[login],
        kind=kind,
        audience=audience,
        held_on=today - timedelta(days=ago),
        title=title,
        summary=summary,
        actions=[_action(dunkerque, start) for start in actions],
        organisations=[dunkerque.organisations[key] for key in organisations],
        **step_fields,
    )
    if title.startswith(DONE):
        mark_next_step(exchange, actor=users[login], done=True)


def _action(dunkerque, start):
    return Action.objects.filter(cite=dunkerque.cite, title__startswith=start).order_by("-budget_year").first()


def _event(dunkerque, fields, ago, audience):
    return create_exchange(
        cite=dunkerque.cite,
        actor=dunkerque.actor,
        kind=ExchangeKind.NATIONAL,
        audience=audience,
        held_on=timezone.localdate() - timedelta(days=ago),
        **fields,
    )


def _library(dunkerque, event):
    actor, cite = dunkerque.actor, dunkerque.cite
    links = {
        "Courrier": {"organisations": [dunkerque.organisations["mots"]]},
        "Supports": {"exchange": event},
        AGREEMENT: {"dated_on": cite.label_starts_on},
    }
    for kind, audience, title, source, name, lines in DOCUMENTS:
        more = next((fields for start, fields in links.items() if title.startswith(start)), {})
        item = create_library_item(
            cite=cite,
            actor=actor,
            kind=kind,
            audience=audience,
            title=title,
            source=source,
            file=_file(name, lines),
            **more,
        )
        if title == AGREEMENT:
            signed = _file("convention-cadre-signee.pdf", (*lines[:-1], "Version signée"))
            add_library_version(item, actor=actor, file=signed, comment="signée par toutes les parties")


def _file(name, lines):
    return ContentFile(one_page(lines) if name.endswith(".pdf") else "\n".join(lines).encode(), name)


def one_page(lines):
    """One page with these lines, in an accented standard font."""
    shown = " ".join(f"({line}) Tj T*" for line in lines)
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(595, 842))
        font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}
        names = pikepdf.Dictionary({key: pikepdf.Name(value) for key, value in font.items()})
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=document.make_indirect(names)))
        words = f"BT /F1 18 Tf 24 TL 72 760 Td {shown} ET".encode("cp1252")
        page.Contents = document.make_stream(words)
        stream = BytesIO()
        document.save(stream, deterministic_id=True)
    return stream.getvalue()
