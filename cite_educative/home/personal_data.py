"""Everything kept about one person in one Cité, as text: what her export prints (GDPR, articles 15 and 20)."""

from django.utils import timezone

from actions.models import Action, ActionComment, Exchange, Opinion, SeenMention
from cite_educative.common.dates import date_fr
from cite_educative.common.models import Entry
from cite_educative.home.models import Handover
from evaluation.models import ImprovementPoint, Indicator, ReviewAnswer
from governance.models import ActionPoint, AgendaItem, Attendance, BodyMember, CommunicationItem, ConvocationCopy
from partners.models import AccessLink, Delivery, MissionLetter, PhotoConsent, User

# Relations of `Person` and `User` that a section below tells in full; the rest is counted by `_entered`.
TOLD = {
    "evaluation.ImprovementPoint",
    "evaluation.Indicator",
    "evaluation.ReviewAnswer",
    "partners.Mandate",
    "partners.AccessLink",
    "partners.Delivery",
    "partners.PhotoConsent",
    "partners.User",
    "actions.Exchange",
    "actions.Opinion",
    "governance.AgendaItem",
    "home.Handover",
    "qsessions.Session",
    "otp_totp.TOTPDevice",
    "otp_static.StaticDevice",
    "common.Entry",
}
# What a section tells of the person; what her account wrote in them is counted besides.
TOLD_IN_PART = {"actions.Action", "actions.ActionComment", "actions.SeenMention", "governance.CommunicationItem"}
# Rows about the exports and the mergers themselves, and rights of the technical administration.
UNTOLD = {"home.PersonExport", "partners.MergedIdentity", "admin.LogEntry"}


def collect(person, cite, *, whole):
    """A JSON-ready dict: `sections` of `title`, `columns`, `rows` of strings; empty sections are left out.

    `whole` adds the account, its sessions and what it entered, which are not of one Cité: for the person herself,
    and for who leads every Cité where she acts.
    """
    user = User.objects.filter(person=person).first()
    account = user if whole else None
    sections = [
        _identity(person),
        _mandates(person, cite),
        _account(account),
        _sessions(account),
        _bodies(person, cite),
        _convocations(person, cite),
        _attendances(person, cite),
        _presented(person, cite),
        _followed(person, cite),
        _evaluated(person, cite),
        _action_points(person, cite),
        _exchanges(person, user, cite),
        _opinions(person, cite),
        _carried(person, cite),
        _quoted(person, cite),
        _letters(person, cite),
        _links(person, cite),
        _consents(person, cite),
        _handovers(person, cite),
        _entered(account),
        _journal(user, cite),
    ]
    return {
        "person": person.formal_name,
        "cite": cite.name,
        "made_on": date_fr(timezone.localdate()),
        "accent": cite.accent_colour,
        "sections": [section for section in sections if section["rows"]],
    }


def _section(title, columns, rows):
    return {"title": title, "columns": list(columns), "rows": [[str(cell) for cell in row] for row in rows]}


def _day(moment):
    if moment is None:
        return ""
    return date_fr(timezone.localdate(moment) if hasattr(moment, "hour") else moment)


def _identity(person):
    facts = (
        ("Civilité", person.get_civility_display()),
        ("Prénom", person.first_name),
        ("Nom", person.last_name),
        ("Titre", person.title),
        ("Fonction", person.function),
        ("Courriel professionnel", person.email),
        ("Téléphone professionnel", person.phone),
        ("Secrétariat", person.assistant),
        ("Canal préféré", person.get_preferred_channel_display()),
        ("Base légale", person.get_lawful_basis_display()),
        ("À conserver jusqu’au", _day(person.keep_until)),
        ("Coordonnées vérifiées le", _day(person.reviewed_on)),
    )
    return _section("Identité et coordonnées", ("Donnée", "Valeur"), [fact for fact in facts if fact[1]])


def _mandates(person, cite):
    mandates = person.mandates.filter(cite=cite).select_related("organisation", "side", "seat")
    letters = {}
    for letter in MissionLetter.objects.filter(mandate__in=mandates):
        letters.setdefault(letter.mandate_id, []).append(letter.filename)
    rows = [
        (
            mandate.role_label,
            mandate.organisation,
            mandate.title,
            mandate.seat or mandate.side or "",
            mandate.period,
            ", ".join(letters.get(mandate.pk, ())),
        )
        for mandate in mandates.prefetch_related("communes").order_by("starts_on", "pk")
    ]
    return _section("Mandats", ("Rôle", "Pour", "Qualité", "Siège", "Période", "Lettre de mission"), rows)


def _account(user):
    if user is None:
        return _section("Compte", ("Donnée", "Valeur"), [])
    has_device = user.totpdevice_set.filter(confirmed=True).exists()
    rows = (
        ("Adresse de connexion", user.email),
        ("Ouvert le", _day(user.date_joined)),
        ("Dernière connexion", _day(user.last_login) or "jamais"),
        ("Second facteur", "oui" if has_device or user.staticdevice_set.exists() else "non"),
        ("État", "ouvert" if user.is_active else f"fermé ({user.closed_reason})".replace(" ()", "")),
    )
    return _section("Compte", ("Donnée", "Valeur"), rows)


def _sessions(user):
    sessions = user.session_set.order_by("-updated_at")[:50] if user else ()
    rows = [(_day(one.created_at), _day(one.updated_at), one.ip or "", one.user_agent or "") for one in sessions]
    return _section("Connexions en cours", ("Depuis", "Dernière activité", "Adresse", "Appareil"), rows)


def _bodies(person, cite):
    members = BodyMember.objects.filter(mandate__person=person, body__cite=cite).select_related("body")
    return _section("Instances", ("Instance",), [(member.body,) for member in members.order_by("pk")])


def _attendances(person, cite):
    rows = Attendance.objects.filter(mandate__person=person, meeting__body__cite=cite).select_related("meeting__body")
    return _section(
        "Présences aux réunions",
        ("Réunion", "Présence", "Représentation"),
        [(row.meeting, row.get_presence_display(), row.represented_by) for row in rows.order_by("meeting__starts_at")],
    )


def _convocations(person, cite):
    rows = ConvocationCopy.objects.filter(invitee__mandate__person=person, invitee__meeting__body__cite=cite)
    rows = rows.select_related("invitee__meeting__body", "convocation").order_by("pk")
    return _section(
        "Convocations reçues",
        ("Réunion", "Envoyée le", "Adresse", "Réponse", "Représentation"),
        [
            (
                row.invitee.meeting,
                _day(row.convocation.sent_at),
                row.email or "sur papier",
                row.invitee.get_reply_display(),
                row.invitee.represented_by,
            )
            for row in rows
        ],
    )


def _presented(person, cite):
    items = AgendaItem.objects.filter(presenter=person, meeting__body__cite=cite).select_related("meeting__body")
    return _section("Points rapportés", ("Réunion", "Point"), [(item.meeting, item) for item in items.order_by("pk")])


def _followed(person, cite):
    items = CommunicationItem.objects.filter(owner=person, cite=cite).order_by("created_at", "pk")
    rows = [(item.title, item.get_state_display()) for item in items]
    return _section("Lignes du plan de communication suivies", ("Intitulé", "État"), rows)


def _evaluated(person, cite):
    indicators = Indicator.objects.filter(owner=person, cite=cite).order_by("pk")
    points = ImprovementPoint.objects.filter(owner=person, project__cite=cite).order_by("pk")
    answers = ReviewAnswer.objects.filter(owner=person, review__cite=cite).select_related("question", "review")
    rows = [("Indicateur", row) for row in indicators] + [("Amélioration", row) for row in points]
    rows += [("Question de la revue de projet", row) for row in answers.order_by("pk")]
    return _section("Indicateurs, améliorations et questions suivis", ("Nature", "Intitulé"), rows)


def _action_points(person, cite):
    rows = ActionPoint.objects.filter(mandate__person=person, cite=cite).order_by("pk")
    return _section(
        "Suites à donner qui lui sont confiées",
        ("À faire", "Pour le", "État", "Ce qui a été fait"),
        [(row.text, _day(row.due_on), row.get_status_display(), row.closing_word) for row in rows],
    )


def _exchanges(person, user, cite):
    """In full those that she may read in the pages; of the others, that they exist: they also tell of third parties."""
    about = Exchange.objects.filter(cite=cite).about_person(person).order_by("held_on", "pk")
    written = Exchange.objects.filter(cite=cite, author=user) if user else Exchange.objects.none()
    readable = set(Exchange.objects.visible_to(user).filter(cite=cite).values_list("pk", flat=True)) if user else set()
    readable |= set(written.values_list("pk", flat=True))
    rows = [
        (
            _day(row.held_on),
            row.get_kind_display(),
            *(
                (row.title, row.summary, row.next_step)
                if row.pk in readable
                else ("réservé à un autre cercle", "", "")
            ),
        )
        for row in (about | written).distinct()
    ]
    return _section("Échanges", ("Date", "Nature", "Objet", "Ce qui s’est dit", "Prochaine étape"), rows)


def _opinions(person, cite):
    rows = Opinion.objects.filter(person=person, action__cite=cite).select_related("action")
    return _section(
        "Avis demandés et rendus",
        ("Action", "Demandé le", "Rendu le", "Avis", "Motifs"),
        [
            (row.action, _day(row.asked_at), _day(row.given_on), row.get_verdict_display(), row.comment)
            for row in rows.order_by("pk")
        ],
    )


def _carried(person, cite):
    rows = Action.objects.filter(contact=person, cite=cite).select_related("holder").order_by("budget_year", "pk")
    return _section(
        "Actions dont la personne est chargée",
        ("Action", "Porteur", "Exercice"),
        [(row, row.holder, row.budget_year) for row in rows],
    )


def _quoted(person, cite):
    """That she was quoted, when and about what; who wrote to which circle stays theirs."""
    rows = ActionComment.objects.filter(mentions=person, action__cite=cite).select_related("action").order_by("pk")
    seen = set(SeenMention.objects.filter(person=person).values_list("comment", flat=True))
    return _section(
        "Commentaires à son attention",
        ("Action", "Écrit le", "Lu"),
        [(row.action, _day(row.created_at), "oui" if row.pk in seen else "non") for row in rows],
    )


def _letters(person, cite):
    rows = Delivery.objects.filter(person=person, message__cite=cite).select_related("message").order_by("pk")
    return _section(
        "Messages reçus de l’application",
        ("Date", "Objet", "Adresse", "État"),
        [(_day(row.message.created_at), row.message.subject, row.email, row.get_state_display()) for row in rows],
    )


def _links(person, cite):
    rows = AccessLink.objects.filter(person=person, cite=cite).order_by("pk")
    return _section(
        "Liens d’accès",
        ("Geste", "Créé le", "Valable jusqu’au", "Utilisé le"),
        [(row.get_gesture_display(), _day(row.created_at), _day(row.expires_at), _day(row.used_at)) for row in rows],
    )


def _consents(person, cite):
    rows = PhotoConsent.objects.filter(person=person, cite=cite).order_by("pk")
    return _section(
        "Accords pour les images",
        ("Donné le", "Usages", "Valable jusqu’au", "Retiré le"),
        [(_day(row.given_on), row.scope, _day(row.expires_on), _day(row.withdrawn_on)) for row in rows],
    )


def _handovers(person, cite):
    rows = Handover.objects.filter(cite=cite, leaver=person) | Handover.objects.filter(cite=cite, successor=person)
    rows = rows.select_related("leaver", "successor").order_by("pk")
    return _section(
        "Passations",
        ("Qui part", "Qui prend la suite", "Dernier jour"),
        [(row.leaver, row.successor or "", _day(row.leaves_on)) for row in rows],
    )


def authored_relations():
    """Relations of `User` that no section tells: what an account entered, counted by kind."""
    return [
        relation
        for relation in User._meta.get_fields(include_hidden=True)
        if relation.auto_created
        and not relation.concrete
        and relation.related_model._meta.label not in TOLD | UNTOLD
        and not relation.related_model._meta.auto_created
    ]


def _entered(user):
    counts = {}
    for relation in authored_relations() if user else ():
        model, field = relation.related_model, relation.field.name
        number = model._base_manager.filter(**{field: user}).count()
        name = str(model._meta.verbose_name)
        counts[name] = counts.get(name, 0) + number
    rows = [(name, number) for name, number in sorted(counts.items()) if number]
    return _section("Ce que le compte a saisi, toutes Cités confondues", ("Nature", "Nombre"), rows)


def _journal(user, cite):
    lines = Entry.objects.in_cite(cite.pk).filter(actor=user).order_by("created_at", "pk") if user else ()
    return _section(
        "Gestes inscrits au journal", ("Date", "Geste"), [(_day(row.created_at), row.sentence) for row in lines]
    )
